import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { Network } from "../network/network";
import { createNamedGroup } from "../shared/securityGroup";
import { type Transform, transformed } from "../shared/transform";

/** Overrides for the arguments of each resource of the instances' firewall. */
export interface InstancesGroupTransform {
  securityGroup?: Transform<aws.ec2.SecurityGroupArgs>;
  securityGroupEgressRule?: Transform<aws.vpc.SecurityGroupEgressRuleArgs>;
}

export interface InstancesGroupArgs {
  /** Base of the names of the cluster's resources. */
  name: string;
  network: Pick<Network, "vpcId">;
  /** Description of the egress rule. */
  egress: string;
  transform: InstancesGroupTransform | undefined;
}

/** The security group of a cluster's instances, which lets nothing in and everything out. */
export function createInstancesGroup(
  name: string,
  { name: base, network, egress, transform }: InstancesGroupArgs,
  parent: pulumi.Resource,
): aws.ec2.SecurityGroup {
  const securityGroup = createNamedGroup(
    `${name}-instances`,
    {
      base: `${base}-instances`,
      description: `${base} instances`,
      vpcId: network.vpcId,
      transform: transform?.securityGroup,
    },
    parent,
  );
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-instances-out`,
    transformed(
      `${name}-instances-out`,
      {
        securityGroupId: securityGroup.id,
        description: egress,
        ipProtocol: "-1",
        cidrIpv4: "0.0.0.0/0",
      },
      transform?.securityGroupEgressRule,
    ),
    { parent },
  );
  return securityGroup;
}
