import { IAM_POLICIES, ROLE } from "../graph/tokens";
import { UNKNOWN } from "../graph/value";
import { allowedActions, hasUnknownPart, isOnEverything, policiesOf } from "../lib/actions";
import { checkov } from "../lib/frameworks";
import { statementsOf } from "../lib/policyDocument";
import { isLimited } from "../lib/principals";
import { makeRule } from "../lib/rule";

/** Every role of an account, or of any. */
const ANY_ROLE = /^(\*+|arn:aws[\w*-]*:iam::[\d*]*:(\*|role\/\*))$/;
const PASSES = /^iam:(pass\w*\*|passrole|p[\w*]*\*)$/;

export default makeRule(
  {
    name: "iam-no-pass-any-role",
    description: "IAM policies do not let every role be passed on, nor IAM be changed at will.",
    level: "mandatory",
    severity: "high",
    framework: checkov("CKV_AWS_286", "IAM policies do not allow privilege escalation"),
    tags: ["checkov:CKV_AWS_110"],
    remediationSteps:
      "Name the actions and, for iam:PassRole, the ARNs of the roles, with a Condition on iam:PassedToService.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    types: [...IAM_POLICIES, ROLE],
  },
  {
    resource({ props }, report) {
      for (const statement of policiesOf(props).flatMap((policy) => statementsOf(policy) ?? [])) {
        const actions = allowedActions(statement);
        const passes =
          actions.some((action) => PASSES.test(action)) && isOnEverything(statement, ANY_ROLE);
        const limited = passes && isLimited(statement);
        if (actions.includes("iam:*")) {
          report.fail("A statement allows every action of IAM (iam:*), and so to become anybody.");
        } else if (passes && limited === false) {
          report.fail("A statement allows iam:PassRole for every role.");
        } else if (limited === UNKNOWN || hasUnknownPart(statement)) {
          report.unknown("What a policy allows");
        }
      }
    },
  },
);
