import rule from "../../../policies/rules/ecs-task-definition-logging";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

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
