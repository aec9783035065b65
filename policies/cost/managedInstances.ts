import { type CostPart, managedInstances, monthlyUsd } from "./parts";
import { prices } from "./prices";

/** The types that ECS may choose from, as in a capacity provider's requirements. */
export interface ManagedTypes {
  /** Types, or families with `*`. @default all */
  readonly allowed?: readonly string[];
  /** @default none */
  readonly excluded?: readonly string[];
  /** Whether t2, t3, t3a and t4g may be chosen: `included`, `excluded` or `required`. @default "excluded" */
  readonly burstable?: string;
  readonly vcpu?: Bounds;
  /** In MiB. */
  readonly memory?: Bounds;
}

/** Minimum and maximum, both inclusive. @default no limit */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** Tasks of one size that run on managed instances. */
export interface ManagedTasks {
  readonly count: number;
  /** CPU units (1024 = one vCPU). */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** @default "X86_64" */
  readonly cpuArchitecture?: string;
}

/**
 * The managed instances for some tasks, with ECS's management fee: of the cheapest allowed type. Up to three tasks get
 * an instance each, in different zones; more instances are added only if the tasks do not fit on those.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS Managed Instances auto scaling and task placement".
 *
 * @returns undefined if no known type is allowed and has room for the tasks.
 */
export function managedInstanceParts(
  types: ManagedTypes,
  tasks: readonly ManagedTasks[],
): CostPart[] | undefined {
  const running = tasks.filter(({ count }) => count > 0);
  const [onArm, onOthers] = [true, false].map((wanted) =>
    running.filter(({ cpuArchitecture }) => (cpuArchitecture === "ARM64") === wanted),
  );
  const parts = [cheapest(types, onArm ?? [], true), cheapest(types, onOthers ?? [], false)];
  return parts.includes(undefined) ? undefined : parts.flatMap((some) => some ?? []);
}

function cheapest(
  types: ManagedTypes,
  tasks: readonly ManagedTasks[],
  isArm: boolean,
): CostPart[] | undefined {
  if (tasks.length === 0) return [];
  const [cheapestParts] = candidates(types)
    .filter((type) => isArmType(type) === isArm && mayBe(type, types))
    .map((type) => ({ type, count: countOf(type, tasks) }))
    .filter(({ count }) => Number.isFinite(count))
    .map(({ type, count }) => managedInstances(type, count))
    .sort((one, other) => monthlyUsd(one) - monthlyUsd(other));
  return cheapestParts;
}

/** How many instances of a type the tasks need; Infinity if one of the tasks does not fit on any. */
function countOf(type: string, tasks: readonly ManagedTasks[]): number {
  const { vcpu, memory, tasks: most } = roomOf(type);
  const room = { cpu: vcpu * 1024, memory: memory * shareForTasks };
  if (tasks.some((task) => task.cpu > room.cpu || task.memory > room.memory)) return Infinity;
  const sum = (of: (task: ManagedTasks) => number) =>
    tasks.reduce((total, task) => total + task.count * of(task), 0);
  const count = sum(() => 1);
  return Math.max(
    Math.min(count, zones),
    Math.ceil(count / most),
    Math.ceil(sum(({ cpu }) => cpu) / room.cpu),
    Math.ceil(sum(({ memory }) => memory) / room.memory),
  );
}

/** Number of zones over which tasks are spread. */
const zones = 3;

/** Approximate share of an instance's memory that kernel and agent leave. */
const shareForTasks = 0.9;

/** Types to choose from: those of the price list, and the allowed types and families. */
function candidates({ allowed = [] }: ManagedTypes): string[] {
  const families = allowed.flatMap((pattern) => /^([a-z][a-z0-9-]*)\.\*$/.exec(pattern)?.[1] ?? []);
  return [
    ...new Set([
      ...Object.keys(prices.instances),
      ...allowed.filter((type) => !type.includes("*")),
      ...["m6i", "m7g", ...families].flatMap((family) => sizes.map((size) => `${family}.${size}`)),
    ]),
  ];
}

const sizes = ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"];

/**
 * Whether ECS may choose a type: it never uses types with a single vCPU or of the sizes nano and micro.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS Managed Instances instance types"; API reference,
 * "InstanceRequirementsRequest".
 */
function mayBe(type: string, { allowed, excluded, burstable, vcpu, memory }: ManagedTypes) {
  const room = roomOf(type);
  const isNamed = (patterns: readonly string[]) => patterns.some((one) => fits(type, one));
  return (
    room.vcpu > 1 &&
    !/\.(nano|micro)$/.test(type) &&
    (allowed === undefined || allowed.length === 0 || isNamed(allowed)) &&
    !isNamed(excluded ?? []) &&
    (burstable === "included" || isBurstable(type) === (burstable === "required")) &&
    isWithin(room.vcpu, vcpu) &&
    isWithin(room.memory, memory)
  );
}

const fits = (type: string, pattern: string) =>
  new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(type);

const isWithin = (value: number, { min = 0, max = Infinity }: Bounds = {}) =>
  value >= min && value <= max;

const isBurstable = (type: string) => /^t\d/.test(type);
const isArmType = (type: string) => /^[a-z]+\d+g[a-z]*\./.test(type);

/**
 * Approximate capacity of a type, derived from its name: burstable types are limited by their network interfaces,
 * others by those of ENI trunking.
 *
 * Source: Amazon EC2 instance types guide, "General purpose", "Compute optimized" and "Memory optimized".
 */
function roomOf(type: string): { vcpu: number; memory: number; tasks: number } {
  const [family = "", size = ""] = type.split(".");
  const [, times] = /^(\d*)xlarge/.exec(size) ?? [];
  const larges = times === undefined ? 1 : 2 * Number(times || 1);
  if (isBurstable(type)) {
    const small = { nano: 0.5, micro: 1, small: 2, medium: 4 }[size] ?? 8;
    return { vcpu: 2 * larges, memory: small * larges * 1024, tasks: larges > 1 ? 3 : 2 };
  }
  const vcpu = size === "medium" ? 1 : size.startsWith("metal") ? 96 : 2 * larges;
  const perVcpu = family.startsWith("c") ? 2 : /^[rxz]/.test(family) ? 8 : 4;
  return { vcpu, memory: vcpu * perVcpu * 1024, tasks: 10 * larges };
}
