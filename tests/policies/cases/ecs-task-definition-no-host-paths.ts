import rule from "../../../policies/rules/ecs-task-definition-no-host-paths";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

const volume = (hostPath: unknown) => [taskDefinition({ volumes: [{ name: "data", hostPath }] })];

const allowing = (...allowedHostPaths: string[]) => ({
  enforcementLevel: "advisory" as const,
  allowedHostPaths,
});

export default {
  rule,
  pass: { "no volumes": [taskDefinition()], "a volume of the task": volume(undefined) },
  fail: {
    "a folder of the instance": [/volume data mounts \/etc of the instance/, volume("/etc")],
  },
  unknown: { "the path": volume(unknown), "the volumes": [taskDefinition({ volumes: unknown })] },
  configured: {
    "a listed folder": [allowing("/proc"), volume("/proc")],
    "what is below it": [allowing("/proc"), volume("/proc/1")],
    "a folder beside it": [allowing("/proc"), volume("/process"), /mounts \/process/],
  },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { volumes: [{ hostPath: "/" }] } },
} satisfies Cases;
