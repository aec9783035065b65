import { TASK_DEFINITION } from "../graph/tokens";
import { items, toText } from "../graph/value";
import { containersOf } from "../lib/containers";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

/**
 * Options that lift a container's confinement: by AppArmor, by SELinux (no label, or the label of a type that may do
 * anything), by seccomp, and by hidden paths. Sources: Docker docs, "docker container run", `--security-opt`;
 * container-selinux, `spc_t`.
 */
const UNCONFINED =
  /^(apparmor[:=]unconfined|label[:=](disable|(type[:=])(spc_t|unconfined_t))|seccomp[:=]unconfined|systempaths[:=]unconfined|writable-cgroups([:=]true)?)$/i;

const withoutSpaces = (option: string) => option.replace(/\s+/g, "");

export default makeRule(
  {
    name: "ecs-task-definition-no-unconfined",
    description: "Containers stay confined by AppArmor, SELinux and seccomp.",
    level: "mandatory",
    severity: "high",
    framework: practice("No container escapes its confinement on the instance"),
    remediationSteps:
      "Take it out of dockerSecurityOptions, or name a profile of your own, such as apparmor:my-profile.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html",
    types: [TASK_DEFINITION],
  },
  {
    resource({ props }, report) {
      for (const container of containersOf(props, report)) {
        for (const each of items(container.get("dockerSecurityOptions"))) {
          const option = withoutSpaces(toText(each));
          if (UNCONFINED.test(option)) {
            report.fail(
              `The container ${container.name} has ${option} among its dockerSecurityOptions.`,
            );
          }
        }
      }
    },
  },
);
