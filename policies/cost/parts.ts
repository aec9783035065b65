import { prices } from "./prices";

/** A part of a stack that is charged by the hour, whether it is used or not. */
export interface CostPart {
  /** What it is, e.g. `NAT gateway`. */
  readonly what: string;
  /** How many; may be fractional for tasks. */
  readonly count: number;
  /** The cost of all of them for a month of 730 hours, in USD. */
  readonly monthlyUsd: number;
  /** Whether the price is an estimate, because it is not in the list. @default false */
  readonly estimated?: boolean;
}

/** A part of `count` things that cost `hourlyUsd` each. */
const hourly = (what: string, count: number, hourlyUsd: number): CostPart =>
  monthly(what, count, hourlyUsd * prices.hoursPerMonth);

const monthly = (what: string, count: number, monthlyUsd: number): CostPart => ({
  what,
  count,
  monthlyUsd: count * monthlyUsd,
});

export const natGateways = (count: number) => hourly("NAT gateway", count, prices.natGateway);
export const loadBalancers = (count: number) => hourly("load balancer", count, prices.loadBalancer);
export const publicAddresses = (count: number) =>
  hourly("public IPv4 address", count, prices.publicIpv4);
export const pipelines = (count: number) => monthly("pipeline", count, prices.pipeline);
export const secrets = (count: number) => monthly("secret", count, prices.secret);
export const kmsKeys = (count: number) => monthly("KMS key", count, prices.kmsKey);

/** Metrics that Container Insights writes, charged like custom metrics. */
export const insightsMetrics = (count: number) =>
  monthly("Container Insights metric", count, prices.customMetric);

/** Tasks on Fargate. */
export interface FargateTasks {
  readonly count: number;
  /** CPU units (1024 = one vCPU). */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** @default "X86_64" */
  readonly cpuArchitecture?: string;
  /** @default false */
  readonly spot?: boolean;
}

export function fargateTasks(tasks: FargateTasks): CostPart {
  const { count, cpu, memory, cpuArchitecture = "X86_64", spot = false } = tasks;
  const price = prices.fargate[cpuArchitecture === "ARM64" ? "ARM64" : "X86_64"];
  const ordinary = (cpu / 1024) * price.vcpu + (memory / 1024) * price.memory;
  return spot
    ? hourly("Fargate Spot task", count, ordinary * prices.fargateSpotShare)
    : hourly("Fargate task", count, ordinary);
}

/** Tasks on Fargate that run `count` times a month; each run is charged for at least a minute. */
export function fargateRuns(tasks: FargateTasks): CostPart {
  const { count, monthlyUsd: all } = fargateTasks(tasks);
  const what = `${tasks.spot === true ? "Fargate Spot" : "Fargate"} run of a minute or more`;
  return { what, count, monthlyUsd: all / (prices.hoursPerMonth * 60) };
}

/** Instances with their volumes; the price of a type that is not in the list is estimated, and marked as such. */
export function instances(type: string, count: number): CostPart {
  const listed = prices.instances[type];
  const price = listed ?? estimatedPrice(type);
  const each = price * prices.hoursPerMonth + prices.instanceVolume;
  return { ...monthly(`${type} instance`, count, each), estimated: listed === undefined };
}

/** Instances that ECS manages, with its fee. */
export function managedInstances(type: string, count: number): CostPart[] {
  const hour = prices.instances[type] ?? estimatedPrice(type);
  return [
    instances(type, count),
    hourly("managed instance fee", count, hour * prices.managedInstancesFee),
  ];
}

/** Size as a multiple of `large`; bare metal counts as the largest. */
function sizeOf(size: string): number {
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? [];
  if (times !== undefined) return 2 * Number(times || 1);
  const small: Readonly<Record<string, number>> = {
    nano: 1,
    micro: 1,
    small: 1,
    medium: 1,
    large: 1,
  };
  return small[size] ?? 96;
}

/** Hourly price of an instance by its family and size, estimated on the high side. */
function estimatedPrice(type: string): number {
  const [family = "", size = ""] = type.split(".");
  const rate = /^(p|g|trn|inf|dl|vt|f)\d/.test(family)
    ? prices.estimates.accelerated
    : /^(u|x|z|i|is|im|d|h|hpc|mac)[\d-]/.test(family)
      ? prices.estimates.special
      : prices.estimates.ordinary;
  return rate * sizeOf(size);
}

/** The cost of all parts for a month, in USD. */
export function monthlyUsd(parts: readonly CostPart[]): number {
  return parts.reduce((sum, part) => sum + part.monthlyUsd, 0);
}

/** Sums up parts of one kind, most expensive first, without those whose count is 0. */
export function merged(parts: readonly CostPart[]): readonly CostPart[] {
  const byKind = new Map<string, CostPart>();
  for (const part of parts) {
    const { count = 0, monthlyUsd: usd = 0 } = byKind.get(part.what) ?? {};
    const sum = { count: count + part.count, monthlyUsd: usd + part.monthlyUsd };
    byKind.set(part.what, { ...part, ...sum });
  }
  return [...byKind.values()]
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.monthlyUsd - a.monthlyUsd);
}

/** Parts in words: `1 NAT gateway 45, 1 load balancer 18`, in whole USD. */
export function describeParts(parts: readonly CostPart[]): string {
  return merged(parts)
    .map(({ what, count, monthlyUsd: usd, estimated = false }) => {
      const name = count === 1 ? what : plural(what);
      const about = estimated ? " (an estimate: not in the price list)" : "";
      return `${Number(count.toFixed(2))} ${name} ${usd.toFixed(0)}${about}`;
    })
    .join(", ");
}

const plural = (what: string): string =>
  what.includes(" run of ")
    ? what.replace(" run of ", " runs of ")
    : `${what}${what.endsWith("s") ? "es" : "s"}`;

/** How `count` tasks are distributed by a strategy: those of `base` first, the rest by weight. */
export function shareOut<Share extends { readonly base: number; readonly weight: number }>(
  count: number,
  shares: readonly Share[],
): readonly (Share & { readonly tasks: number })[] {
  const based = shares.reduce((sum, { base }) => sum + base, 0);
  const weights = shares.reduce((sum, { weight }) => sum + weight, 0);
  const rest = Math.max(0, count - based);
  return shares.map((share) => ({
    ...share,
    tasks: Math.min(share.base, count) + (weights === 0 ? 0 : (rest * share.weight) / weights),
  }));
}
