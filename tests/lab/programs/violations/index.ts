import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { declareService } from "./service";

const port80 = { fromPort: 80, toPort: 80 };
const tcp80 = { ...port80, protocol: "tcp" };

const variants: Readonly<Record<string, () => void>> = {
  nothing: () => {
    const { vpc, group } = declareService();
    new aws.vpc.SecurityGroupIngressRule("vpc", {
      securityGroupId: group.id,
      ...port80,
      ipProtocol: "tcp",
      cidrIpv4: pulumi.output(vpc.cidrBlock),
    });
  },
  networkMode: () => {
    declareService({ task: { networkMode: undefined, requiresCompatibilities: ["EC2"] } });
  },
  executionRole: () => {
    declareService({ task: { executionRoleArn: undefined } });
  },
  inlineIpv4: () => {
    declareService({ group: { ingress: [{ ...tcp80, cidrBlocks: ["0.0.0.0/0"] }] } });
  },
  inlineIpv6: () => {
    declareService({ group: { ingress: [{ ...tcp80, ipv6CidrBlocks: ["::/0"] }] } });
  },
  securityGroupRule: () => {
    const { group } = declareService();
    new aws.ec2.SecurityGroupRule("open", {
      type: "ingress",
      securityGroupId: group.id,
      ...tcp80,
      cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"],
    });
  },
  ingressRule: () => {
    const { group } = declareService();
    new aws.vpc.SecurityGroupIngressRule("open", {
      securityGroupId: group.id,
      ...port80,
      ipProtocol: "tcp",
      cidrIpv4: "0.0.0.0/0",
    });
  },
};

const broken = new pulumi.Config().require("broken");
const declare = variants[broken];
if (!declare) throw new pulumi.RunError(`broken: "${broken}" is not a key of variants`);
declare();
