import type { Resources } from "../ecs/placement";

/** A task that is waiting for an instance. */
export interface WaitingTask {
  readonly size: Resources;
  /** Whether an instance may run only one task of its service. */
  readonly distinct: boolean;
}

/** How ECS scales a group, as set in the capacity provider. */
export interface ManagedScaling {
  /** Target utilization of the group in percent, 1 to 100. */
  readonly targetCapacity: number;
  /** Minimum and maximum number of instances added at a time, 1 to 10000. */
  readonly minimumScalingStepSize: number;
  readonly maximumScalingStepSize: number;
}

/**
 * Instances that a capacity provider needs (M in AWS's formula): those with tasks, plus as many as the waiting tasks
 * fill. A task that is too large even for an empty instance does not count, since no instance would help. Source: ECS
 * developer guide, "How Amazon ECS cluster auto scaling works".
 * @param busy instances that run tasks other than daemons
 * @param instance capacity of an empty instance
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
 * The metric CapacityProviderReservation in percent: needed relative to running instances. Without running instances,
 * it is 100 if none is needed, otherwise 200, which makes the group launch the first. Source: AWS Containers blog,
 * "Deep dive on Amazon ECS cluster auto scaling".
 */
export function capacityProviderReservation(needed: number, running: number): number {
  // Multiplied first, to avoid rounding errors: 42 of 150 is exactly 28 %.
  if (running > 0) return (needed * 100) / running;
  return needed === 0 ? 100 : 200;
}

/**
 * The number of instances that brings the reservation to its target, within the group's limits, and growing by at most
 * one scaling step.
 * @param desired the group's present desired capacity
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
