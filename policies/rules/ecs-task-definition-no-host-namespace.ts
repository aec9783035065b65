import { TASK_DEFINITION } from "../graph/tokens";
import { UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-task-definition-no-host-namespace",
    description: "Task definitions share no process or IPC namespace with their host.",
    level: "mandatory",
    severity: "high",
    framework: securityHub(
      "ECS.3",
      "ECS task definitions do not share the host's process namespace",
    ),
    tags: ["checkov:CKV_AWS_335"],
    remediationSteps: 'Remove it from the task definition, or set it to "task".',
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html",
    types: [TASK_DEFINITION],
  },
  {
    resource({ props }, report) {
      for (const name of ["pidMode", "ipcMode"]) {
        const mode = props[name];
        if (mode === UNKNOWN) {
          report.unknown(name);
        } else if (mode === "host") {
          report.fail(`${name} is "host".`);
        }
      }
    },
  },
);
