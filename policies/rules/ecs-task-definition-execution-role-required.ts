import { propsOf } from "../graph/inputs";
import { referred } from "../graph/references";
import { ROLE, TASK_DEFINITION } from "../graph/tokens";
import { isAbsent, UNKNOWN } from "../graph/value";
import { tutorial } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

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
      }
    },
  },
);
