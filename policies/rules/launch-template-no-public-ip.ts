import { INSTANCE, LAUNCH_CONFIGURATION, LAUNCH_TEMPLATE, SPOT_INSTANCE } from "../graph/tokens";
import { field, isTrue, items, UNKNOWN, type Value } from "../graph/value";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "launch-template-no-public-ip",
    description: "EC2 instances get no public IP address.",
    level: "advisory",
    severity: "high",
    framework: securityHub(
      "EC2.25",
      "EC2 launch templates do not assign public IPs to network interfaces",
    ),
    tags: ["security-hub:EC2.9", "security-hub:AutoScaling.5", "checkov:CKV_AWS_88"],
    remediationSteps:
      "Leave associatePublicIpAddress false, and start instances in private subnets behind a NAT gateway or VPC endpoints.",
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
    types: [LAUNCH_TEMPLATE, INSTANCE, LAUNCH_CONFIGURATION, SPOT_INSTANCE],
  },
  {
    resource({ props }, report) {
      const given: readonly Value[] = [
        props.associatePublicIpAddress,
        ...items(props.networkInterfaces).map((each) => field(each, "associatePublicIpAddress")),
      ];
      if (given.some(isTrue)) {
        report.fail("associatePublicIpAddress is true.");
      } else if (given.includes(UNKNOWN)) {
        report.unknown("associatePublicIpAddress");
      }
    },
  },
);
