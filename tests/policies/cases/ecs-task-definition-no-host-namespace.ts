import rule from "../../../policies/rules/ecs-task-definition-no-host-namespace";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

export default {
  rule,
  pass: {
    "no modes": [taskDefinition()],
    "the task's own namespaces": [taskDefinition({ pidMode: "task", ipcMode: "none" })],
  },
  fail: {
    "the host's processes": [/pidMode is "host"/, [taskDefinition({ pidMode: "host" })]],
    "the host's IPC": [/ipcMode is "host"/, [taskDefinition({ ipcMode: "host" })]],
  },
  unknown: {
    "the process mode": [taskDefinition({ pidMode: unknown })],
    "the IPC mode": [taskDefinition({ ipcMode: unknown })],
  },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { containerDefinitions: "x" } },
} satisfies Cases;
