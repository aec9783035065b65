import * as aws from "@pulumi/aws";
import type { types, ec2 } from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { cidr } from "../../account/types/shared";
import { parseArgs } from "./args";
import { autoLayout, explicitLayout, type SubnetLayout, type SubnetPlan } from "./subnetLayout";

/** The supported part of `awsx.ec2.VpcArgs`; any other argument is an error that names it. */
const vpcArgs = z.strictObject({
  availabilityZoneNames: z
    .array(z.string(), { error: "is required: the lab does not choose zones" })
    .min(1, "must name at least one zone"),
  cidrBlock: cidr.default("10.0.0.0/16"),
  enableDnsHostnames: z.custom<pulumi.Input<boolean>>().optional(),
  enableDnsSupport: z.custom<pulumi.Input<boolean>>().optional(),
  enableNetworkAddressUsageMetrics: z.custom<pulumi.Input<boolean>>().optional(),
  instanceTenancy: z.custom<pulumi.Input<string>>().optional(),
  natGateways: z
    .strictObject({ strategy: z.enum(["None", "Single", "OnePerAz"]).default("OnePerAz") })
    .default({ strategy: "OnePerAz" }),
  subnetSpecs: z
    .array(
      z.strictObject({
        type: z.enum(["Private", "Public"]),
        cidrBlocks: z.array(cidr, {
          error: "is required: the lab does not divide blocks by specs",
        }),
      }),
    )
    .refine((specs) => new Set(specs.map(({ type }) => type)).size === 2 && specs.length === 2, {
      error: "must be one Private and one Public in the lab",
    })
    .optional(),
  subnetStrategy: z.literal("Auto", { error: 'must be "Auto" in the lab' }),
  tags: z.record(z.string(), z.custom<pulumi.Input<string>>()).optional(),
} satisfies Partial<Record<keyof ec2.VpcArgs, z.ZodType>>);

type VpcArgs = z.output<typeof vpcArgs>;
type Tags = Record<string, pulumi.Input<string>>;
type NatStrategy = VpcArgs["natGateways"]["strategy"];

/** @throws Error unless the specs have a block for each zone. */
function layoutOf(
  name: string,
  { cidrBlock, availabilityZoneNames: zones, subnetSpecs: specs }: VpcArgs,
): SubnetLayout {
  if (!specs) return autoLayout(name, cidrBlock, zones);
  const wrong = specs.find(({ cidrBlocks }) => cidrBlocks.length !== zones.length);
  if (wrong) {
    throw new Error(
      `awsx.ec2.Vpc: subnetSpecs: ${wrong.type} has ${wrong.cidrBlocks.length} cidrBlocks for ${zones.length} zones`,
    );
  }
  return explicitLayout(name, zones, specs);
}

/**
 * Stands in for the component `awsx.ec2.Vpc`: the same children under the same names, and the same
 * outputs (pulumi-awsx, "Vpc").
 */
export class Vpc extends pulumi.ComponentResource {
  readonly eips: aws.ec2.Eip[] = [];
  readonly internetGateway: aws.ec2.InternetGateway;
  readonly natGateways: aws.ec2.NatGateway[] = [];
  readonly routeTableAssociations: aws.ec2.RouteTableAssociation[] = [];
  readonly routeTables: aws.ec2.RouteTable[] = [];
  readonly routes: aws.ec2.Route[] = [];
  readonly subnets: aws.ec2.Subnet[] = [];
  readonly vpc: aws.ec2.Vpc;
  private readonly privateSubnets: aws.ec2.Subnet[] = [];
  private readonly publicSubnets: aws.ec2.Subnet[] = [];

  /**
   * @param inputs The program's inputs, unchecked.
   * @throws Error listing everything that is invalid or not supported, before anything is created.
   */
  static create(
    name: string,
    inputs: Record<string, unknown>,
    opts: pulumi.ComponentResourceOptions,
  ): Vpc {
    const args = parseArgs("awsx.ec2.Vpc", vpcArgs, inputs);
    return new Vpc(name, args, layoutOf(name, args), opts);
  }

  private constructor(
    name: string,
    args: VpcArgs,
    private readonly layout: SubnetLayout,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("awsx:ec2:Vpc", name, {}, opts);
    const tags: Tags = { Name: name, ...args.tags };

    this.vpc = this.createVpc(name, args, tags);
    this.internetGateway = this.createInternetGateway(name, tags);
    for (const plan of inCreationOrder(this.layout.subnets)) {
      this.createSubnet(name, plan, args.natGateways.strategy, args.tags ?? {});
    }
    this.registerOutputs(this.outputs());
  }

  /** The component's outputs, as `awsx.ec2.Vpc` has them. */
  outputs(): pulumi.Inputs & Record<keyof Outputs, unknown> {
    return {
      eips: this.eips,
      internetGateway: this.internetGateway,
      isolatedSubnetIds: [],
      isolatedSubnets: [],
      natGateways: this.natGateways,
      privateSubnetIds: this.privateSubnets.map((subnet) => subnet.id),
      privateSubnets: this.privateSubnets,
      publicSubnetIds: this.publicSubnets.map((subnet) => subnet.id),
      publicSubnets: this.publicSubnets,
      routeTableAssociations: this.routeTableAssociations,
      routeTables: this.routeTables,
      routes: this.routes,
      subnetLayout: [
        { type: "Private", cidrMask: this.layout.privateMask },
        { type: "Public", cidrMask: this.layout.publicMask },
      ] satisfies Partial<types.output.ec2.ResolvedSubnetSpec>[],
      subnets: this.subnets,
      vpc: this.vpc,
      vpcEndpoints: [],
      vpcId: this.vpc.id,
    };
  }

  private createVpc(name: string, args: VpcArgs, tags: Tags): aws.ec2.Vpc {
    const settings: aws.ec2.VpcArgs = {
      cidrBlock: args.cidrBlock,
      enableDnsHostnames: args.enableDnsHostnames,
      enableDnsSupport: args.enableDnsSupport,
      enableNetworkAddressUsageMetrics: args.enableNetworkAddressUsageMetrics,
      instanceTenancy: args.instanceTenancy,
      tags,
    };
    return new aws.ec2.Vpc(name, settings, { parent: this });
  }

  private createInternetGateway(name: string, tags: Tags): aws.ec2.InternetGateway {
    return new aws.ec2.InternetGateway(
      name,
      { vpcId: this.vpc.id, tags },
      { parent: this.vpc, dependsOn: [this.vpc] },
    );
  }

  private createSubnet(
    vpcName: string,
    plan: SubnetPlan,
    strategy: NatStrategy,
    ownTags: Tags,
  ): void {
    const { name, kind } = plan;
    const tags = { ...ownTags, Name: name, SubnetType: kind };
    const subnet = new aws.ec2.Subnet(
      name,
      {
        vpcId: this.vpc.id,
        availabilityZone: plan.zone,
        mapPublicIpOnLaunch: kind === "Public",
        cidrBlock: plan.cidrBlock,
        tags,
      },
      { parent: this.vpc, dependsOn: [this.vpc] },
    );
    this.subnets.push(subnet);
    (kind === "Public" ? this.publicSubnets : this.privateSubnets).push(subnet);

    const routeTable = new aws.ec2.RouteTable(
      name,
      { vpcId: this.vpc.id, tags },
      { parent: subnet, dependsOn: [subnet] },
    );
    this.routeTables.push(routeTable);
    this.routeTableAssociations.push(
      new aws.ec2.RouteTableAssociation(
        name,
        { routeTableId: routeTable.id, subnetId: subnet.id },
        { parent: routeTable, dependsOn: [routeTable] },
      ),
    );
    if (kind === "Public" && this.needsNatGateway(plan, strategy)) {
      this.createNatGateway(`${vpcName}-${plan.zoneIndex + 1}`, subnet, ownTags);
    }
    const target = this.defaultRouteTarget(plan, strategy);
    if (!target) return;
    this.routes.push(
      new aws.ec2.Route(
        name,
        { routeTableId: routeTable.id, ...target, destinationCidrBlock: "0.0.0.0/0" },
        { parent: routeTable, dependsOn: [routeTable] },
      ),
    );
  }

  private needsNatGateway({ zoneIndex }: SubnetPlan, strategy: NatStrategy): boolean {
    return strategy === "OnePerAz" || (strategy === "Single" && zoneIndex === 0);
  }

  private createNatGateway(name: string, subnet: aws.ec2.Subnet, ownTags: Tags): void {
    const tags = { ...ownTags, Name: name };
    const opts = { parent: subnet, dependsOn: [subnet] };
    const eip = new aws.ec2.Eip(name, { tags }, opts);
    this.eips.push(eip);
    this.natGateways.push(
      new aws.ec2.NatGateway(
        name,
        { subnetId: subnet.id, allocationId: eip.allocationId, tags },
        opts,
      ),
    );
  }

  private defaultRouteTarget(
    { kind, zoneIndex }: SubnetPlan,
    strategy: NatStrategy,
  ): Pick<aws.ec2.RouteArgs, "gatewayId" | "natGatewayId"> | undefined {
    if (kind === "Public") return { gatewayId: this.internetGateway.id };
    const natGateway = this.natGateways[strategy === "Single" ? 0 : zoneIndex];
    return natGateway && { natGatewayId: natGateway.id };
  }
}

type Outputs = Omit<ec2.Vpc, keyof pulumi.ComponentResource>;

/** Zone by zone, with the public subnet first, because the private one's route needs the NAT gateway in it. */
function inCreationOrder(plans: readonly SubnetPlan[]): SubnetPlan[] {
  return [...plans].sort(
    (a, b) =>
      a.zoneIndex - b.zoneIndex || Number(b.kind === "Public") - Number(a.kind === "Public"),
  );
}
