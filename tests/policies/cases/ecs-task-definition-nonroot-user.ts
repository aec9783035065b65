import rule from "../../../policies/rules/ecs-task-definition-nonroot-user";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";

export default {
  rule,
  pass: {
    "the hands-on's own definition": [taskDefinition()],
    "a user and group": [taskDefinition({}, { user: "101:101" })],
    "a number": [taskDefinition({}, { user: 101 })],
    "a name": [taskDefinition({}, { user: "nginx" })],
  },
  fail: {
    "no user": [/nginx runs as root/, [taskDefinition({}, { user: undefined })]],
    root: [/runs as root/, [taskDefinition({}, { user: "root" })]],
    "root by number": [/runs as root/, [taskDefinition({}, { user: "0" })]],
    "root with a group": [/runs as root/, [taskDefinition({}, { user: "0:101" })]],
    "root by name with a group": [/runs as root/, [taskDefinition({}, { user: "root:nginx" })]],
    "root in other digits": [/runs as root/, [taskDefinition({}, { user: "00" })]],
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
