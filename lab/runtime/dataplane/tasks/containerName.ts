/**
 * The name that a container of a task has in Docker.
 * @param container as the task definition names it. @default the task's only one
 */
export function containerName(taskArn: string, container?: string): string {
  const id = taskArn.split("/").at(-1) ?? "";
  return `ecs-handson-${id}${container === undefined ? "" : `-${container}`}`;
}
