import rule from "../../../policies/rules/ecs-task-definition-no-unconfined";
import { taskDefinition } from "../stacks";
import type { Cases } from "./case";
import { unknownOrOther, unreadable } from "./containers";

const options = (...dockerSecurityOptions: readonly string[]) => [
  taskDefinition({ requiresCompatibilities: ["EC2"] }, { dockerSecurityOptions }),
];

export default {
  rule,
  pass: {
    "no options": [taskDefinition()],
    "no new privileges, and custom profiles": options(
      "no-new-privileges",
      "apparmor:site",
      "label:type:site_t",
      "seccomp:/etc/site.json",
    ),
    "credentials for a Windows domain": options("credentialspec:file://site.json"),
  },
  fail: {
    "no AppArmor": [/nginx has apparmor:unconfined among/, options("apparmor:unconfined")],
    "no AppArmor, as Docker writes it": [
      /apparmor=unconfined/,
      options("no-new-privileges", "AppArmor = unconfined".toLowerCase()),
    ],
    "no SELinux": [/label:disable/, options("label:disable")],
    "an SELinux type that may do everything": [/label:type:spc_t/, options("label:type:spc_t")],
    "no seccomp": [/seccomp:unconfined/, options("seccomp:unconfined")],
    "no seccomp, in capitals": [/SECCOMP=UNCONFINED/, options("SECCOMP=UNCONFINED")],
    "unconfined kernel paths": [/systempaths=unconfined/, options("systempaths=unconfined")],
    "writable control groups": [/writable-cgroups=true/, options("writable-cgroups=true")],
    ...unreadable,
  },
  ...unknownOrOther,
} satisfies Cases;
