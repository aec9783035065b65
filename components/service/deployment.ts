import type { Room } from "../shared/instanceTypes";
import { rangeProblem } from "../shared/problems";
import type { DeploymentStrategy } from "./deploymentStrategy";

/** How far a rolling deployment may deviate from the desired count, in percent of it. */
export interface DeploymentPercents {
  /**
   * Minimum percentage of the tasks that must stay healthy, 0 to 100, rounded up to whole tasks.
   * @default 100; with DAEMON 0, as a new task has no room until the old one is gone
   * @throws outside the range; if with `maximumPercent` no task could ever be replaced; with CODE_DEPLOY
   */
  minimumHealthyPercent?: number;
  /**
   * Maximum percentage of the tasks that may run, 100 to 200, rounded down to whole tasks. With DAEMON always 100.
   * @default 200
   * @throws outside the range; if with `minimumHealthyPercent` no task could ever be replaced; with CODE_DEPLOY
   */
  maximumPercent?: number;
}

/**
 * Says what is wrong with a deployment's limits, a sentence for each fault: percentages out of range,
 * more tasks than there is room for, or a deployment that could never replace a task, since it may
 * neither stop an old one first nor start a new one first. Strategies other than ROLLING always start all new tasks
 * first.
 *
 * @param desiredCount tasks that the service keeps running, 0 or more.
 * @param percents the two limits, both given, and the strategy (ROLLING unless given).
 * @param room how many tasks the instances hold; leave it out on Fargate, where there is always room.
 *
 * Source: Amazon ECS API reference, "DeploymentConfiguration".
 */
export function deploymentProblems(
  desiredCount: number,
  {
    minimumHealthyPercent,
    maximumPercent,
    strategy = "ROLLING",
  }: Required<DeploymentPercents> & { strategy?: DeploymentStrategy },
  room?: Room,
): string[] {
  const ranges = [
    rangeProblem("minimumHealthyPercent", minimumHealthyPercent, 0, 100),
    rangeProblem("maximumPercent", maximumPercent, 100, 200),
  ].filter((problem) => problem !== undefined);
  if (ranges.length > 0) return ranges;
  if (room && desiredCount > room.tasks) {
    return [
      `desiredCount ${desiredCount} has no room: ${room.reason}; allow more instances or take a larger type`,
    ];
  }
  if (strategy !== "ROLLING") {
    return room && desiredCount * 2 > room.tasks
      ? [
          `deployment.strategy ${strategy} has no room for twice ${tasks(desiredCount)}: ${room.reason}; ` +
            "allow more instances or use ROLLING",
        ]
      : [];
  }
  const mayStopFirst = Math.ceil((desiredCount * minimumHealthyPercent) / 100) < desiredCount;
  const mayStartFirst = Math.floor((desiredCount * maximumPercent) / 100) > desiredCount;
  if (desiredCount <= 0 || mayStopFirst) return [];
  if (!mayStartFirst) {
    return [
      `a deployment could never proceed: minimumHealthyPercent ${minimumHealthyPercent} and ` +
        `maximumPercent ${maximumPercent} of ${tasks(desiredCount)} allow neither one task less nor one more; ` +
        "lower the first or raise the second",
    ];
  }
  if (!room || room.tasks > desiredCount) return [];
  return [
    `a deployment could never proceed: minimumHealthyPercent ${minimumHealthyPercent} of ` +
      `${tasks(desiredCount)} asks for a new task before an old one stops, but ${room.reason}; ` +
      "allow more instances, take a larger type or lower minimumHealthyPercent",
  ];
}

const tasks = (count: number) => `${count} ${count === 1 ? "task" : "tasks"}`;
