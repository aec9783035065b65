import * as aws from "@pulumi/aws";
import type { lb, types } from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

import { refuseTwo } from "./args";
import { defaultVpcOf, openToAll } from "./defaultVpc";

type Args = lb.ApplicationLoadBalancerArgs;
type Endpoint = Pick<types.input.lb.ListenerArgs, "port" | "protocol">;

/**
 * Stands in for the component `awsx.lb.ApplicationLoadBalancer`: the same children under the same
 * names, with the same defaults (pulumi-awsx, awsx/lb/applicationLoadBalancer.ts).
 */
export class ApplicationLoadBalancer extends pulumi.ComponentResource {
  private readonly vpcId: pulumi.Input<string | undefined>;
  private readonly defaultSecurityGroup?: aws.ec2.SecurityGroup;
  private readonly loadBalancer: aws.lb.LoadBalancer;
  private readonly defaultTargetGroup: aws.lb.TargetGroup;
  private readonly listeners: readonly aws.lb.Listener[];

  /** @throws Error if arguments exclude each other. */
  constructor(
    name: string,
    inputs: Record<string, unknown>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("awsx:lb:ApplicationLoadBalancer", name, {}, opts);
    const args = inputs as Args;
    const {
      defaultSecurityGroup,
      defaultTargetGroup,
      defaultTargetGroupPort,
      listener,
      listeners,
      subnetIds,
      subnets: givenSubnets,
      ...rest
    } = args;
    const { subnetMappings } = rest;
    refuseTwo({ subnets: givenSubnets, subnetIds, subnetMappings });
    refuseTwo({ listener, listeners });
    refuseTwo({ defaultTargetGroup, defaultTargetGroupPort });
    const child = { parent: this };

    const { vpcId, subnets } = this.place(args);
    this.vpcId = vpcId;
    let { securityGroups } = rest;
    if (securityGroups === undefined && defaultSecurityGroup?.skip !== true) {
      const { args: groupArgs, securityGroupId } = defaultSecurityGroup ?? {};
      refuseTwo({ "defaultSecurityGroup.args": groupArgs, securityGroupId });
      if (securityGroupId === undefined) {
        this.defaultSecurityGroup = new aws.ec2.SecurityGroup(
          name,
          groupArgs ?? openToAll(vpcId),
          child,
        );
      }
      securityGroups = [
        (securityGroupId as pulumi.Input<string> | undefined) ??
          this.defaultSecurityGroup?.id ??
          "",
      ];
    }
    this.loadBalancer = new aws.lb.LoadBalancer(
      name,
      { ...rest, subnets, securityGroups, loadBalancerType: "application" },
      child,
    );
    this.defaultTargetGroup = new aws.lb.TargetGroup(
      name,
      { vpcId, targetType: "ip", ...defaultEndpoint(args), ...defaultTargetGroup },
      child,
    );
    const wanted = listeners ?? [{ ...defaultEndpoint(args), ...listener }];
    this.listeners = wanted.map((one, i) => this.createListener(`${name}-${i}`, one));
    this.registerOutputs(this.outputs());
  }

  /** The component's outputs, as `awsx.lb.ApplicationLoadBalancer` has them. */
  outputs(): pulumi.Inputs {
    const { defaultSecurityGroup, defaultTargetGroup, listeners, loadBalancer, vpcId } = this;
    return { defaultSecurityGroup, defaultTargetGroup, listeners, loadBalancer, vpcId };
  }

  /** Its place: the given subnets, or the public ones of the default VPC. */
  private place({ subnetIds, subnetMappings, subnets }: Args): {
    readonly vpcId: pulumi.Input<string | undefined>;
    readonly subnets?: pulumi.Input<string[]>;
  } {
    const vpcOf = (subnetId: pulumi.Output<string>): pulumi.Output<string> =>
      aws.ec2.getSubnetOutput({ id: subnetId }, { parent: this }).vpcId;
    if (subnets !== undefined) {
      const known = pulumi.output(subnets).apply((all = []) => all);
      return {
        vpcId: known.apply(([first]) => pulumi.output(first?.vpcId)),
        subnets: known.apply((all) => pulumi.all(all.map(({ id }) => id))),
      };
    }
    if (subnetIds !== undefined) {
      const ids = pulumi.output(subnetIds).apply((all = []) => all);
      return { vpcId: vpcOf(ids.apply(([first]) => first ?? "")), subnets: ids };
    }
    if (subnetMappings !== undefined) {
      const first = pulumi.output(subnetMappings).apply((all = []) => all[0]?.subnetId ?? "");
      return { vpcId: vpcOf(first) };
    }
    const { vpcId, publicSubnetIds } = defaultVpcOf(this);
    return { vpcId, subnets: publicSubnetIds };
  }

  private createListener(name: string, args: types.input.lb.ListenerArgs): aws.lb.Listener {
    const { defaultActions, ...rest } = args;
    const forward = [{ type: "forward", targetGroupArn: this.defaultTargetGroup.arn }];
    return new aws.lb.Listener(
      name,
      {
        ...endpoint(args),
        ...rest,
        defaultActions: pulumi.output(defaultActions).apply((given) => given ?? forward),
        loadBalancerArn: this.loadBalancer.arn,
      },
      { parent: this },
    );
  }
}

/**
 * Port and protocol of the default target group and of the only listener. As in awsx, a single item of `listeners` does
 * not affect the target group.
 */
function defaultEndpoint({ defaultTargetGroupPort, listener, listeners }: Args): Endpoint {
  if (listeners?.length === 1) return {};
  return endpoint(listeners?.[0] ?? listener ?? {}, defaultTargetGroupPort);
}

/** Derives a listener's missing port or protocol from the other one. */
function endpoint(
  { port, protocol }: Endpoint,
  defaultPort: pulumi.Input<number | undefined> = 80,
): Endpoint {
  if (port !== undefined) {
    const byPort = pulumi.output(port).apply((number) => (number === 443 ? "HTTPS" : "HTTP"));
    return { port, protocol: protocol ?? byPort };
  }
  if (protocol !== undefined) {
    const byProtocol = pulumi.output(protocol).apply((name) => (name === "HTTPS" ? 443 : 80));
    return { port: byProtocol, protocol };
  }
  return { port: defaultPort, protocol: "HTTP" };
}
