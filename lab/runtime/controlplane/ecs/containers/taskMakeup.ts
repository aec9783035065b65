import type { LogStore } from "../../../dataplane/tasks/logStore";
import type { TaskConnection, TaskRuntime } from "../../../dataplane/tasks/runtime";
import type { Pace } from "../../pace";
import type { ContainerDefinition, TaskDefinition } from "../ecs";

/** A target group of a task, with the container port that it targets. */
export interface TargetedPort {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
}

/** What a task's containers are created from, and what they need from their surroundings. */
export interface TaskMakeup {
  readonly clusterName: string;
  /** The service's name, or `family:NAME` of a task without a service. */
  readonly group: string;
  readonly definition: TaskDefinition;
  readonly targets: readonly TargetedPort[];
  readonly runtime: TaskRuntime;
  /**
   * Looked up only when it starts: secrets of its containers, and the names that it can call.
   * @throws {TaskStartError} if a secret cannot be read
   */
  readonly surroundings: () => {
    readonly secrets: (container: ContainerDefinition) => Readonly<Record<string, string>>;
    readonly serviceConnect?: TaskConnection;
  };
  readonly pace: Pace;
  /** Where the containers' output is kept. @default nowhere */
  readonly logStore?: LogStore | undefined;
}
