import { type ListPrice, priceList, priceRegion } from "./priceList";

/** Hours per month in AWS's calculations. */
const hoursPerMonth = 730;

const usd = (name: keyof typeof priceList): number => priceList[name].usd;

/** Hourly prices by instance type: the list's entries whose name is a type. */
const instances: Readonly<Record<string, number>> = Object.fromEntries(
  Object.entries<ListPrice>(priceList)
    .filter(([name]) => name.includes("."))
    .map(([name, price]) => [name, price.usd]),
);

/**
 * List prices in ap-northeast-1 (Tokyo) in USD, before tax, free tiers and traffic, for estimates. Other regions
 * cost up to a fifth less. priceList.ts has the source and the date of each price.
 *
 * They are part of the pack because it must be complete in its own folder to be published.
 */
export const prices = {
  region: priceRegion,
  /** Date of the oldest price. */
  asOf: Object.values<ListPrice>(priceList)
    .map(({ read }) => read)
    .sort()[0],
  hoursPerMonth,
  /** An hour of one vCPU, or of one GiB of memory, of a Fargate task. */
  fargate: {
    X86_64: { vcpu: usd("fargateVcpu"), memory: usd("fargateMemory") },
    ARM64: { vcpu: usd("fargateArmVcpu"), memory: usd("fargateArmMemory") },
  },
  /** Spot's price as a share of the ordinary one. It changes daily, and is a third or less. */
  fargateSpotShare: 0.3,
  /**
   * ECS's fee for managing an instance, as a share of its on-demand price: USD 0.037 an hour for a c6a.2xlarge of
   * USD 0.306 in us-east-1, the example of https://aws.amazon.com/ecs/pricing/. The fee for instances with accelerators
   * is lower.
   */
  managedInstancesFee: 0.12,
  /** An hour of an EC2 instance, Linux, on demand. */
  instances,
  /**
   * Hourly price of a type that is not in the list above, per multiple of `large`: with accelerators, with much memory
   * or disk, and others. Each is the price of the most expensive common family, rounded up.
   */
  estimates: { accelerated: 1.4, special: 0.35, ordinary: 0.17 },
  /** A month of the 30 GiB gp3 volume that the ECS-optimized image starts with. */
  instanceVolume: 30 * usd("gp3Volume"),
  /** An hour of an Application Load Balancer, idle. */
  loadBalancer: usd("loadBalancer"),
  /** An hour of a NAT gateway. */
  natGateway: usd("natGateway"),
  /** An hour of a public IPv4 address, in use or not. */
  publicIpv4: usd("publicIpv4"),
  /** A month of an active pipeline of type V1. */
  pipeline: usd("pipelineV1"),
  /** A month of a secret, and of a customer managed KMS key. */
  secret: usd("secret"),
  kmsKey: usd("kmsKey"),
  /** A month of one of the metrics that Container Insights writes. */
  customMetric: usd("customMetric"),
  /** Usage-based prices, which an estimate of the resources cannot include. */
  usage: {
    "load balancer capacity unit, an hour": usd("loadBalancerCapacityUnit"),
    "traffic through a NAT gateway, a GB": usd("natGatewayTraffic"),
    "logs taken in, a GB": usd("logsTakenIn"),
    "logs kept, a GB and month": usd("logsKept"),
    "images kept, a GB and month": usd("imagesKept"),
    "CodeBuild general1.small, a minute": usd("buildMinute"),
    "CodePipeline of type V2, a minute": usd("pipelineV2"),
    "traffic to the internet, a GB": usd("internetTraffic"),
  },
} as const;
