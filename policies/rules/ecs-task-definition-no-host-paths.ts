import { TASK_DEFINITION } from "../graph/tokens";
import { field, isAbsent, items, toText, UNKNOWN } from "../graph/value";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";
import { knownPart } from "../lib/unknown";

interface Settings {
  readonly allowedHostPaths: readonly string[];
}

export default makeRule<Settings>(
  {
    name: "ecs-task-definition-no-host-paths",
    description: "Containers do not mount folders of the instance.",
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
        const path = field(volume, "hostPath");
        const name = toText(field(volume, "name"));
        if (path === UNKNOWN) {
          report.unknown(`hostPath of the volume ${name}`);
        } else if (!isAbsent(path) && !isAllowed(toText(path))) {
          report.fail(`The volume ${name} mounts ${toText(path)} of the instance.`);
        }
      }
    },
  },
);
