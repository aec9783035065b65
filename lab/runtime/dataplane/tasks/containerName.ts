import { lastPart } from "../../../shared/lastPart";

/**
 * The Docker name of a task's container.
 * @param container as the task definition names it. @default the task's only one
 */
export function containerName(taskArn: string, container?: string): string {
  const id = lastPart(taskArn);
  return `ecs-handson-${id}${container === undefined ? "" : `-${container}`}`;
}
