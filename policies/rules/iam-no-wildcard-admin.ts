import { propsOf } from "../graph/inputs";
import { ofType, referred } from "../graph/references";
import { IAM_POLICIES, ROLE, ROLE_POLICY_ATTACHMENT } from "../graph/tokens";
import { field, items, plain, toText, UNKNOWN, type Value } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

const isEverything = (value: Value) => /^\*+(:\*+)?$/.test(toText(value));

/** The statements of a policy document; `undefined` if it is no JSON. */
function statementsOf(policy: Value): readonly Value[] | undefined {
  if (typeof policy !== "string") {
    return items(field(policy, "Statement"));
  }
  try {
    return items(field(plain(JSON.parse(policy)), "Statement"));
  } catch {
    return undefined;
  }
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
    types: [...IAM_POLICIES, ROLE, ROLE_POLICY_ATTACHMENT],
  },
  {
    resource({ props }, report) {
      const attached = [...items(props.policyArn), ...items(props.managedPolicyArns)];
      if (attached.some((arn) => toText(arn).endsWith(":policy/AdministratorAccess"))) {
        report.fail("It attaches AdministratorAccess.");
      }
      const inline = items(props.inlinePolicies).map((each) => field(each, "policy"));
      const policies: readonly Value[] = [props.policy, ...inline];
      for (const policy of policies) {
        const statements = statementsOf(policy);
        for (const statement of statements ?? []) {
          const [effect, actions, on] = ["Effect", "Action", "Resource"].map((name) =>
            items(field(statement, name)),
          ) as [readonly Value[], readonly Value[], readonly Value[]];
          const unknown = [...effect, ...actions, ...on].includes(UNKNOWN);
          if (effect.includes("Allow") && actions.some(isEverything) && on.some(isEverything)) {
            report.fail("A statement allows every action on every resource.");
          } else if (unknown) {
            report.unknown("What a policy allows");
          }
        }
        if (!statements) {
          report.fail("A policy is no JSON document.");
        }
      }
    },
    // A new policy's ARN is unknown at preview, but where it comes from is not.
    stack({ resources }, report) {
      for (const resource of ofType(resources, [ROLE, ROLE_POLICY_ATTACHMENT])) {
        for (const property of ["policyArn", "managedPolicyArns"]) {
          const unknown = items(propsOf(resource)[property]).includes(UNKNOWN);
          if (unknown && referred(resource, property, IAM_POLICIES, resources).length === 0) {
            report.unknown(property, resource.urn);
          }
        }
      }
    },
  },
);
