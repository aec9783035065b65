import type {
  SchedulingStrategy,
  ServiceSnapshot,
  SchedulingStep,
  TaskSnapshot,
} from "./schedulingStrategy";

/**
 * Rolling update: never more tasks than `maximumPercent` of the desired count (rounded down), and no healthy task
 * stopped that `minimumHealthyPercent` (rounded up) needs. Old tasks, and new ones that are unhealthy or whose instance
 * is draining, stop when healthy new ones replace them, or when a new one has no room otherwise, under the percentages
 * or on the instances. Source: ECS developer guide, "Deploy Amazon ECS services by replacing tasks", "Amazon ECS task
 * health and task replacement".
 */
export const rolling: SchedulingStrategy = {
  next({
    desiredCount,
    minimumHealthyPercent,
    maximumPercent,
    primaryId,
    tasks,
  }: ServiceSnapshot): SchedulingStep {
    const most = Math.floor((desiredCount * maximumPercent) / 100);
    const least = Math.min(desiredCount, Math.ceil((desiredCount * minimumHealthyPercent) / 100));
    const isWanted = ({ deploymentId, unhealthy, draining }: TaskSnapshot) =>
      deploymentId === primaryId && !unhealthy && !draining;
    const primary = tasks.filter(isWanted);
    const old = tasks.filter((task) => !isWanted(task));

    const missing = Math.max(0, desiredCount - primary.length);
    const room = Math.max(0, most - tasks.length);
    const start = Math.min(missing, room);

    // Scaled in: its own unhealthy tasks stop first, then the newest.
    const excess = Math.max(0, primary.length - desiredCount);
    const surplus = unhealthyFirst([...primary].reverse()).slice(0, excess);

    // Old tasks stop in exchange for healthy new ones, or to make room for the next new ones.
    const stillNeeded = Math.max(0, desiredCount - primary.filter(({ healthy }) => healthy).length);
    const replaced = Math.max(0, old.length - stillNeeded);
    const unplaced = primary.filter((task) => task.unplaced).length;
    const makeRoom = Math.max(0, missing - room) + unplaced;
    let spare = tasks.filter(({ healthy }) => healthy).length - least;
    spare -= surplus.filter(({ healthy }) => healthy).length;
    const leaving = unhealthyFirst(old)
      .slice(0, Math.max(replaced, Math.min(makeRoom, old.length)))
      .filter(({ healthy }) => !healthy || spare-- > 0);

    const stop = [...surplus, ...leaving].map(({ arn }) => arn);
    // Tasks that are still starting may make a step possible later; without any, nothing will.
    const waiting = primary.some(({ healthy }) => !healthy);
    const blocked = start === 0 && stop.length === 0 && missing > 0 && !waiting;
    return { start, stop, blocked };
  },
};

/** Unhealthy tasks before the others, otherwise in the same order. */
function unhealthyFirst<T extends { readonly healthy: boolean }>(tasks: readonly T[]): T[] {
  return [...tasks].sort((one, other) => Number(one.healthy) - Number(other.healthy));
}
