import { IAM_POLICIES, ROLE } from "../graph/tokens";
import { allowedActions, hasUnknownPart, isOnEverything, policiesOf } from "../lib/actions";
import { securityHub } from "../lib/frameworks";
import { statementsOf } from "../lib/policyDocument";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "iam-no-service-wildcard",
    description: "IAM policies do not allow every action of a service on every resource.",
    level: "advisory",
    severity: "low",
    framework: securityHub("IAM.21", "IAM policies do not allow wildcard actions for services"),
    remediationSteps: "Name the actions that are needed, or the resources they are needed on.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    types: [...IAM_POLICIES, ROLE],
  },
  {
    resource({ props }, report) {
      for (const statement of policiesOf(props).flatMap((policy) => statementsOf(policy) ?? [])) {
        const whole = allowedActions(statement).find((action) => /^[a-z0-9-]+:\*+$/.test(action));
        if (whole !== undefined && isOnEverything(statement)) {
          report.fail(`A statement allows ${whole} on every resource.`);
        } else if (hasUnknownPart(statement)) {
          report.unknown("What a policy allows");
        }
      }
    },
  },
);
