import rule from "../../../policies/rules/ecs-task-definition-no-docker-socket";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

const volume = (hostPath: unknown) => [taskDefinition({ volumes: [{ name: "data", hostPath }] })];

export default {
  rule,
  pass: {
    "no volumes": [taskDefinition()],
    "a volume of the task": volume(undefined),
    "another folder": volume("/var/log/app"),
    "a folder with such a name": volume("/srv/docker.sock"),
  },
  fail: Object.fromEntries(
    ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/var/run"]
      .concat("/var/run/", "/run/docker", "/var", "/", "//var//run/docker.sock")
      .map((path) => [path, [/volume data has the runtime's socket/, volume(path)] as const]),
  ),
  unknown: { "the path": volume(unknown), "the volumes": [taskDefinition({ volumes: unknown })] },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { volumes: [{ hostPath: "/" }] } },
} satisfies Cases;
