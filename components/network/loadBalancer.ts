import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { baseNameProblem, physicalName } from "../shared/names";
import { rejectProblems } from "../shared/problems";
import type { Network } from "./network";

export interface LoadBalancerArgs {
  /**
   * Base of the physical names; the stack is added. With another one the load balancer is deleted and made anew,
   * under another address.
   * @default "handson"
   */
  name?: string;
  /** Where it stands: in the public subnets, and it may send to the VPC only. */
  network: Pick<Network, "vpcId" | "vpcCidrBlock" | "publicSubnetIds">;
}

/**
 * An internet-facing Application Load Balancer that listens on HTTP port 80 and answers 404 until a
 * service adds a rule. Many services can share it, each by a rule of its own priority.
 *
 * Source: the first tutorial takes its load balancer as given; this is the one that it needs. The
 * settings are those of "Application Load Balancers" in the Elastic Load Balancing guide.
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** DNS name under which the load balancer answers. */
  readonly dnsName: pulumi.Output<string>;
  /** ARN of the HTTP listener, for listener rules. */
  readonly listenerArn: pulumi.Output<string>;
  /** Id of its security group, for tasks that let nobody else in. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Last part of the load balancer's ARN, by which CloudWatch knows its metrics. */
  readonly arnSuffix: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:lb:LoadBalancer", name, {}, opts);
    const base = args.name ?? "handson";
    rejectProblems(this, [baseNameProblem(base)]);
    const stack = pulumi.getStack();
    const parent = { parent: this };

    const securityGroup = new aws.ec2.SecurityGroup(
      `${name}-alb`,
      {
        name: physicalName("securityGroup", `${base}-alb`, stack),
        description: `${base} load balancer`,
        vpcId: args.network.vpcId,
        tags: { Name: physicalName("securityGroup", `${base}-alb`, stack) },
      },
      parent,
    );
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-alb-http`,
      {
        securityGroupId: securityGroup.id,
        description: "HTTP from the internet",
        ipProtocol: "tcp",
        fromPort: 80,
        toPort: 80,
        cidrIpv4: "0.0.0.0/0",
      },
      parent,
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-alb-targets`,
      {
        securityGroupId: securityGroup.id,
        description: "Requests and health checks to targets in the VPC",
        ipProtocol: "-1",
        cidrIpv4: args.network.vpcCidrBlock,
      },
      parent,
    );

    const loadBalancer = new aws.lb.LoadBalancer(
      `${name}-alb`,
      {
        name: physicalName("loadBalancer", base, stack),
        loadBalancerType: "application",
        internal: false,
        securityGroups: [securityGroup.id],
        subnets: args.network.publicSubnetIds,
        dropInvalidHeaderFields: true,
      },
      // A target group hangs on one load balancer only, so those of services that stay would have no place on the
      // new one while the old one stands.
      { ...parent, deleteBeforeReplace: true },
    );
    const listener = new aws.lb.Listener(
      `${name}-http`,
      {
        loadBalancerArn: loadBalancer.arn,
        port: 80,
        protocol: "HTTP",
        defaultActions: [
          {
            type: "fixed-response",
            fixedResponse: {
              contentType: "text/plain",
              messageBody: "No service answers here.",
              statusCode: "404",
            },
          },
        ],
      },
      parent,
    );

    this.dnsName = loadBalancer.dnsName;
    this.listenerArn = listener.arn;
    this.securityGroupId = securityGroup.id;
    this.arnSuffix = loadBalancer.arnSuffix;
    this.registerOutputs({ dnsName: this.dnsName });
  }
}
