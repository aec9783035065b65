import rule from "../../../policies/rules/ecs-task-definition-windows-nonadmin";
import { unknown } from "../harness";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";
import { unknownOrOther, unreadable } from "./containers";

const family = (operatingSystemFamily: unknown, user?: string) =>
  taskDefinition({ runtimePlatform: { operatingSystemFamily } }, { user });
const windows = (user?: string) => [family("WINDOWS_SERVER_2022_CORE", user)];
const onWindows = { runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2019_FULL" } };

export default {
  rule,
  pass: {
    "a user": windows("ContainerUser"),
    "Linux, whoever it runs as": [family("LINUX"), taskDefinition({}, { user: undefined })],
  },
  fail: {
    "no user": [/nginx runs as an administrator/, windows()],
    "an empty user": [/administrator/, windows(" ")],
    "the administrator": [/administrator/, windows("ContainerAdministrator")],
    "another administrator": [/administrator/, windows("APP\\Administrator")],
    "containers that are not JSON": [
      unreadable["containers that are not JSON"][0],
      [taskDefinition({ ...onWindows, containerDefinitions: "nginx" })],
    ],
  },
  unknown: {
    "the system": [family(unknown)],
    "the platform": [taskDefinition({ runtimePlatform: unknown })],
    "the containers": [taskDefinition({ ...onWindows, containerDefinitions: unknown })],
  },
  other: unknownOrOther.other,
} satisfies Cases;
