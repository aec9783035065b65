import { type Capacity, FargateService } from "../components";
import type { Settings } from "../settings";
import { scalingRules, type Shared } from "./shared";

/** Chapter A: nginx on Fargate, which gets every request that no other chapter asks for. */
export function deployFargate({ settings, network, loadBalancer, options }: Shared) {
  const service = new FargateService(
    "fargate",
    {
      ...settings,
      network,
      listenerArn: loadBalancer.listenerArn,
      loadBalancerArnSuffix: loadBalancer.arnSuffix,
      capacity: capacity(settings),
      autoscaling: scalingRules(settings),
    },
    options,
  );
  return {
    clusterName: service.clusterName,
    serviceName: service.serviceName,
    commands: service.commands,
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
