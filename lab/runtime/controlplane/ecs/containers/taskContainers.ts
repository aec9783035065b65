import {
  type ContainerUsage,
  TaskStartError,
  type TaskNetwork,
} from "../../../dataplane/tasks/runtime";
import type { ContainerDefinition } from "../ecs";
import type { ContainerStatus } from "../status";
import type { Condition, Container } from "./container";
import type { HealthStatus } from "./healthMonitor";

/** How long a container may take to get where another one waits for it, in seconds; AWS's default. */
const START_TIMEOUT = 180;

/** What the containers of a task tell it. */
export interface TaskContainersOptions {
  /** In the order of the task definition. */
  readonly containers: readonly Container[];
  /** The network that each is in, in their order; closed when all have ended. */
  readonly networks: readonly (TaskNetwork | undefined)[];
  /** Called once, when the first essential one has exited, before the others are stopped. */
  readonly onEssentialExit: (container: Container) => void;
}

/**
 * The containers of one task, as ECS's agent runs them: each started when those that it depends on have
 * got where it wants them, all stopped in the reverse order when an essential one has ended.
 * Source: ECS API Reference, "ContainerDependency"; ECS developer guide, "Amazon ECS task lifecycle".
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
   * What its essential containers with health checks are, the worst one counts; undefined without any.
   * Source: ECS API Reference, "Task", `healthStatus`.
   */
  get health(): HealthStatus | undefined {
    const states = this.all
      .filter(({ isEssential }) => isEssential)
      .flatMap(({ health }) => health ?? []);
    if (states.length === 0) return undefined;
    if (states.includes("UNHEALTHY")) return "UNHEALTHY";
    return states.includes("UNKNOWN") ? "UNKNOWN" : "HEALTHY";
  }

  /** What all of them use of this machine; undefined unless that is known. */
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

  /** `127.0.0.1:PORT` where a container's port is reached; undefined while it is not. */
  address(name: string, containerPort: number): string | undefined {
    const index = this.all.findIndex((container) => container.name === name);
    return this.options.networks[index]?.address(containerPort) ?? this.all[index]?.address;
  }

  /**
   * Starts all. Resolves when each has started.
   * @throws {TaskStartError} when one does not start, or waits for what does not come; the others are
   * to be stopped then
   */
  async start(): Promise<void> {
    await Promise.all(this.all.map((container) => this.startInTurn(container)));
  }

  /** Ends all, those first that others were started after. Resolves when they have ended. */
  stop(timeoutMs?: number): Promise<void> {
    if (timeoutMs !== undefined) {
      // Faster than whoever asked before.
      return Promise.all(this.all.map((one) => one.stop(timeoutMs))).then(() => this.ended);
    }
    this.stopping ??= Promise.all(this.all.map((container) => this.stopInTurn(container))).then(
      () => this.ended,
    );
    this.changed();
    return this.stopping;
  }

  /** To be called after every change of a container. */
  changed(): void {
    for (const look of this.waiters) look();
    if (this.stopping !== undefined) return;
    const exited = this.all.find(
      ({ exitCode, isEssential, isStopped }) => isStopped && isEssential && exitCode !== undefined,
    );
    if (exited === undefined) return;
    this.stopping = Promise.resolve(); // whatever the listener does: once
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
      // Without one that is not essential the task goes on; whoever depends on it does not.
      if (container.isEssential) throw error;
    }
  }

  /** Resolves when a dependency is where it should be, and when all are to stop. */
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

  /** Gives up when a container that has begun does not get on in time; undefined before it has. */
  private timeOut(dependency: Container, fail: (why: string) => void): NodeJS.Timeout | undefined {
    const begun = dependency.beganMsAgo(Date.now());
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

/** The container that stands for its task where only one is shown: it has the port, or ends the task. */
export function mainContainer(
  containers: readonly ContainerDefinition[],
): ContainerDefinition | undefined {
  const essential = containers.filter((one) => one.essential !== false);
  return (
    essential.find(({ portMappings }) => portMappings?.length) ?? essential[0] ?? containers[0]
  );
}
