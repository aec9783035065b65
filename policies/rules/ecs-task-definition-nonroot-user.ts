import { TASK_DEFINITION } from "../graph/tokens";
import { toText } from "../graph/value";
import { containersOf, isWindows } from "../lib/containers";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-task-definition-nonroot-user",
    description: "Containers run as a user other than root.",
    level: "advisory",
    severity: "medium",
    framework: securityHub("ECS.20", "ECS Linux containers run as a non-root user"),
    remediationSteps:
      "Set user on the container to a user the image has, for example 101 for nginx.",
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html",
    types: [TASK_DEFINITION],
  },
  {
    resource({ props }, report) {
      // Windows has no root; ecs-task-definition-windows-nonadmin looks at its users.
      if (isWindows(props)) return;
      for (const container of containersOf(props, report)) {
        // A user may be written with a group: uid, uid:gid, name, name:group.
        const [user = ""] = toText(container.get("user") ?? "").split(":");
        if (["", "root"].includes(user) || Number(user) === 0) {
          report.fail(
            `The container ${container.name} runs as root, or as the image's default user.`,
          );
        }
      }
    },
  },
);
