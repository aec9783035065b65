import { TASK_DEFINITION } from "../graph/tokens";
import { isTrue } from "../graph/value";
import { containersOf } from "../lib/containers";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-task-definition-no-privileged",
    description: "Containers do not run in privileged mode.",
    level: "mandatory",
    severity: "high",
    framework: securityHub("ECS.4", "ECS containers run as non-privileged"),
    tags: ["checkov:CKV_AWS_334"],
    remediationSteps: "Remove privileged from the container definition.",
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html",
    types: [TASK_DEFINITION],
  },
  {
    resource({ props }, report) {
      for (const container of containersOf(props, report)) {
        if (isTrue(container.get("privileged"))) {
          report.fail(`The container ${container.name} is privileged.`);
        }
      }
    },
  },
);
