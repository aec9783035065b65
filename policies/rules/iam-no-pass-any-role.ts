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

/** Whether a pattern matches every role, user, group or policy of one or any account, because it contains no name. */
function isAny(resource: string): boolean {
  const pattern = resource.replace(/\$\{[^}]*\}/g, "*");
  const [, partition = "", , , account = ""] = pattern.split(":");
  const example = (text: string, other: string) => text.replace(/[*?]/g, "0") || other;
  const own = `arn:${example(partition, "aws")}:iam::${example(account, "0".repeat(12))}`;
  return KINDS.some((kind) => takesIn(pattern, `${own}:${kind}/NoSuchName0`));
}

/** Condition keys that limit which roles an action is allowed for, or who may perform it. */
const LIMITS =
  /^(aws:(resource(orgid|orgpaths|account|tag\/.+)|principal\w+(\/.+)?|source\w+)|iam:\w+(\/.+)?|sts:externalid)$/i;

/**
 * Each of these lets a caller gain any permission, if allowed on any role, user or policy. Sources: Checkov, CKV_AWS_286 (cloudsplaining);
 * IAM user guide, "Grant a user permissions to switch roles".
 */
const ESCALATIONS = [
  "sts:AssumeRole",
  ...["PassRole", "CreatePolicyVersion", "SetDefaultPolicyVersion", "UpdateAssumeRolePolicy"],
  ...["AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy", "AddUserToGroup"],
  ...["PutRolePolicy", "PutUserPolicy", "PutGroupPolicy", "CreateAccessKey"],
  ...["CreateLoginProfile", "UpdateLoginProfile"],
].map((name) => (name.includes(":") ? name : `iam:${name}`));

/** An IAM action that does not exist, so only a pattern for all actions matches it. */
const NONE = "iam:NoSuchAction0";

export default makeRule(
  {
    name: "iam-no-pass-any-role",
    description:
      "IAM policies do not allow passing or assuming every role, or changing IAM at will.",
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
        // iam-no-wildcard-admin checks statements that allow every action, or all but some, on everything.
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
