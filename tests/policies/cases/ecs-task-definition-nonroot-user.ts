import rule from "../../../policies/rules/ecs-task-definition-nonroot-user";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";
import { unknownOrOther, unreadable } from "./containers";

export default {
  rule,
  pass: {
    "the hands-on's own definition": [taskDefinition()],
    "a user and group": [taskDefinition({}, { user: "101:101" })],
    "a number": [taskDefinition({}, { user: 101 })],
    Windows: [
      taskDefinition(
        { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" } },
        { user: undefined },
      ),
    ],
    "a name": [taskDefinition({}, { user: "nginx" })],
  },
  fail: {
    "no user": [/nginx runs as root/, [taskDefinition({}, { user: undefined })]],
    root: [/runs as root/, [taskDefinition({}, { user: "root" })]],
    "root by number": [/runs as root/, [taskDefinition({}, { user: "0" })]],
    "root with a group": [/runs as root/, [taskDefinition({}, { user: "0:101" })]],
    "root by name with a group": [/runs as root/, [taskDefinition({}, { user: "root:nginx" })]],
    "root in other digits": [/runs as root/, [taskDefinition({}, { user: "00" })]],
    ...unreadable,
  },
  ...unknownOrOther,
} satisfies Cases;
