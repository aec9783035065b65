import * as ec2 from "aws-cdk-lib/aws-ec2";
import type * as ecr from "aws-cdk-lib/aws-ecr";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type { Construct } from "constructs";

/** Resources that all chapters share. */
export interface Shared {
  vpc: ec2.Vpc;
  listener: elb.ApplicationListener;
  repository: ecr.Repository;
}

/** The network, and the load balancer that answers 404 until a service adds a rule. */
export function createFoundation(scope: Construct): Pick<Shared, "vpc" | "listener"> {
  const vpc = new ec2.Vpc(scope, "vpc", {
    ipAddresses: ec2.IpAddresses.cidr("10.0.0.0/16"),
    maxAzs: 3,
    natGateways: 1,
    subnetConfiguration: [
      { name: "public", subnetType: ec2.SubnetType.PUBLIC },
      { name: "private", subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    ],
  });
  const securityGroup = new ec2.SecurityGroup(scope, "alb-security-group", {
    vpc,
    description: "handson load balancer",
    allowAllOutbound: false,
  });
  securityGroup.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(80), "HTTP from the internet");
  securityGroup.addEgressRule(
    ec2.Peer.ipv4(vpc.vpcCidrBlock),
    ec2.Port.allTraffic(),
    "Requests and health checks to targets in the VPC",
  );
  const loadBalancer = new elb.ApplicationLoadBalancer(scope, "alb", {
    vpc,
    internetFacing: true,
    securityGroup,
    dropInvalidHeaderFields: true,
  });
  const listener = loadBalancer.addListener("http", {
    port: 80,
    open: false,
    defaultAction: elb.ListenerAction.fixedResponse(404, {
      contentType: "text/plain",
      messageBody: "No service answers here.",
    }),
  });
  return { vpc, listener };
}
