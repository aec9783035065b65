import { managedInstanceParts } from "../policies/cost/managedInstances";
import {
  type CostPart,
  kmsKeys,
  natGateways,
  publicAddresses,
  secrets,
} from "../policies/cost/parts";
import {
  clusterParts,
  fargateServiceParts,
  instanceParts,
  loadBalancerParts,
  serviceInsightsParts,
} from "../policies/cost/stack";
import type { Settings } from "../settings";

export { type CostPart, describeParts, merged, monthlyUsd } from "../policies/cost/parts";
export { prices } from "../policies/cost/prices";

/**
 * Estimates the fixed costs of a stack from its settings, in parts, with the tasks and instances it starts with. Costs by
 * usage (`prices.usage`) and what autoscaling adds are not included.
 *
 * Source: the price table in policies/cost/prices.ts, which has its own sources and date.
 */
export function estimateCost(settings: Settings): CostPart[] {
  return [
    ...foundationParts(settings),
    ...settings.chapters.flatMap((chapter) => chapterParts[chapter](settings)),
  ];
}

/** Network and load balancer, unless another stack has them, or ECS creates the only load balancer. */
function foundationParts(settings: Settings): CostPart[] {
  const { availabilityZones, natGateways: strategy, sharedNetwork } = settings;
  if (sharedNetwork !== "none" || settings.chapters.every((one) => one === "express")) return [];
  const zones = availabilityZones.length;
  const gateways = { none: 0, single: 1, "per-az": zones }[strategy];
  return [natGateways(gateways), publicAddresses(gateways), ...loadBalancerParts(zones)];
}

/** What each chapter adds to the foundation; all clusters have Container Insights. */
const chapterParts: Readonly<
  Record<Settings["chapters"][number], (settings: Settings) => CostPart[]>
> = {
  network: () => [],
  fargate: (settings) => [...clusterParts(true), ...onFargate(settings, settings)],
  microservices: (settings) => [
    ...clusterParts(true),
    ...settings.microservices.flatMap(({ cpu, memory, desiredCount }) =>
      onFargate(settings, {
        cpu: cpu ?? settings.cpu,
        memory: memory ?? settings.memory,
        desiredCount: desiredCount ?? settings.desiredCount,
      }),
    ),
    secrets(new Set(settings.microservices.flatMap((service) => service.secrets ?? [])).size),
  ],
  cicd: (settings) => [
    ...clusterParts(true),
    ...onFargate({ ...settings, fargateSpotWeight: 0 }, settings),
    kmsKeys(1), // for the artifacts; the pipeline itself is charged by the minute
  ],
  managedInstances: (settings) => [
    ...clusterParts(true),
    ...serviceInsightsParts(true),
    ...onManagedInstances(settings),
  ],
  ec2: ({ ec2InstanceType, ec2MinInstances, natGateways: strategy }) => [
    ...clusterParts(true),
    ...serviceInsightsParts(true),
    ...instanceParts(ec2InstanceType, ec2MinInstances, strategy === "none"),
  ],
  express: (settings) => [...clusterParts(true), ...onExpress(settings)],
};

/** Instances that ECS launches for the tasks; none if no allowed type has room for a task. */
function onManagedInstances(settings: Settings): CostPart[] {
  const { managedInstancesTypes: allowed, managedInstancesDesiredCount: count } = settings;
  const { cpu, memory, cpuArchitecture } = settings;
  return (
    managedInstanceParts({ allowed, burstable: "included" }, [
      { count, cpu, memory, cpuArchitecture },
    ]) ?? []
  );
}

/** Tasks of Express services run on Fargate, in public subnets, behind a load balancer that ECS creates. */
function onExpress({ availabilityZones, cpu, memory, desiredCount: count }: Settings): CostPart[] {
  return [
    ...loadBalancerParts(availabilityZones.length),
    ...fargateServiceParts({
      count,
      shares: [{ base: 0, weight: 1, spot: false }],
      size: { cpu, memory },
      hasPublicAddresses: true,
    }),
  ];
}

/** A service's tasks, distributed over Fargate and Fargate Spot as the settings say. */
function onFargate(
  settings: Settings,
  { cpu, memory, desiredCount: count }: Pick<Settings, "cpu" | "memory" | "desiredCount">,
): CostPart[] {
  const { cpuArchitecture, fargateBase, fargateWeight, fargateSpotWeight } = settings;
  const ordinary = { base: 0, weight: 1, spot: false };
  const shares =
    fargateSpotWeight === 0
      ? [ordinary]
      : [
          { ...ordinary, base: fargateBase, weight: fargateWeight },
          { base: 0, weight: fargateSpotWeight, spot: true },
        ];
  return [
    ...serviceInsightsParts(true),
    ...fargateServiceParts({
      count,
      shares,
      size: { cpu, memory, cpuArchitecture },
      hasPublicAddresses: settings.natGateways === "none",
    }),
  ];
}
