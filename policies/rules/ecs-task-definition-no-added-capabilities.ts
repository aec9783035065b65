import { TASK_DEFINITION } from "../graph/tokens";
import { items, toText } from "../graph/value";
import { containersOf } from "../lib/containers";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

interface Settings {
  readonly allowedCapabilities: readonly string[];
}

/** Docker gives these to every container, so adding one changes nothing. Source: Docker docs, "Runtime privilege and Linux capabilities". */
const DOCKER_DEFAULTS =
  "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT";

const plainName = (capability: string) => capability.toUpperCase().replace(/^CAP_/, "");

export default makeRule<Settings>(
  {
    name: "ecs-task-definition-no-added-capabilities",
    description: "Containers get no Linux capabilities beyond Docker's own.",
    level: "mandatory",
    severity: "high",
    framework: practice("Containers run with Docker's default capabilities or fewer"),
    remediationSteps:
      "Take it out of linuxParameters.capabilities.add, or list it in the rule's allowedCapabilities.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html",
    types: [TASK_DEFINITION],
    settings: {
      allowedCapabilities: {
        type: "array",
        items: { type: "string" },
        description: "Capabilities that containers may add, e.g. NET_ADMIN.",
        default: [],
      },
    },
  },
  {
    resource({ props, settings }, report) {
      const allowed = [
        ...DOCKER_DEFAULTS.split(" "),
        ...settings.allowedCapabilities.map(plainName),
      ];
      // A task on Fargate has its own virtual machine, and AWS allows it to add only this one.
      const isFargate = items(props.requiresCompatibilities).every((each) => each === "FARGATE");
      if (isFargate && items(props.requiresCompatibilities).length > 0) allowed.push("SYS_PTRACE");
      for (const container of containersOf(props, report)) {
        for (const each of items(container.get("linuxParameters", "capabilities", "add"))) {
          const name = plainName(toText(each));
          if (!allowed.includes(name)) {
            report.fail(`The container ${container.name} adds the Linux capability ${name}.`);
          }
        }
      }
    },
  },
);
