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
 * What the parts of a stack cost by the hour, with everything that they include. Used by the estimates both from a stack's
 * settings and from its resources.
 */

/** A load balancer, with one public address in each subnet if it faces the internet. */
export const loadBalancerParts = (addresses: number): CostPart[] => [
  loadBalancers(1),
  publicAddresses(addresses),
];

/** A cluster, which only costs something with Container Insights. */
export const clusterParts = (hasInsights: boolean): CostPart[] => [
  insightsMetrics(hasInsights ? metrics.cluster : 0),
];

/** A service on Fargate. */
export interface FargateServiceCost {
  /** The number of tasks, and how they are distributed. */
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

/** The metrics of a service that has tasks, whatever they run on, and of its family. */
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
 * How many metrics Container Insights writes while tasks run. Ten (CPU, memory, ephemeral storage, network and storage,
 * reserved and used) exist for the cluster, for each service and for each family; a cluster has three additional counts,
 * and a service five.
 *
 * Source: Amazon CloudWatch user guide, "Amazon ECS Container Insights metrics".
 */
const metrics = { cluster: 13, service: 15, family: 10 };
