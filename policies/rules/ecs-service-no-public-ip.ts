import { TASK_RUNNERS } from "../graph/tokens";
import { field, isTrue, UNKNOWN } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-service-no-public-ip",
    description: "Tasks of ECS services get no public IP address.",
    level: "advisory",
    severity: "high",
    framework: securityHub("ECS.2", "ECS services do not assign public IP addresses automatically"),
    tags: ["security-hub:ECS.16"],
    remediationSteps:
      "Leave networkConfiguration.assignPublicIp false and run the tasks in private subnets behind a NAT gateway or VPC endpoints.",
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html",
    types: TASK_RUNNERS,
  },
  {
    resource({ props }, report) {
      const assigned = field(props.networkConfiguration, "assignPublicIp");
      if (assigned === UNKNOWN) {
        report.unknown("networkConfiguration.assignPublicIp");
      } else if (isTrue(assigned)) {
        report.fail("networkConfiguration.assignPublicIp is true.");
      }
    },
  },
);
