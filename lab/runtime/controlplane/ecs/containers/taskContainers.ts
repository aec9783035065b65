import {
  type ContainerUsage,
  TaskStartError,
  type TaskNetwork,
} from "../../../dataplane/tasks/runtime";
import type { ContainerDefinition } from "../ecs";
import type { ContainerStatus } from "../status";
import type { Condition, Container } from "./container";
import type { HealthStatus } from "./healthMonitor";

/** How long a container may take to reach a condition that another waits for, in seconds; AWS's default. */
const START_TIMEOUT = 180;

/** A task's containers, and their callbacks to it. */
export interface TaskContainersOptions {
  /** In the order of the task definition. */
  readonly containers: readonly Container[];
  /** Each container's network, in the same order; closed when all have ended. */
  readonly networks: readonly (TaskNetwork | undefined)[];
  /** Called once, when the first essential container has exited, before the others are stopped. */
  readonly onEssentialExit: (container: Container) => void;
}

/**
 * The containers of one task, as ECS's agent runs them: each starts when its dependencies have reached the required
 * condition; all stop in reverse order when an essential one has ended. Source: ECS API Reference,
 * "ContainerDependency"; ECS developer guide, "Amazon ECS task lifecycle".
 */
export class TaskContainers {
  /** Resolves when all have ended. */
  readonly ended: Promise<void>;
  private stopping: Promise<void> | undefined;
  private readonly waiters = new Set<() => void>();

  constructor(private readonly options: TaskContainersOptions) {
    this.ended = Promise.all(options.containers.map(({ ended }) => ended)).then(async () => {
      const networks = new Set(options.networks.flatMap((network) => network ?? []));
      await Promise.all([...networks].map((network) => network.close()));
    });
  }

  get all(): readonly Container[] {
    return this.options.containers;
  }

  /**
   * The worst health of its essential containers with health checks; undefined without any. Source: ECS API Reference,
   * "Task", `healthStatus`.
   */
  get health(): HealthStatus | undefined {
    const states = this.all
      .filter(({ isEssential }) => isEssential)
      .flatMap(({ health }) => health ?? []);
    if (states.length === 0) return undefined;
    if (states.includes("UNHEALTHY")) return "UNHEALTHY";
    return states.includes("UNKNOWN") ? "UNKNOWN" : "HEALTHY";
  }

  /** Resource usage of all containers together; undefined if it is not known. */
  async usage(): Promise<ContainerUsage | undefined> {
    const all = await Promise.all(this.all.map((one) => one.usage()));
    const known = all.flatMap((one) => one ?? []);
    if (known.length === 0) return undefined;
    return known.reduce((sum, { cpu, memory }) => ({
      cpu: sum.cpu + cpu,
      memory: sum.memory + memory,
    }));
  }

  get(name: string): Container | undefined {
    return this.all.find((container) => container.name === name);
  }

  /** `127.0.0.1:PORT` of a container's port; undefined while it cannot be reached. */
  address(name: string, containerPort: number): string | undefined {
    const index = this.all.findIndex((container) => container.name === name);
    return this.options.networks[index]?.address(containerPort) ?? this.all[index]?.address;
  }

  /**
   * Starts all. Resolves when each has started.
   * @throws {TaskStartError} if one does not start, or waits for a condition that is never met; the caller must then
   * stop the others
   */
  async start(): Promise<void> {
    await Promise.all(this.all.map((container) => this.startInTurn(container)));
  }

  /** Ends all, dependent containers before those they depend on. Resolves when they have ended. */
  stop(timeoutMs?: number): Promise<void> {
    if (timeoutMs !== undefined) {
      // Possibly with a shorter timeout than an earlier call.
      return Promise.all(this.all.map((one) => one.stop(timeoutMs))).then(() => this.ended);
    }
    this.stopping ??= Promise.all(this.all.map((container) => this.stopInTurn(container))).then(
      () => this.ended,
    );
    this.changed();
    return this.stopping;
  }

  /** Call it after every change of a container. */
  changed(): void {
    for (const look of this.waiters) look();
    if (this.stopping !== undefined) return;
    const exited = this.all.find(
      ({ exitCode, isEssential, isStopped }) => isStopped && isEssential && exitCode !== undefined,
    );
    if (exited === undefined) return;
    this.stopping = Promise.resolve(); // set before the listener is called, so that it happens only once
    this.options.onEssentialExit(exited);
    this.stopping = undefined;
    void this.stop();
  }

  toStatus(): ContainerStatus[] {
    return this.all.map((container) => container.toStatus());
  }

  private async startInTurn(container: Container): Promise<void> {
    for (const { containerName, condition } of container.options.definition.dependsOn) {
      const dependency = this.get(containerName);
      if (dependency !== undefined) await this.reached(container, dependency, condition);
    }
    if (this.stopping !== undefined) return;
    try {
      await container.start();
    } catch (error) {
      // The task goes on without a container that is not essential; containers that depend on it do not start.
      if (container.isEssential) throw error;
    }
  }

  /** Resolves when a dependency has met the condition, or when all containers are to stop. */
  private reached(waiting: Container, dependency: Container, condition: Condition): Promise<void> {
    return new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.waiters.delete(look);
        settle();
      };
      const fail = (why: string) => {
        end(() => {
          reject(unresolved(waiting, dependency, condition, why));
        });
      };
      const look = () => {
        const verdict = dependency.hasReached(condition);
        if (this.stopping !== undefined || verdict === true) end(resolve);
        else if (typeof verdict === "string") fail(verdict);
        else if (condition !== "START") timer ??= this.timeOut(dependency, fail);
      };
      this.waiters.add(look);
      look();
    });
  }

  /** Gives up if a started container does not meet the condition in time; undefined before it has started. */
  private timeOut(dependency: Container, fail: (why: string) => void): NodeJS.Timeout | undefined {
    const begun = dependency.msSinceStart(Date.now());
    if (begun === undefined) return undefined;
    const seconds = dependency.options.definition.startTimeout ?? START_TIMEOUT;
    return setTimeout(
      () => {
        fail(`it took longer than its startTimeout of ${seconds} seconds`);
      },
      seconds * 1000 - begun,
    );
  }

  private async stopInTurn(container: Container): Promise<void> {
    const dependents = this.all.filter(({ options }) =>
      options.definition.dependsOn.some(({ containerName }) => containerName === container.name),
    );
    await Promise.all(dependents.map(({ ended }) => ended));
    await container.stop();
  }
}

function unresolved(
  { name }: Container,
  dependency: Container,
  condition: Condition,
  why: string,
): TaskStartError {
  return new TaskStartError(
    `Task failed to start: container ${name} depends on container ${dependency.name} ` +
      `(${condition}): ${why}`,
  );
}

/** The container shown for its task where only one is shown: the one with the port, else the first essential one. */
export function mainContainer(
  containers: readonly ContainerDefinition[],
): ContainerDefinition | undefined {
  const essential = containers.filter((one) => one.essential !== false);
  return (
    essential.find(({ portMappings }) => portMappings?.length) ?? essential[0] ?? containers[0]
  );
}
