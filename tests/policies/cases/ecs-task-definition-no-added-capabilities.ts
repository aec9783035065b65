import rule from "../../../policies/rules/ecs-task-definition-no-added-capabilities";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";
import { unknownOrOther, unreadable } from "./containers";

const adding = (add: readonly string[], launch: readonly string[] = ["EC2"]) => [
  taskDefinition(
    { requiresCompatibilities: launch },
    { linuxParameters: { capabilities: { add, drop: ["ALL"] } } },
  ),
];

export default {
  rule,
  pass: {
    "no capabilities": [taskDefinition()],
    "capabilities that Docker grants anyway": adding(["NET_BIND_SERVICE", "cap_chown"]),
    "tracing on Fargate": adding(["SYS_PTRACE"], ["FARGATE"]),
  },
  fail: {
    "an added capability": [/nginx adds the Linux capability NET_ADMIN/, adding(["NET_ADMIN"])],
    "a capability in another spelling": [/capability SYS_ADMIN/, adding(["cap_sys_admin"])],
    "all capabilities": [/capability ALL/, adding(["ALL"])],
    "another capability on Fargate": [/capability NET_ADMIN/, adding(["NET_ADMIN"], ["FARGATE"])],
    "tracing on instances": [/SYS_PTRACE/, adding(["SYS_PTRACE"])],
    "tracing where the task may run on instances": [
      /SYS_PTRACE/,
      adding(["SYS_PTRACE"], ["FARGATE", "EC2"]),
    ],
    "tracing where the task may run anywhere": [/SYS_PTRACE/, adding(["SYS_PTRACE"], [])],
    ...unreadable,
  },
  configured: {
    "a listed capability": [
      { enforcementLevel: "mandatory", allowedCapabilities: ["net_admin"] },
      adding(["NET_ADMIN"]),
    ],
  },
  ...unknownOrOther,
} satisfies Cases;
