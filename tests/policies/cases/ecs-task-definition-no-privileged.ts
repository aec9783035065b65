import rule from "../../../policies/rules/ecs-task-definition-no-privileged";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

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
