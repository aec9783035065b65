import rule from "../../../policies/rules/ecs-task-definition-readonly-root";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

export default {
  rule,
  pass: {
    "the hands-on's own definition": [taskDefinition()],
    "the text true": [taskDefinition({}, { readonlyRootFilesystem: "true" })],
  },
  fail: {
    "a writable file system": [
      /nginx can write/,
      [taskDefinition({}, { readonlyRootFilesystem: false })],
    ],
    "nothing said": [
      /nginx can write/,
      [taskDefinition({}, { readonlyRootFilesystem: undefined })],
    ],
    "containers that are no JSON": [
      /no JSON list/,
      [taskDefinition({ containerDefinitions: "nginx" })],
    ],
    "containers that are no list": [
      /no JSON list/,
      [taskDefinition({ containerDefinitions: "{}" })],
    ],
    "a list of something else": [/no JSON list/, [taskDefinition({ containerDefinitions: "[1]" })]],
    "no containers at all": [/no JSON list/, [taskDefinition({ containerDefinitions: null })]],
  },
  unknown: { "the containers": [taskDefinition({ containerDefinitions: unknown })] },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { containerDefinitions: "x" } },
} satisfies Cases;
