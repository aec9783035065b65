import { IAM_POLICIES, ROLE } from "../graph/tokens";
import { UNKNOWN } from "../graph/value";
import {
  allowedActions,
  hasUnknownPart,
  isOnEverything,
  policiesOf,
  takesIn,
} from "../lib/actions";
import { checkov } from "../lib/frameworks";
import { statementsOf } from "../lib/policyDocument";
import { isLimited } from "../lib/principals";
import { makeRule } from "../lib/rule";

/** Every role, user, group or policy of an account, or of any. */
const ANY_ROLE = /^(\*+|arn:aws[\w*-]*:iam::[\d*]*:(\*|(role|user|group|policy)\/\*))$/;

/** By each of these one becomes anybody, if on any role, user or policy. Source: Checkov, CKV_AWS_286 (cloudsplaining). */
const ESCALATIONS = [
  ...["PassRole", "CreatePolicyVersion", "SetDefaultPolicyVersion", "UpdateAssumeRolePolicy"],
  ...["AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy", "AddUserToGroup"],
  ...["PutRolePolicy", "PutUserPolicy", "PutGroupPolicy", "CreateAccessKey"],
  ...["CreateLoginProfile", "UpdateLoginProfile"],
];

/** An action of IAM that there is not, which only a pattern for all of them takes in. */
const NONE = "iam:NoSuchAction0";

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
        // Those that are all actions are for iam-no-wildcard-admin.
        const own = actions.filter((action) => /[^*]/.test(action));
        const [allowed] = ESCALATIONS.filter((name) =>
          own.some((action) => takesIn(action, `iam:${name}`)),
        );
        const isAny = allowed !== undefined && isOnEverything(statement, ANY_ROLE);
        const limited = isAny && isLimited(statement);
        if (own.some((action) => takesIn(action, NONE))) {
          report.fail("A statement allows every action of IAM (iam:*), and so to become anybody.");
        } else if (isAny && limited === false) {
          const on = allowed === "PassRole" ? "every role" : "everything that it applies to";
          report.fail(`A statement allows iam:${allowed} for ${on}.`);
        } else if (limited === UNKNOWN || hasUnknownPart(statement)) {
          report.unknown("What a policy allows");
        }
      }
    },
  },
);
