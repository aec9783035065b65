import { propsOf } from "../graph/inputs";
import { ofType, referred } from "../graph/references";
import { IAM_POLICIES, POLICY_ATTACHMENTS, ROLE } from "../graph/tokens";
import { items, toText, UNKNOWN, type Value } from "../graph/value";
import { hasUnknownPart, policiesOf } from "../lib/actions";
import { securityHub } from "../lib/frameworks";
import { part, statementsOf } from "../lib/policyDocument";
import { makeRule } from "../lib/rule";

/** Properties that attach managed policies: of an attachment, of an owner's list, of a role. */
const ATTACHED = ["policyArn", "policyArns", "managedPolicyArns"];

const PARTS = ["Effect", "Action", "NotAction", "Resource", "NotResource"];

const isEverything = (value: Value) => /^[*?]*\*[*?]*(:[*?]*\*[*?]*)?$/.test(toText(value));

/** Whether a resource pattern matches everything: `*`, or an ARN that only names the partition. */
function isAnyResource(value: Value): boolean {
  const [scheme, partition = "", ...rest] = toText(value).split(":");
  const isArn = scheme === "arn" && /^(aws|\*)/.test(partition);
  return (
    isEverything(value) ||
    (isArn && rest.join("").includes("*") && /^[*:/]*$/.test(rest.join(":"))) ||
    toText(value) === "arn:*"
  );
}

/** Whether a statement allows every action, or all but some, on every resource, or all but some. */
function allowsEverything(statement: Value): boolean {
  const values = (name: string) => items(part(statement, name));
  return (
    values("Effect").includes("Allow") &&
    (values("Action").some(isEverything) || values("NotAction").length > 0) &&
    (values("Resource").some(isAnyResource) || values("NotResource").length > 0)
  );
}

export default makeRule(
  {
    name: "iam-no-wildcard-admin",
    description: "IAM policies do not allow every action on every resource.",
    level: "mandatory",
    severity: "high",
    framework: securityHub("IAM.1", 'IAM policies do not allow full "*" administrative privileges'),
    tags: ["checkov:CKV_AWS_62"],
    remediationSteps: "Name the actions and the resources that the role needs.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    types: [...IAM_POLICIES, ROLE, ...POLICY_ATTACHMENTS],
  },
  {
    resource({ props }, report) {
      const attached = ATTACHED.flatMap((name) => items(props[name]));
      for (const arn of attached) {
        const [, name] = /:policy\/(AdministratorAccess|IAMFullAccess)$/.exec(toText(arn)) ?? [];
        if (name !== undefined) report.fail(`It attaches ${name}.`);
      }
      for (const policy of policiesOf(props)) {
        const statements = statementsOf(policy);
        for (const statement of statements ?? []) {
          if (allowsEverything(statement)) {
            report.fail("A statement allows every action on every resource.");
          } else if (hasUnknownPart(statement, PARTS)) {
            report.unknown("What a policy allows");
          }
        }
        if (!statements) {
          report.fail("A policy is not a JSON document.");
        }
      }
    },
    // A new policy's ARN is unknown at preview, but where it comes from is not.
    stack({ resources }, report) {
      for (const resource of ofType(resources, [ROLE, ...POLICY_ATTACHMENTS])) {
        for (const property of ATTACHED) {
          const unknown = items(propsOf(resource)[property]).includes(UNKNOWN);
          if (unknown && referred(resource, property, IAM_POLICIES, resources).length === 0) {
            report.unknown(property, resource.urn);
          }
        }
      }
    },
  },
);
