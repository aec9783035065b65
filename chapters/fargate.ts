import { type Capacity, FargateService } from "../components";
import { chapterPriority, type Settings } from "../settings";
import { hostsOf, requestCommand, scalingRules, type Shared, strategyArgs } from "./shared";

/** Chapter A: nginx on Fargate, which gets every request that no other chapter asks for. */
export function deployFargate(shared: Shared) {
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
      capacity: capacity(settings),
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

/** The first tutorial's launch type, unless a part of the tasks goes to Spot. */
export function capacity({ fargateWeight, fargateBase, fargateSpotWeight }: Settings): Capacity {
  if (fargateSpotWeight === 0) return "fargate";
  return {
    fargate: { weight: fargateWeight, base: fargateBase },
    fargateSpot: { weight: fargateSpotWeight },
  };
}
