import { TASK_DEFINITION } from "../graph/tokens";
import { field, isAbsent, items, toText, UNKNOWN } from "../graph/value";
import { containersOf } from "../lib/containers";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";
import { knownPart } from "../lib/unknown";
import { hostPathOf } from "../lib/volumes";

interface Settings {
  readonly allowedHostPaths: readonly string[];
}

export default makeRule<Settings>(
  {
    name: "ecs-task-definition-no-host-paths",
    description: "Containers get no folders or devices of the instance.",
    level: "advisory",
    severity: "medium",
    framework: practice("Tasks keep nothing on the instance and read nothing of it"),
    remediationSteps:
      "Use a volume without hostPath, or EFS for what must stay; list what an agent must read in the rule's allowedHostPaths.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html",
    types: [TASK_DEFINITION],
    settings: {
      allowedHostPaths: {
        type: "array",
        items: { type: "string" },
        description: "Paths on the instance that tasks may mount, with everything below them.",
        default: [],
      },
    },
  },
  {
    resource({ props, settings }, report) {
      const isAllowed = (path: string) =>
        settings.allowedHostPaths.some((each) => path === each || path.startsWith(`${each}/`));
      for (const volume of items(knownPart(props, ["volumes"], report).volumes)) {
        const path = hostPathOf(volume);
        const name = toText(field(volume, "name"));
        if (path === UNKNOWN) {
          report.unknown(`hostPath of the volume ${name}`);
        } else if (!isAbsent(path) && !isAllowed(toText(path))) {
          report.fail(`The volume ${name} mounts ${toText(path)} of the instance.`);
        }
      }
      for (const container of containersOf(props, report)) {
        for (const device of items(container.get("linuxParameters", "devices"))) {
          const path = toText(field(device, "hostpath"));
          if (!isAllowed(path)) {
            report.fail(`The container ${container.name} gets the device ${path} of the instance.`);
          }
        }
      }
    },
  },
);
