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
    "one that Docker gives anyway": adding(["NET_BIND_SERVICE", "cap_chown"]),
    "tracing on Fargate": adding(["SYS_PTRACE"], ["FARGATE"]),
  },
  fail: {
    "an added capability": [/nginx adds the Linux capability NET_ADMIN/, adding(["NET_ADMIN"])],
    "one in another spelling": [/capability SYS_ADMIN/, adding(["cap_sys_admin"])],
    "every one": [/capability ALL/, adding(["ALL"])],
    "another one on Fargate": [/capability NET_ADMIN/, adding(["NET_ADMIN"], ["FARGATE"])],
    "tracing on instances": [/SYS_PTRACE/, adding(["SYS_PTRACE"])],
    "tracing where instances may run it": [
      /SYS_PTRACE/,
      adding(["SYS_PTRACE"], ["FARGATE", "EC2"]),
    ],
    "tracing where anything may run it": [/SYS_PTRACE/, adding(["SYS_PTRACE"], [])],
    ...unreadable,
  },
  configured: {
    "a listed one": [
      { enforcementLevel: "mandatory", allowedCapabilities: ["net_admin"] },
      adding(["NET_ADMIN"]),
    ],
  },
  ...unknownOrOther,
} satisfies Cases;
