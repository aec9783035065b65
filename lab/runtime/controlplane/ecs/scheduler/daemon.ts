import type {
  SchedulingStrategy,
  ServiceSnapshot,
  SchedulingStep,
  TaskSnapshot,
} from "./schedulingStrategy";

/**
 * DAEMON: exactly one task on each instance. An old task makes room for its successor first, as far as
 * `minimumHealthyPercent` of the instances (rounded up) keep a healthy one; a task whose instance is draining stops,
 * and so does one that is waiting for an instance that is gone. Source: ECS developer guide, "Amazon ECS service
 * scheduler", "Daemon".
 */
export const daemon: SchedulingStrategy = {
  next({ instances, minimumHealthyPercent, primaryId, tasks }: ServiceSnapshot): SchedulingStep {
    const least = Math.ceil((instances.length * minimumHealthyPercent) / 100);
    const isPlaced = ({ instanceId }: TaskSnapshot) =>
      instanceId !== undefined && instances.includes(instanceId);
    const isWanted = ({ deploymentId, unhealthy }: TaskSnapshot) =>
      deploymentId === primaryId && !unhealthy;

    const strays = tasks.filter((task) => task.draining || (task.unplaced && !isPlaced(task)));
    const placed = tasks.filter(isPlaced);
    const startOn = instances.filter((id) => !placed.some(({ instanceId }) => instanceId === id));
    const old = placed.filter((task) => !isWanted(task));
    let spare = placed.filter(({ healthy }) => healthy).length - least;
    const leaving = old.filter(({ healthy }) => !healthy || spare-- > 0);

    const stop = [...strays, ...leaving].map(({ arn }) => arn);
    const waiting = placed.some((task) => isWanted(task) && !task.healthy);
    const blocked = old.length > 0 && startOn.length === 0 && stop.length === 0 && !waiting;
    return { start: startOn.length, startOn, stop, blocked };
  },
};
