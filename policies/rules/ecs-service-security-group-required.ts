import { TASK_RUNNERS } from "../graph/tokens";
import { field, isAbsent, items, UNKNOWN } from "../graph/value";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "ecs-service-security-group-required",
    description: "ECS services name the security groups of their tasks.",
    level: "mandatory",
    severity: "medium",
    framework: practice("A service does not fall back on its VPC's default security group"),
    remediationSteps: "Pass at least one group in networkConfiguration.securityGroups.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html",
    types: TASK_RUNNERS,
  },
  {
    resource({ props }, report) {
      const { networkConfiguration, deploymentController } = props;
      if (isAbsent(networkConfiguration) && field(deploymentController, "type") === "EXTERNAL") {
        return; // Its task sets have their own.
      }
      const groups = field(networkConfiguration, "securityGroups");
      if (groups === UNKNOWN) {
        report.unknown("networkConfiguration.securityGroups");
      } else if (items(groups).filter((group) => !isAbsent(group)).length === 0) {
        report.fail("It names no security group, so the VPC's default group would apply.");
      }
    },
  },
);
