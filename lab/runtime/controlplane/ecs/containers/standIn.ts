import type {
  ContainerExit,
  RunningContainer,
  TaskRuntime,
} from "../../../dataplane/tasks/runtime";
import type { ContainerDefinition, TaskDefinition } from "../ecs";
import type { TargetedPort } from "./taskMakeup";
import { mainContainer } from "./taskContainers";

/**
 * Secondary containers whose images cannot run here, such as a log router: the main container runs as if they were
 * there.
 */
export function standIns(
  { containerDefinitions: containers }: TaskDefinition,
  targets: readonly TargetedPort[],
  runtime: TaskRuntime,
): ContainerDefinition[] {
  const targeted = targets.map(({ containerName }) => containerName);
  const wanted = new Set(targeted.length > 0 ? targeted : [mainContainer(containers)?.name]);
  return containers.filter(
    ({ image, name }) => !wanted.has(name) && runtime.canRun?.(image) === false,
  );
}

/**
 * Replaces a container that cannot run here: does nothing until it is stopped, or exits successfully at once if others
 * wait for its end.
 */
export function standInRuntime(
  container: ContainerDefinition,
  siblings: readonly ContainerDefinition[],
): TaskRuntime {
  const isAwaited = siblings.some(({ dependsOn }) =>
    dependsOn.some(
      ({ condition, containerName }) =>
        containerName === container.name && ["COMPLETE", "SUCCESS"].includes(condition),
    ),
  );
  return {
    name: "static",
    prepare: () => Promise.resolve(),
    startContainer: ({ onOutput }) => {
      onOutput?.(`(the lab has no image ${container.image}: nothing runs in its place)`);
      return Promise.resolve(standIn(isAwaited));
    },
  };
}

function standIn(isOver: boolean): RunningContainer {
  let end = (): void => undefined;
  const exited = new Promise<ContainerExit>((resolve) => {
    end = () => {
      resolve({ code: 0 });
    };
  });
  if (isOver) end();
  return {
    runtime: "stand-in",
    address: "",
    exited,
    stop: () => {
      end();
      return Promise.resolve();
    },
  };
}
