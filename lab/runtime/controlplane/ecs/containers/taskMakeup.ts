import type { LogStore } from "../../../dataplane/tasks/logStore";
import type { TaskConnection, TaskRuntime } from "../../../dataplane/tasks/runtime";
import type { Pace } from "../../pace";
import type { ContainerDefinition, TaskDefinition } from "../ecs";

/** A target group that a task belongs to, by one of its containers' ports. */
export interface TargetedPort {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
}

/** What a task's containers are made of, and what they need around them. */
export interface TaskMakeup {
  readonly clusterName: string;
  /** The service's name, or `family:NAME` of a task without a service. */
  readonly group: string;
  readonly definition: TaskDefinition;
  readonly targets: readonly TargetedPort[];
  readonly runtime: TaskRuntime;
  /**
   * What is found out only when it starts: secrets of its containers, and the names that it can call.
   * @throws {TaskStartError} when a secret cannot be read
   */
  readonly surroundings: () => {
    readonly secrets: (container: ContainerDefinition) => Readonly<Record<string, string>>;
    readonly serviceConnect?: TaskConnection;
  };
  readonly pace: Pace;
  /** Where what containers write is kept. @default nowhere */
  readonly logStore?: LogStore | undefined;
}
