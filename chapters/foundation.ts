import * as pulumi from "@pulumi/pulumi";

import { LoadBalancer, Network } from "../components";
import type { Settings } from "../settings";

/** What all chapters stand on: one network and one load balancer with its listener. */
export interface Foundation {
  network: Pick<Network, "vpcId" | "vpcCidrBlock" | "taskSubnetIds" | "assignPublicIp">;
  loadBalancer: Pick<LoadBalancer, "dnsName" | "listenerArn" | "arnSuffix" | "securityGroupId">;
}

/** The stack whose network this one shares, if it shares one. */
export function classStack({ sharedNetwork: name }: Settings): pulumi.StackReference | undefined {
  return name === "none" ? undefined : new pulumi.StackReference("class-network", { name });
}

/** The stack's own network and load balancer, or those of the stack that `sharedNetwork` names. */
export function layFoundation(
  settings: Settings,
  shared: pulumi.StackReference | undefined,
  options: pulumi.ComponentResourceOptions,
): Foundation {
  if (shared) return sharedFoundation(settings, shared);
  const network = new Network("network", settings, options);
  return {
    network,
    loadBalancer: new LoadBalancer("load-balancer", { ...settings, network }, options),
  };
}

/**
 * What a class shares, read from the outputs of its network's stack. The block and the way out of
 * the tasks are settings, which the class gives to all its stacks alike: policies must know them at
 * preview.
 */
function sharedFoundation(
  { vpcCidrBlock, natGateways }: Settings,
  reference: pulumi.StackReference,
): Foundation {
  const shared = reference.requireOutput("network").apply(checkedNetwork);
  return {
    network: {
      vpcId: shared.vpcId,
      vpcCidrBlock,
      taskSubnetIds: shared.taskSubnetIds,
      assignPublicIp: natGateways === "none",
    },
    loadBalancer: {
      dnsName: shared.dnsName,
      listenerArn: shared.listenerArn,
      arnSuffix: shared.arnSuffix,
      securityGroupId: shared.securityGroupId,
    },
  };
}

/** What a class shares, unless its stack was last deployed when it shared less. */
function checkedNetwork(network: Partial<SharedNetwork>): SharedNetwork {
  const { vpcId, taskSubnetIds, dnsName, listenerArn, arnSuffix, securityGroupId } = network;
  const all = { vpcId, taskSubnetIds, dnsName, listenerArn, arnSuffix, securityGroupId };
  const missing = Object.entries(all).filter(([, value]) => value === undefined);
  if (missing.length === 0) return all as SharedNetwork;
  throw new pulumi.RunError(
    `sharedNetwork: that stack's output network has no ${missing.map(([name]) => name).join(", ")}; ` +
      "deploy it again with this version first (pulumi up)",
  );
}

/** The output `network` of a stack with the network chapter. */
export interface SharedNetwork {
  vpcId: string;
  taskSubnetIds: string[];
  dnsName: string;
  listenerArn: string;
  arnSuffix: string;
  /** Of the load balancer. */
  securityGroupId: string;
}

/** The network chapter: shows other stacks what they can share; they name this one in `sharedNetwork`. */
export function deployNetwork({ network, loadBalancer }: Foundation) {
  const { vpcId, taskSubnetIds } = network;
  const { dnsName, listenerArn, arnSuffix, securityGroupId } = loadBalancer;
  return { vpcId, taskSubnetIds, dnsName, listenerArn, arnSuffix, securityGroupId };
}
