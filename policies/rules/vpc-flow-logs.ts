import { FLOW_LOG, VPC } from "../graph/tokens";
import { reportLacking } from "../lib/companions";
import { securityHub } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "vpc-flow-logs",
    description: "VPCs write flow logs.",
    level: "advisory",
    severity: "medium",
    framework: securityHub("EC2.6", "VPC flow logging is enabled in all VPCs"),
    tags: ["checkov:CKV2_AWS_11"],
    remediationSteps: "Add an aws.ec2.FlowLog with the VPC's id and a log group or a bucket.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html",
    types: [VPC, FLOW_LOG],
  },
  {
    stack({ resources }, report) {
      const companions = { of: [VPC], type: FLOW_LOG, by: "vpcId" };
      reportLacking(resources, companions, report, "The VPC writes no flow logs.");
    },
  },
);
