import { DEFAULT_SECURITY_GROUP, VPC } from "../graph/tokens";
import { items, UNKNOWN } from "../graph/value";
import { reportLacking } from "../lib/companions";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

interface Settings {
  readonly everyVpc: boolean;
}

export default makeRule<Settings>(
  {
    name: "vpc-default-security-group-closed",
    description: "A VPC's default security group allows no traffic.",
    level: "advisory",
    severity: "high",
    framework: securityHub(
      "EC2.2",
      "VPC default security groups do not allow inbound or outbound traffic",
    ),
    tags: ["checkov:CKV2_AWS_12"],
    remediationSteps:
      "Add an aws.ec2.DefaultSecurityGroup with the VPC's id and no rules: resources without a group get this one.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html",
    types: [VPC, DEFAULT_SECURITY_GROUP],
    settings: {
      everyVpc: {
        type: "boolean",
        description:
          "Whether each VPC of the stack must have its default group closed by a resource.",
        default: false,
      },
    },
  },
  {
    resource({ type, props: { ingress, egress } }, report) {
      if (type !== DEFAULT_SECURITY_GROUP) return;
      const rules = [...items(ingress), ...items(egress)];
      if (rules.some((rule) => rule !== UNKNOWN)) {
        report.fail("The VPC's default group has rules.");
      } else if (rules.length > 0) {
        report.unknown("Whether the VPC's default group has rules");
      }
    },
    stack({ resources, settings }, report) {
      if (!settings.everyVpc) return;
      const companions = { of: [VPC], type: DEFAULT_SECURITY_GROUP, by: "vpcId" };
      const message =
        "The VPC's default group allows its members to reach each other and everything outside.";
      reportLacking(resources, companions, report, message);
    },
  },
);
