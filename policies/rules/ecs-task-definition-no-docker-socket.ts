import { TASK_DEFINITION } from "../graph/tokens";
import { field, items, toText, UNKNOWN } from "../graph/value";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";
import { knownPart } from "../lib/unknown";
import { hostPathOf } from "../lib/volumes";

/** The sockets of Docker, containerd and CRI-O, and every folder that contains one. */
const SOCKETS = /^\/(var)?$|^(\/var)?\/run(\/(docker|containerd|crio).*)?$/;

const plainPath = (path: string) => path.replace(/\/+/g, "/").replace(/(.)\/$/, "$1");

export default makeRule(
  {
    name: "ecs-task-definition-no-docker-socket",
    description: "Containers do not reach the socket of the instance's container runtime.",
    level: "mandatory",
    severity: "critical",
    framework: practice(
      "Anyone who can ask the container runtime for containers is root on the instance",
    ),
    remediationSteps:
      "Remove the volume: build images with CodeBuild, and read the task's metadata at ECS_CONTAINER_METADATA_URI_V4.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html",
    types: [TASK_DEFINITION],
  },
  {
    resource({ props }, report) {
      for (const volume of items(knownPart(props, ["volumes"], report).volumes)) {
        const path = hostPathOf(volume);
        const name = toText(field(volume, "name"));
        if (path === UNKNOWN) {
          report.unknown(`hostPath of the volume ${name}`);
        } else if (SOCKETS.test(plainPath(toText(path)))) {
          report.fail(
            `The volume ${name} has the runtime's socket, or a folder with it, as hostPath.`,
          );
        }
      }
    },
  },
);
