import { type Capacity, FargateService, type StrategyArgs } from "../components";
import type { Settings } from "../settings";
import { hostsOf, priorityOf, requestCommand, scalingRules, type Shared } from "./shared";

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
      priority: priorityOf(settings, 100),
      hostHeaders,
      capacity: capacity(settings),
      deployment: deployment(settings),
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
function capacity({ fargateWeight, fargateBase, fargateSpotWeight }: Settings): Capacity {
  if (fargateSpotWeight === 0) return "fargate";
  return {
    fargate: { weight: fargateWeight, base: fargateBase },
    fargateSpot: { weight: fargateSpotWeight },
  };
}

/** The chosen strategy with the settings that are its own. */
function deployment(settings: Settings): StrategyArgs {
  const { deploymentStrategy: strategy, deploymentBakeMinutes: bakeTimeInMinutes } = settings;
  const { deploymentStepPercent: percent, deploymentStepBakeMinutes: minutes } = settings;
  switch (strategy) {
    case "ROLLING":
      return { strategy };
    case "BLUE_GREEN":
      return { strategy, bakeTimeInMinutes };
    case "LINEAR":
      return {
        strategy,
        bakeTimeInMinutes,
        linear: { stepPercent: percent, stepBakeTimeInMinutes: minutes },
      };
    case "CANARY":
      return { strategy, bakeTimeInMinutes, canary: { percent, bakeTimeInMinutes: minutes } };
  }
}
