import rule from "../../../policies/rules/ecs-task-definition-no-host-paths";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

const bound = (driverOpts: unknown) => [
  taskDefinition({ volumes: [{ name: "data", dockerVolumeConfiguration: { driverOpts } }] }),
];
const volume = (hostPath: unknown) => [taskDefinition({ volumes: [{ name: "data", hostPath }] })];

const allowing = (...allowedHostPaths: string[]) => ({
  enforcementLevel: "advisory" as const,
  allowedHostPaths,
});

export default {
  rule,
  pass: {
    "no volumes": [taskDefinition()],
    "a volume of the task": volume(undefined),
    "a Docker volume": bound(undefined),
    "a volume on a file server": bound({ type: "nfs", o: "addr=fs-1,nfsvers=4.1", device: "/" }),
  },
  fail: {
    "a folder that Docker binds": [
      /volume data mounts \/etc of the instance/,
      bound({ type: "none", o: "bind", device: "/etc" }),
    ],
    "a device": [
      /container nginx gets the device \/dev\/mem/,
      [taskDefinition({}, { linuxParameters: { devices: [{ hostPath: "/dev/mem" }] } })],
    ],
    "a folder of the instance": [/volume data mounts \/etc of the instance/, volume("/etc")],
  },
  unknown: {
    "what Docker mounts": bound(unknown),
    "how Docker mounts it": bound({ o: unknown, device: "/var/run" }),
    "the path": volume(unknown),
    "the volumes": [taskDefinition({ volumes: unknown })],
  },
  configured: {
    "a listed folder": [allowing("/proc"), volume("/proc")],
    "a listed device": [
      allowing("/dev/fuse"),
      [taskDefinition({}, { linuxParameters: { devices: [{ hostPath: "/dev/fuse" }] } })],
    ],
    "a folder below a listed one": [allowing("/proc"), volume("/proc/1")],
    "a folder whose name begins like a listed one": [
      allowing("/proc"),
      volume("/process"),
      /mounts \/process/,
    ],
  },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { volumes: [{ hostPath: "/" }] } },
} satisfies Cases;
