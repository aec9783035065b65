import * as aws from "@pulumi/aws";
import * as ec2 from "@pulumi/awsx/ec2";
import type { NatGatewayStrategy } from "@pulumi/awsx/types/enums/ec2";
import * as pulumi from "@pulumi/pulumi";

import { subnetBlocks, vpcCidrProblem, zonesProblem } from "../shared/cidr";
import { about, rejectProblems } from "../shared/problems";
import { type Transform, transformed } from "../shared/transform";

/**
 * How tasks reach the internet to pull images and write logs:
 * - `none`: no NAT gateway and no cost; tasks run in the public subnets with a public address;
 * - `single`: one NAT gateway for all zones, in the first;
 * - `per-az`: one in each zone, so that the loss of a zone does not affect the others.
 */
export type NatGateways = "none" | "single" | "per-az";

/** Where a network logs its connections. */
export interface FlowLogs {
  /**
   * ARN of a bucket in the same region, optionally followed by a folder; its policy must let
   * `delivery.logs.amazonaws.com` put objects. AWS charges 0.25 USD per GB for the delivery in us-east-1, plus S3
   * storage.
   *
   * Source: Amazon VPC user guide, "Publish flow logs to Amazon S3".
   * @throws if it is text but not a bucket's ARN
   */
  bucketArn: pulumi.Input<string>;
  /** Which connections: accepted, rejected, or all. @default "ALL" */
  trafficType?: "ACCEPT" | "ALL" | "REJECT";
}

/** What a network takes in any language. */
export interface NetworkInputs {
  /**
   * IPv4 block of the VPC in CIDR notation, /16 to /24; below /23 there is only room for the zones a to d.
   * @default "10.0.0.0/16", the first tutorial's network
   * @throws if it is not such a block, has host bits set, or leaves no room for the subnets
   */
  vpcCidrBlock?: string;
  /**
   * Availability zones by name, at least two for a load balancer; a subnet pair in each, whose blocks depend only on
   * the zone. Their order does not matter.
   * @throws if there is only one, one is listed twice, or the VPC has no room for one
   */
  availabilityZones: string[];
  /**
   * NAT gateways. Each costs about 45 USD a month in ap-northeast-1, plus traffic.
   * @default "single"
   */
  natGateways?: NatGateways;
  /** Where flow logs are written. A changed bucket replaces the flow log. @default none */
  flowLogs?: FlowLogs;
}

/** Overrides for the arguments of each resource that a network consists of. */
export interface NetworkTransform {
  /** The VPC of awsx, which creates all the rest. */
  vpc?: Transform<ec2.VpcArgs>;
  flowLog?: Transform<aws.ec2.FlowLogArgs>;
}

export interface NetworkArgs extends NetworkInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: NetworkTransform;
}

/**
 * A VPC with a public and a private subnet in each zone: the first tutorial's network (10.0.0.0/16
 * with private subnets in three zones) with the public subnets that its internet-facing load
 * balancer needs.
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class Network extends pulumi.ComponentResource {
  /** Id of the VPC. */
  readonly vpcId: pulumi.Output<string>;
  /** IPv4 block of the VPC, for rules that let only the VPC in. */
  readonly vpcCidrBlock: string;
  /** Ids of the public subnets, one a zone: where the load balancer goes. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Ids of the subnets for tasks: the private ones, or with `natGateways: none` the public ones. */
  readonly taskSubnetIds: pulumi.Output<string[]>;
  /** Whether tasks need a public address to reach the internet; true only with `natGateways: none`. */
  readonly assignPublicIp: boolean;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ec2:Network", name, {}, opts);
    const { vpcCidrBlock = "10.0.0.0/16", natGateways = "single" } = args;
    const zones = args.availabilityZones.toSorted();
    rejectProblems(this, [
      zones.length < 2 ? "availabilityZones: a load balancer needs two; give another" : undefined,
      about("vpcCidrBlock", vpcCidrProblem(vpcCidrBlock)) ??
        about("availabilityZones:", zonesProblem(vpcCidrBlock, zones)),
      bucketProblem(args.flowLogs?.bucketArn),
    ]);
    const blocks = subnetBlocks(vpcCidrBlock, zones);

    // #region network
    const vpc = new ec2.Vpc(
      `${name}-vpc`,
      transformed<ec2.VpcArgs>(
        `${name}-vpc`,
        {
          cidrBlock: vpcCidrBlock,
          availabilityZoneNames: zones,
          enableDnsHostnames: true,
          natGateways: { strategy: natStrategy(natGateways) },
          subnetStrategy: "Auto",
          subnetSpecs: [
            { type: "Private", cidrBlocks: blocks.private },
            { type: "Public", cidrBlocks: blocks.public },
          ],
        },
        args.transform?.vpc,
      ),
      { parent: this },
    );
    // #endregion

    if (args.flowLogs) createFlowLog(name, vpc.vpcId, args.flowLogs, this, args.transform?.flowLog);

    this.vpcId = vpc.vpcId;
    this.vpcCidrBlock = vpcCidrBlock;
    this.publicSubnetIds = vpc.publicSubnetIds;
    this.assignPublicIp = natGateways === "none";
    this.taskSubnetIds = this.assignPublicIp ? vpc.publicSubnetIds : vpc.privateSubnetIds;
    this.registerOutputs({ vpcId: this.vpcId });
  }
}

function bucketProblem(arn: FlowLogs["bucketArn"] | undefined): string | undefined {
  return typeof arn !== "string" || /^arn:[\w-]+:s3:::[^/]+(\/.*)?$/.test(arn)
    ? undefined
    : `flowLogs.bucketArn "${arn}" is not a bucket's ARN: arn:aws:s3:::NAME, optionally with /FOLDER`;
}

function createFlowLog(
  network: string,
  vpcId: pulumi.Input<string>,
  { bucketArn, trafficType = "ALL" }: FlowLogs,
  parent: pulumi.Resource,
  transform: NetworkTransform["flowLog"],
): void {
  const name = `${network}-flow-logs`;
  new aws.ec2.FlowLog(
    name,
    transformed(
      name,
      { vpcId, trafficType, logDestinationType: "s3", logDestination: bucketArn },
      transform,
    ),
    { parent },
  );
}

function natStrategy(natGateways: NatGateways): NatGatewayStrategy {
  switch (natGateways) {
    case "none":
      return "None";
    case "single":
      return "Single";
    case "per-az":
      return "OnePerAz";
  }
}
