import rule from "../../../policies/rules/ecs-task-definition-awsvpc-network-mode";
import { unknown } from "../harness";
import { tutorialTaskDefinition, taskDefinition } from "../stacks";
import type { Cases } from "./case";

export default {
  rule,
  pass: { awsvpc: [taskDefinition()], "the tutorial's own mode": [tutorialTaskDefinition] },
  fail: {
    bridge: [/networkMode is not "awsvpc"/, [taskDefinition({ networkMode: "bridge" })]],
    "no mode, which means bridge": [
      /networkMode is absent/,
      [taskDefinition({ networkMode: null })],
    ],
    "another spelling": [
      /networkMode is not "awsvpc"/,
      [taskDefinition({ networkMode: "AWSVPC" })],
    ],
  },
  unknown: { "the mode": [taskDefinition({ networkMode: unknown })] },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { networkMode: "bridge" } },
} satisfies Cases;
