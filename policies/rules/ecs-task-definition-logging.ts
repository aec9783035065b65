import { TASK_DEFINITION } from "../graph/tokens";
import { isAbsent } from "../graph/value";
import { containersOf } from "../lib/containers";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-task-definition-logging",
    description: "Every container has a log configuration.",
    level: "mandatory",
    severity: "medium",
    framework: securityHub("ECS.9", "ECS task definitions have a logging configuration"),
    remediationSteps:
      'Add logConfiguration: { logDriver: "awslogs", options } to the container, or another driver.',
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
    types: [TASK_DEFINITION],
  },
  {
    resource({ props }, report) {
      for (const container of containersOf(props, report)) {
        const driver = container.get("logConfiguration", "logDriver");
        if (isAbsent(driver) || driver === "none") {
          report.fail(`The container ${container.name} has no log driver.`);
        }
      }
    },
  },
);
