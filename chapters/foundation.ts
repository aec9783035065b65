import * as pulumi from "@pulumi/pulumi";

import { LoadBalancer, Network } from "../components";
import type { Settings } from "../settings";
import { type ClientAddress, httpsArgs, ownAddress } from "./https";

/** What all chapters build on: one network and one load balancer with its listener. */
export interface Foundation {
  network: Pick<Network, "vpcId" | "vpcCidrBlock" | "taskSubnetIds" | "assignPublicIp"> & {
    /** Only known of the stack's own network; a class's outputs name only the subnets for tasks. */
    publicSubnetIds?: Network["publicSubnetIds"];
  };
  loadBalancer: Pick<
    LoadBalancer,
    "dnsName" | "listenerArn" | "httpListenerArn" | "arnSuffix" | "securityGroupId" | "url"
  >;
  address: ClientAddress;
}

/** The stack whose network this one shares, if it shares one. */
export function classStack({ sharedNetwork: name }: Settings): pulumi.StackReference | undefined {
  return name === "none" ? undefined : new pulumi.StackReference("class-network", { name });
}

/** The stack's own network and load balancer, or those of the stack that `sharedNetwork` names. */
export async function createFoundation(
  settings: Settings,
  shared: pulumi.StackReference | undefined,
  options: pulumi.ComponentResourceOptions,
  invokeOptions: pulumi.InvokeOptions,
): Promise<Foundation> {
  if (shared) return await sharedFoundation(settings, shared);
  const https = await httpsArgs(settings, invokeOptions);
  const network = new Network("network", settings, options);
  const { name } = settings;
  return {
    network,
    loadBalancer: new LoadBalancer("load-balancer", { name, network, ...https }, options),
    address: ownAddress(settings),
  };
}

/**
 * What a class shares, read from the outputs of its network's stack. The CIDR block and the tasks' internet access are
 * settings that the class gives to all its stacks alike: policies must know them at preview.
 */
async function sharedFoundation(
  { vpcCidrBlock, natGateways }: Settings,
  reference: pulumi.StackReference,
): Promise<Foundation> {
  const { scheme = "http", domain } = (await lastShared(reference)) ?? {};
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
      // The redirect to HTTPS belongs to the network's own stack; the priorities are for stacks that serve.
      httpListenerArn: undefined,
      arnSuffix: shared.arnSuffix,
      securityGroupId: shared.securityGroupId,
      url: pulumi.interpolate`${scheme}://${domain === undefined ? shared.dnsName : `${pulumi.getStack()}.${domain}`}/`,
    },
    address: { scheme, ...(domain === undefined ? {} : { domain }) },
  };
}

/** What a class shared after its last update, if it had one. */
export async function lastShared(
  reference: pulumi.StackReference,
): Promise<SharedNetwork | undefined> {
  return (await reference.getOutputValue("network")) as SharedNetwork | undefined;
}

/** What a class shares. Its stack may have last been deployed by an older version, which shared less. */
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
  /** Tells the policies what lies inside the VPC; missing in stacks of older versions. */
  vpcCidrBlock?: string;
  taskSubnetIds: string[];
  dnsName: string;
  listenerArn: string;
  arnSuffix: string;
  /** Of the load balancer. */
  securityGroupId: string;
  /** Missing where HTTP serves. */
  scheme?: ClientAddress["scheme"];
  domain?: string;
}

/** The network chapter: shows other stacks what they can share; they name this one in `sharedNetwork`. */
export function deployNetwork({ network, loadBalancer, address }: Foundation) {
  const { vpcId, vpcCidrBlock, taskSubnetIds } = network;
  const { dnsName, listenerArn, arnSuffix, securityGroupId } = loadBalancer;
  return {
    ...{ vpcId, vpcCidrBlock, taskSubnetIds },
    ...{ dnsName, listenerArn, arnSuffix, securityGroupId },
    ...(address.scheme === "https" ? address : {}),
  };
}
