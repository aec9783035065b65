import rule from "../../../policies/rules/ecs-task-definition-no-docker-socket";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

const bound = (driverOpts: unknown) => [
  taskDefinition({ volumes: [{ name: "data", dockerVolumeConfiguration: { driverOpts } }] }),
];
const volume = (hostPath: unknown) => [taskDefinition({ volumes: [{ name: "data", hostPath }] })];

export default {
  rule,
  pass: {
    "no volumes": [taskDefinition()],
    "a volume of the task": volume(undefined),
    "a Docker volume": bound(undefined),
    "a volume on a file server": bound({ type: "nfs", o: "addr=fs-1,nfsvers=4.1", device: "/" }),
    "another folder": volume("/var/log/app"),
    "a folder named like the socket": volume("/srv/docker.sock"),
  },
  fail: {
    "a folder that Docker binds": [
      /volume data has the runtime's socket/,
      bound({ type: "none", o: "ro,bind", device: "/var/run" }),
    ],
    ...Object.fromEntries(
      ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/var/run"]
        .concat("/var/run/", "/run/docker", "/var", "/", "//var//run/docker.sock")
        .map((path) => [path, [/volume data has the runtime's socket/, volume(path)] as const]),
    ),
  },
  unknown: {
    "what Docker mounts": bound(unknown),
    "how Docker mounts it": bound({ o: unknown, device: "/var/run" }),
    "the path": volume(unknown),
    "the volumes": [taskDefinition({ volumes: unknown })],
  },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { volumes: [{ hostPath: "/" }] } },
} satisfies Cases;
