import rule from "../../../policies/rules/ecs-task-definition-logging";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";
import { unknownOrOther, unreadable } from "./containers";

export default {
  rule,
  pass: {
    "the hands-on's own definition": [taskDefinition()],
    "a FireLens driver": [taskDefinition({}, { logConfiguration: { logDriver: "awsfirelens" } })],
    "names in another case": [
      taskDefinition(
        {},
        { logConfiguration: undefined, LogConfiguration: { LogDriver: "awslogs" } },
      ),
    ],
  },
  fail: {
    "no log configuration": [
      /nginx has no log driver/,
      [taskDefinition({}, { logConfiguration: undefined })],
    ],
    "no driver": [/nginx has no log driver/, [taskDefinition({}, { logConfiguration: {} })]],
    "the driver none": [
      /nginx has no log driver/,
      [taskDefinition({}, { logConfiguration: { logDriver: "none" } })],
    ],
    ...unreadable,
  },
  ...unknownOrOther,
} satisfies Cases;
