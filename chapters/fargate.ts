import * as pulumi from "@pulumi/pulumi";

import { type Capacity, FargateService } from "../components";
import { physicalName } from "../components/shared/names";
import { chapterPriority } from "../settings";
import { hostsOf, requestCommand, scalingRules, type Shared, strategyArgs } from "./shared";

/** Chapter A: nginx on Fargate, which gets every request that no other chapter asks for. */
export async function deployFargate(shared: Shared) {
  const { settings, network, loadBalancer, options } = shared;
  const hostHeaders = hostsOf(settings, []);
  const service = new FargateService(
    "fargate",
    {
      ...settings,
      network,
      listenerArn: loadBalancer.listenerArn,
      loadBalancerArnSuffix: loadBalancer.arnSuffix,
      priority: chapterPriority(settings, "fargate"),
      hostHeaders,
      capacity: await capacity(shared, { cluster: settings.name, name: settings.name }),
      deployment: strategyArgs(settings, settings.deploymentStrategy),
      autoscaling: scalingRules(settings),
    },
    options,
  );
  return {
    clusterName: service.clusterName,
    serviceName: service.serviceName,
    commands: { ...service.commands, request: requestCommand(shared, hostHeaders) },
  };
}

/**
 * The first tutorial's launch type, unless a part of the tasks goes to Spot. A service that has a strategy
 * already keeps to strategies, for on the way back to a launch type it would be replaced.
 *
 * @param service bases of the names of the service and its cluster.
 */
export async function capacity(
  { settings, standing }: Shared,
  service: { cluster: string; name: string },
): Promise<Capacity> {
  const { fargateWeight, fargateBase, fargateSpotWeight } = settings;
  if (fargateSpotWeight > 0) {
    return {
      fargate: { weight: fargateWeight, base: fargateBase },
      fargateSpot: { weight: fargateSpotWeight },
    };
  }
  const stack = pulumi.getStack();
  const cluster = physicalName("cluster", service.cluster, stack);
  const name = physicalName("service", service.name, stack);
  return (await standing.hasStrategy(cluster, name)) ? { fargate: { weight: 1 } } : "fargate";
}
