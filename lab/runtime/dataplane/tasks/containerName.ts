import { lastPart } from "../../../shared/lastPart";

/**
 * The name that a container of a task has in Docker.
 * @param container as the task definition names it. @default the task's only one
 */
export function containerName(taskArn: string, container?: string): string {
  const id = lastPart(taskArn);
  return `ecs-handson-${id}${container === undefined ? "" : `-${container}`}`;
}
