import rule from "../../../policies/rules/ecs-task-definition-no-privileged";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";
import { unknownOrOther, unreadable } from "./containers";

export default {
  rule,
  pass: {
    "the hands-on's own definition": [taskDefinition()],
    "privileged: false": [taskDefinition({}, { privileged: false })],
  },
  fail: {
    "a privileged container": [/nginx is privileged/, [taskDefinition({}, { privileged: true })]],
    "another spelling of the name, which AWS reads too": [
      /nginx is privileged/,
      [taskDefinition({}, { Privileged: true })],
    ],
    "the text true": [/nginx is privileged/, [taskDefinition({}, { privileged: "true" })]],
    ...unreadable,
  },
  ...unknownOrOther,
} satisfies Cases;
