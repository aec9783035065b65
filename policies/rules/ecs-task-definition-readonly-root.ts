import { TASK_DEFINITION } from "../graph/tokens";
import { isTrue } from "../graph/value";
import { containersOf, isWindows } from "../lib/containers";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-task-definition-readonly-root",
    description: "Containers have a read-only root file system.",
    level: "advisory",
    severity: "medium",
    framework: securityHub("ECS.5", "ECS containers have read-only access to root file systems"),
    tags: ["checkov:CKV_AWS_336"],
    remediationSteps:
      "Set readonlyRootFilesystem: true on the container, and mount volumes where it writes.",
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html",
    types: [TASK_DEFINITION],
  },
  {
    resource({ props }, report) {
      // Windows has no read-only root, and Fargate and ECS ignore the setting there.
      if (isWindows(props)) return;
      for (const container of containersOf(props, report)) {
        if (!isTrue(container.get("readonlyRootFilesystem"))) {
          report.fail(`The container ${container.name} can write to its root file system.`);
        }
      }
    },
  },
);
