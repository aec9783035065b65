import { TASK_DEFINITION } from "../graph/tokens";
import { field, toText, UNKNOWN } from "../graph/value";
import { containersOf } from "../lib/containers";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-task-definition-windows-nonadmin",
    description: "Windows containers run as a user who is not an administrator.",
    level: "advisory",
    severity: "medium",
    framework: securityHub("ECS.21", "ECS Windows containers run as a non-administrator user"),
    remediationSteps:
      "Set user on the container to ContainerUser, or to another user of the image.",
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html",
    types: [TASK_DEFINITION],
  },
  {
    resource({ props }, report) {
      const family = field(props.runtimePlatform, "operatingSystemFamily");
      if (family === UNKNOWN) {
        report.unknown("runtimePlatform.operatingSystemFamily");
      } else if (toText(family).startsWith("WINDOWS")) {
        for (const container of containersOf(props, report)) {
          // The image's default user is ContainerAdministrator, unless it says otherwise.
          const user = toText(container.get("user") ?? "").trim();
          if (/^$|administrator$/i.test(user)) {
            report.fail(`The container ${container.name} runs as an administrator of Windows.`);
          }
        }
      }
    },
  },
);
