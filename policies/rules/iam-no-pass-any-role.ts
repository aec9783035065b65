import { IAM_POLICIES, ROLE } from "../graph/tokens";
import { UNKNOWN } from "../graph/value";
import {
  allowedActions,
  allows,
  hasUnknownPart,
  isOnEverything,
  policiesOf,
  takesIn,
} from "../lib/actions";
import { checkov } from "../lib/frameworks";
import { part, statementsOf } from "../lib/policyDocument";
import { isLimited } from "../lib/principals";
import { makeRule } from "../lib/rule";

const KINDS = ["role", "user", "group", "policy"];

/** Whether a pattern takes in every role, user, group or policy of an account, or of any: one with no name of its own. */
function isAny(resource: string): boolean {
  const pattern = resource.replace(/\$\{[^}]*\}/g, "*");
  const [, partition = "", , , account = ""] = pattern.split(":");
  const example = (text: string, other: string) => text.replace(/[*?]/g, "0") || other;
  const own = `arn:${example(partition, "aws")}:iam::${example(account, "0".repeat(12))}`;
  return KINDS.some((kind) => takesIn(pattern, `${own}:${kind}/NoSuchName0`));
}

/** What limits the roles that an action is allowed for, beside what limits who may act. */
const LIMITS =
  /^(aws:(resource(orgid|orgpaths|account|tag\/.+)|principal\w+(\/.+)?|source\w+)|iam:\w+(\/.+)?|sts:externalid)$/i;

/**
 * By each of these one becomes anybody, if on any role, user or policy. Sources: Checkov, CKV_AWS_286 (cloudsplaining);
 * IAM user guide, "Grant a user permissions to switch roles".
 */
const ESCALATIONS = [
  "sts:AssumeRole",
  ...["PassRole", "CreatePolicyVersion", "SetDefaultPolicyVersion", "UpdateAssumeRolePolicy"],
  ...["AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy", "AddUserToGroup"],
  ...["PutRolePolicy", "PutUserPolicy", "PutGroupPolicy", "CreateAccessKey"],
  ...["CreateLoginProfile", "UpdateLoginProfile"],
].map((name) => (name.includes(":") ? name : `iam:${name}`));

/** An action of IAM that there is not, which only a pattern for all of them takes in. */
const NONE = "iam:NoSuchAction0";

export default makeRule(
  {
    name: "iam-no-pass-any-role",
    description:
      "IAM policies do not let every role be passed on or assumed, nor IAM be changed at will.",
    level: "mandatory",
    severity: "high",
    framework: checkov("CKV_AWS_286", "IAM policies do not allow privilege escalation"),
    tags: ["checkov:CKV_AWS_110"],
    remediationSteps:
      "Name the actions and, for iam:PassRole and sts:AssumeRole, the ARNs of the roles, or limit the statement by a " +
      "Condition: iam:PassRole on iam:PassedToService, sts:AssumeRole on iam:ResourceTag or aws:ResourceOrgID.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    types: [...IAM_POLICIES, ROLE],
  },
  {
    resource({ props }, report) {
      for (const statement of policiesOf(props).flatMap((policy) => statementsOf(policy) ?? [])) {
        const own = allowedActions(statement).filter((action) => /[^*]/.test(action));
        const isAllow = part(statement, "Effect") === "Allow";
        // Every action on everything, or all but some, is for iam-no-wildcard-admin.
        if (isAllow && own.length === 0 && isOnEverything(statement)) continue;
        const allowed = ESCALATIONS.find((action) => allows(statement, action));
        const isOpen = allowed !== undefined && isOnEverything(statement, isAny);
        const limited = isOpen && isLimited(statement, LIMITS);
        if (own.some((action) => takesIn(action, NONE))) {
          report.fail(
            "A statement allows every action of IAM (iam:*), which includes becoming anybody.",
          );
        } else if (isOpen && limited === false) {
          const isRole = ["sts:AssumeRole", "iam:PassRole"].includes(allowed);
          const on = isRole ? "every role" : "everything that it applies to";
          report.fail(`A statement allows ${allowed} for ${on}.`);
        } else if (limited === UNKNOWN || hasUnknownPart(statement)) {
          report.unknown("What a policy allows");
        }
      }
    },
  },
);
