import { propsOf } from "../graph/inputs";
import { referred } from "../graph/references";
import { ROLE, TASK_DEFINITION } from "../graph/tokens";
import { isAbsent, items, toText, UNKNOWN, type Value } from "../graph/value";
import { tutorial } from "../lib/frameworks";
import { part, statementsOf } from "../lib/policyDocument";
import { makeRule } from "../lib/rule";

const ECS_TASKS = "ecs-tasks.amazonaws.com";

export default makeRule(
  {
    name: "ecs-task-definition-execution-role-required",
    description: "ECS task definitions name a task execution role.",
    level: "mandatory",
    severity: "high",
    framework: tutorial("Task definition: a task execution role is given"),
    remediationSteps:
      "Create a role that ecs-tasks.amazonaws.com may assume, attach " +
      "AmazonECSTaskExecutionRolePolicy, and pass its ARN as executionRoleArn.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    types: [TASK_DEFINITION, ROLE],
    guards: [TASK_DEFINITION],
    required: true,
  },
  {
    resource({ type, props: { executionRoleArn } }, report) {
      if (type === TASK_DEFINITION && isAbsent(executionRoleArn)) {
        report.fail("executionRoleArn is absent or empty: pass the ARN of a task execution role.");
      }
    },
    // A new role's ARN is unknown at preview, but what it depends on is not.
    stack({ resources }, report) {
      for (const resource of resources.filter(({ type }) => type === TASK_DEFINITION)) {
        const unknown = propsOf(resource).executionRoleArn === UNKNOWN;
        if (unknown && referred(resource, "executionRoleArn", [ROLE], resources).length === 0) {
          report.unknown(
            "executionRoleArn does not come from a role of this stack and",
            resource.urn,
          );
        }
        const roles = referred(resource, "executionRoleArn", [ROLE], resources);
        const trust = roles.map((role) => isTrusted(propsOf(role).assumeRolePolicy));
        if (roles.length > 0 && trust.every((trusted) => trusted === false)) {
          report.fail(
            `ECS may not assume the execution role ${roles.map(({ name }) => name).join(", ")}: allow ` +
              `sts:AssumeRole to ${ECS_TASKS} in its assumeRolePolicy.`,
            resource.urn,
          );
        } else if (trust.includes(undefined)) {
          report.later("Who may assume the execution role", resource.urn);
        }
      }
    },
  },
);

/** Whether ECS tasks may assume a role; `undefined` if unknown. AWS itself refuses a document without statements. */
function isTrusted(policy: Value): boolean | undefined {
  const statements = statementsOf(policy) ?? [];
  if (statements.length === 0) return true;
  const allows = statements.map((statement) => {
    const actions = items(part(statement, "Action"));
    const principal = part(statement, "Principal");
    const services = principal === "*" ? [ECS_TASKS] : items(part(principal, "Service"));
    const relevant = [statement, part(statement, "Effect"), principal, ...actions, ...services];
    if (relevant.includes(UNKNOWN)) return undefined;
    const mayAssume = actions.some((action) =>
      /^(\*|sts:(\*|assumerole\*?|assume\*))$/i.test(toText(action)),
    );
    return part(statement, "Effect") === "Allow" && mayAssume && services.includes(ECS_TASKS);
  });
  return allows.includes(true) || (allows.includes(undefined) ? undefined : false);
}
