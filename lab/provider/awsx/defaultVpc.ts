import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/**
 * Stands in for the component `awsx.ec2.DefaultVpc`, which creates nothing (pulumi-awsx, awsx/ec2/defaultVpc.ts).
 */
export class DefaultVpc extends pulumi.ComponentResource {
  private readonly network: pulumi.Output<DefaultNetwork>;

  constructor(name: string, opts: pulumi.ComponentResourceOptions) {
    super("awsx:ec2:DefaultVpc", name, {}, opts);
    this.network = defaultVpcOf(this);
    this.registerOutputs(this.outputs());
  }

  /** The component's outputs, as `awsx.ec2.DefaultVpc` has them. */
  outputs(): pulumi.Inputs {
    const { privateSubnetIds, publicSubnetIds, vpcId } = this.network;
    return { privateSubnetIds, publicSubnetIds, vpcId };
  }
}

export interface DefaultNetwork {
  readonly vpcId: string;
  /** Subnets whose instances get a public address: all those that AWS creates. */
  readonly publicSubnetIds: string[];
  readonly privateSubnetIds: string[];
}

/** The region's default VPC, as awsx finds it: pulumi-awsx, awsx/ec2/getDefaultVpc.ts. */
export function defaultVpcOf(parent: pulumi.Resource): pulumi.Output<DefaultNetwork> {
  const opts = { parent };
  return aws.ec2.getVpcOutput({ default: true }, opts).apply(({ id: vpcId }) =>
    aws.ec2
      .getSubnetsOutput({ filters: [{ name: "vpc-id", values: [vpcId] }] }, opts)
      .ids.apply((ids) => pulumi.all(ids.map((id) => aws.ec2.getSubnetOutput({ id }, opts))))
      .apply((subnets) => {
        const idsWhere = (isPublic: boolean): string[] =>
          subnets
            .filter(({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch === isPublic)
            .map(({ id }) => id);
        return { vpcId, publicSubnetIds: idsWhere(true), privateSubnetIds: idsWhere(false) };
      }),
  );
}

/**
 * The security group that awsx creates if none is given: allows all incoming traffic, and outgoing TCP.
 *
 * Source: pulumi-awsx, awsx/lb/applicationLoadBalancer.ts; awsx/ecs/fargateService.ts,
 * `getDefaultNetworkConfiguration`.
 */
export function openToAll(vpcId: pulumi.Input<string | undefined>): aws.ec2.SecurityGroupArgs {
  const everywhere = { cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] };
  return {
    vpcId,
    ingress: [{ fromPort: 0, toPort: 0, protocol: "-1", ...everywhere }],
    egress: [{ fromPort: 0, toPort: 65_535, protocol: "tcp", ...everywhere }],
  };
}
