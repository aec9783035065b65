import {
  type CostPart,
  fargateTasks,
  type FargateTasks,
  insightsMetrics,
  instances,
  loadBalancers,
  publicAddresses,
  shareOut,
} from "./parts";

/*
 * What the things of a stack cost by the hour, with all that comes with them. Whoever estimates a stack, from its
 * settings or from its resources, says by these what it has.
 */

/** A load balancer, with `addresses` public addresses: one in each subnet if it faces the internet. */
export const loadBalancerParts = (addresses: number): CostPart[] => [
  loadBalancers(1),
  publicAddresses(addresses),
];

/** A cluster, which alone costs something under Container Insights. */
export const clusterParts = (hasInsights: boolean): CostPart[] => [
  insightsMetrics(hasInsights ? metrics.cluster : 0),
];

/** A service on Fargate. */
export interface FargateServiceCost {
  /** Tasks, and how they are shared out. */
  readonly count: number;
  readonly shares: readonly {
    readonly base: number;
    readonly weight: number;
    readonly spot: boolean;
  }[];
  readonly size: Pick<FargateTasks, "cpu" | "memory" | "cpuArchitecture">;
  readonly hasPublicAddresses: boolean;
}

export const fargateServiceParts = (service: FargateServiceCost): CostPart[] => [
  ...shareOut(service.count, service.shares).map(({ tasks: count, spot }) =>
    fargateTasks({ ...service.size, count, spot }),
  ),
  publicAddresses(service.hasPublicAddresses ? service.count : 0),
];

/** The metrics of a service that has tasks, on whatever they run, and of its family. */
export const serviceInsightsParts = (hasInsights: boolean): CostPart[] => [
  insightsMetrics(hasInsights ? metrics.service + metrics.family : 0),
];

/** Instances of a group with their disks. */
export const instanceParts = (
  type: string,
  count: number,
  hasPublicAddresses: boolean,
): CostPart[] => [instances(type, count), publicAddresses(hasPublicAddresses ? count : 0)];

/**
 * How many metrics Container Insights writes while tasks run. Ten of a kind (CPU, memory, ephemeral storage, network
 * and storage, reserved and used) are of the cluster, of each service and of each family alike; a cluster has three
 * counts of its own and a service five.
 *
 * Source: Amazon CloudWatch user guide, "Amazon ECS Container Insights metrics".
 */
const metrics = { cluster: 13, service: 15, family: 10 };
