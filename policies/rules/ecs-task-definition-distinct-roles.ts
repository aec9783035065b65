import { propsOf } from "../graph/inputs";
import { ofType, referred } from "../graph/references";
import { ROLE, TASK_DEFINITION } from "../graph/tokens";
import { isAbsent, UNKNOWN } from "../graph/value";
import { checkov } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-task-definition-distinct-roles",
    description: "The task execution role and the task role are two roles.",
    level: "mandatory",
    severity: "medium",
    framework: checkov("CKV_AWS_249", "The execution role and the task role differ"),
    remediationSteps: "Create a role of its own for the task, or leave taskRoleArn out.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-ecs-iam-role-overview.html",
    types: [TASK_DEFINITION, ROLE],
  },
  {
    resource({ type, props: { executionRoleArn, taskRoleArn } }, report) {
      const known = typeof taskRoleArn === "string" && taskRoleArn !== "";
      if (type === TASK_DEFINITION && known && taskRoleArn === executionRoleArn) {
        report.fail("executionRoleArn and taskRoleArn name the same role.");
      }
    },
    // New roles' ARNs are unknown at preview, but where they come from is not.
    stack({ resources }, report) {
      for (const resource of ofType(resources, [TASK_DEFINITION])) {
        const { executionRoleArn, taskRoleArn } = propsOf(resource);
        if (isAbsent(taskRoleArn) || isAbsent(executionRoleArn)) {
          continue;
        }
        if (taskRoleArn !== UNKNOWN && executionRoleArn !== UNKNOWN) {
          continue;
        }
        const taskRoles = referred(resource, "taskRoleArn", [ROLE], resources);
        const executionRoles = referred(resource, "executionRoleArn", [ROLE], resources);
        const shared = taskRoles.find((role) => executionRoles.includes(role));
        if (shared) {
          report.fail(
            `executionRoleArn and taskRoleArn both come from ${shared.name}.`,
            resource.urn,
          );
        } else if (taskRoles.length === 0 || executionRoles.length === 0) {
          report.unknown("Whether executionRoleArn and taskRoleArn differ", resource.urn);
        }
      }
    },
  },
);
