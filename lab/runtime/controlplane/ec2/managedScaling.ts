import type { Resources } from "../ecs/placement";

/** A task that waits for an instance. */
export interface WaitingTask {
  readonly size: Resources;
  /** Whether an instance takes one task of its service only. */
  readonly distinct: boolean;
}

/** How ECS scales a group, as the capacity provider has it. */
export interface ManagedScaling {
  /** How full the group shall be in percent, 1 to 100. */
  readonly targetCapacity: number;
  /** Minimum and maximum number of instances added at a time, 1 to 10000. */
  readonly minimumScalingStepSize: number;
  readonly maximumScalingStepSize: number;
}

/**
 * Instances that a capacity provider needs (M in AWS's formula): those with tasks, and as many as
 * the waiting tasks fill. A task too large for an empty instance asks for none: it would not help.
 * Source: ECS developer guide, "How Amazon ECS cluster auto scaling works".
 * @param busy instances that run more than daemons
 * @param instance room of an empty instance
 */
export function instancesNeeded(
  busy: number,
  waiting: readonly WaitingTask[],
  instance: Resources,
): number {
  const filled: Resources[] = [];
  let distinct = 0;
  for (const { size, distinct: alone } of waiting) {
    if (!fits(size, instance)) continue;
    if (alone) {
      distinct++;
      continue;
    }
    const index = filled.findIndex((free) => fits(size, free));
    const free = filled[index] ?? instance;
    filled[index === -1 ? filled.length : index] = minus(free, size);
  }
  return busy + Math.max(filled.length, distinct);
}

/**
 * The metric CapacityProviderReservation in percent: instances needed of those there are. Without
 * any it is 100 when none is needed, otherwise 200, which asks for the first.
 * Source: AWS Containers blog, "Deep dive on Amazon ECS cluster auto scaling".
 */
export function capacityProviderReservation(needed: number, running: number): number {
  // Multiplied first, so that 42 of 150 is 28 % and not a hair more.
  if (running > 0) return (needed * 100) / running;
  return needed === 0 ? 100 : 200;
}

/**
 * The number of instances that brings the reservation to its target, within the group's limits; one
 * step at most when it grows.
 * @param desired instances that the group wants now
 */
export function desiredInstances(
  needed: number,
  desired: number,
  limits: { readonly minSize: number; readonly maxSize: number },
  scaling: ManagedScaling,
): number {
  const target = Math.ceil((needed * 100) / scaling.targetCapacity);
  const growth = target - desired;
  const stepped =
    growth > 0
      ? desired +
        Math.min(Math.max(growth, scaling.minimumScalingStepSize), scaling.maximumScalingStepSize)
      : target;
  return Math.min(Math.max(stepped, limits.minSize), limits.maxSize);
}

export function fits(size: Resources, free: Resources): boolean {
  return size.cpu <= free.cpu && size.memory <= free.memory && size.interfaces <= free.interfaces;
}

export function minus(one: Resources, other: Resources): Resources {
  return {
    cpu: one.cpu - other.cpu,
    memory: one.memory - other.memory,
    interfaces: one.interfaces - other.interfaces,
  };
}
