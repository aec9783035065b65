import rule from "../../../policies/rules/ecs-task-definition-readonly-root";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";
import { unknownOrOther, unreadable } from "./containers";

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
    "no value": [/nginx can write/, [taskDefinition({}, { readonlyRootFilesystem: undefined })]],
    ...unreadable,
  },
  ...unknownOrOther,
} satisfies Cases;
