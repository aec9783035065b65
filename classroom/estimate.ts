import {
  type CostPart,
  fargateTasks,
  instances,
  kmsKeys,
  loadBalancers,
  natGateways,
  publicAddresses,
  secrets,
  shareOut,
} from "../policies/cost/parts";
import type { Settings } from "../settings";

export { type CostPart, describeParts, merged, monthlyUsd } from "../policies/cost/parts";
export { prices } from "../policies/cost/prices";

/**
 * What a stack costs by the hour whether it is used or not, in parts: an estimate from its settings, with
 * the tasks and instances it starts with. What is paid by use is not in it (`prices.usage`), nor what
 * autoscaling adds.
 *
 * Source: the price table in policies/cost/prices.ts, which has its own sources and date.
 */
export function estimateCost(settings: Settings): CostPart[] {
  return [
    ...foundationParts(settings),
    ...settings.chapters.flatMap((chapter) => chapterParts[chapter](settings)),
  ];
}

/** Network and load balancer, unless another stack has them. */
function foundationParts(settings: Settings): CostPart[] {
  const { availabilityZones, natGateways: strategy, sharedNetwork } = settings;
  if (sharedNetwork !== "none") return [];
  const zones = availabilityZones.length;
  const gateways = { none: 0, single: 1, "per-az": zones }[strategy];
  // The load balancer has an address in each zone, a NAT gateway its own.
  return [natGateways(gateways), loadBalancers(1), publicAddresses(zones + gateways)];
}

/** What each chapter adds to the foundation. */
const chapterParts: Readonly<
  Record<Settings["chapters"][number], (settings: Settings) => CostPart[]>
> = {
  network: () => [],
  fargate: (settings) => fargateParts(settings, settings),
  microservices: (settings) => [
    ...settings.microservices.flatMap(({ cpu, memory, desiredCount }) =>
      fargateParts(settings, {
        cpu: cpu ?? settings.cpu,
        memory: memory ?? settings.memory,
        desiredCount: desiredCount ?? settings.desiredCount,
      }),
    ),
    secrets(new Set(settings.microservices.flatMap((service) => service.secrets ?? [])).size),
  ],
  cicd: (settings) => [
    fargateTasks({ ...settings, count: settings.desiredCount }),
    publicAddresses(settings.natGateways === "none" ? settings.desiredCount : 0),
    kmsKeys(1), // of the artifacts; the pipeline itself is paid by the minute
  ],
  ec2: ({ ec2InstanceType, ec2MinInstances }) => [instances(ec2InstanceType, ec2MinInstances)],
};

/** A service's tasks, shared out to Fargate and Fargate Spot as the settings say. */
function fargateParts(
  settings: Settings,
  { cpu, memory, desiredCount }: Pick<Settings, "cpu" | "memory" | "desiredCount">,
): CostPart[] {
  const { cpuArchitecture, fargateBase, fargateWeight, fargateSpotWeight } = settings;
  const shares =
    fargateSpotWeight === 0
      ? [{ base: 0, weight: 1 }]
      : [
          { base: fargateBase, weight: fargateWeight },
          { base: 0, weight: fargateSpotWeight },
        ];
  const [ordinary, spot] = shareOut(desiredCount, shares);
  const size = { cpu, memory, cpuArchitecture };
  return [
    fargateTasks({ ...size, count: ordinary?.tasks ?? 0 }),
    fargateTasks({ ...size, count: spot?.tasks ?? 0, spot: true }),
    publicAddresses(settings.natGateways === "none" ? desiredCount : 0),
  ];
}
