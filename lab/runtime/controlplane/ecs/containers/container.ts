import { constants } from "node:os";
import { messageOf } from "../../../../shared/messageOf";
import {
  TaskStartError,
  type ContainerExit,
  type ContainerSpec,
  type RunningContainer,
  type TaskKind,
  type TaskRuntime,
} from "../../../dataplane/tasks/runtime";
import type { Pace } from "../../pace";
import type { ContainerDefinition } from "../ecs";
import type { ContainerStatus } from "../status";
import { HealthMonitor, type HealthStatus } from "./healthMonitor";

/** What a container needs from its surroundings. */
export interface ContainerOptions {
  readonly definition: ContainerDefinition;
  readonly runtime: TaskRuntime;
  readonly spec: Omit<ContainerSpec, "onStarted">;
  readonly pace: Pace;
  /** Called after every change. */
  readonly onChange: () => void;
}

/** What another container may wait for: ECS API Reference, "ContainerDependency". */
export type Condition = ContainerDefinition["dependsOn"][number]["condition"];

/** Whether a condition is met; a text if it never will be, saying why. */
export type Verdict = boolean | string;

/** ECS developer guide, "Amazon ECS task definition parameters": the default stop timeout, in seconds. */
const STOP_TIMEOUT = 30;

/** One container of a task, from its start to its end. */
export class Container {
  /** Resolves when it has ended, or when it is certain that it will never start. */
  readonly ended: Promise<void>;
  private state: "PENDING" | "RUNNING" | "STOPPED" = "PENDING";
  private beganAt: number | undefined;
  private running: RunningContainer | undefined;
  private starting: Promise<RunningContainer> | undefined;
  private exit: ContainerExit | undefined;
  private failure: string | undefined;
  private monitor: HealthMonitor | undefined;
  private readonly whenEnded: () => void;

  constructor(readonly options: ContainerOptions) {
    let resolveEnded = (): void => undefined;
    this.ended = new Promise((resolve) => {
      resolveEnded = resolve;
    });
    this.whenEnded = resolveEnded;
  }

  get name(): string {
    return this.options.definition.name;
  }

  get isEssential(): boolean {
    return this.options.definition.essential !== false;
  }

  get isStopped(): boolean {
    return this.state === "STOPPED";
  }

  /** How it runs; undefined before it has started. */
  get kind(): TaskKind | undefined {
    return this.running?.runtime;
  }

  /** `127.0.0.1:PORT` of its first port, while it runs. */
  get address(): string | undefined {
    return this.state === "RUNNING" && this.running?.address ? this.running.address : undefined;
  }

  get pid(): number | undefined {
    return this.state === "STOPPED" ? undefined : this.running?.pid;
  }

  /** Absent without a health check. */
  get health(): HealthStatus | undefined {
    return this.options.definition.healthCheck ? (this.monitor?.status ?? "UNKNOWN") : undefined;
  }

  /** For a signal, the code that shells and ECS report: 137 if it was killed. */
  get exitCode(): number | undefined {
    if (this.exit?.signal === undefined) return this.exit?.code;
    return 128 + constants.signals[this.exit.signal as NodeJS.Signals];
  }

  /** Milliseconds since its process began; undefined before. */
  msSinceStart(now: number): number | undefined {
    return this.beganAt === undefined ? undefined : now - this.beganAt;
  }

  /** Whether it has met a condition that another container waits for. */
  hasReached(condition: Condition): Verdict {
    const { exitCode, isStopped } = this;
    switch (condition) {
      case "START":
        return this.beganAt !== undefined || this.neverStarts();
      case "COMPLETE":
        return this.exit !== undefined || this.neverStarts();
      case "SUCCESS":
        if (this.exit === undefined) return this.neverStarts();
        return exitCode === 0 || `it exited with code ${exitCode ?? 0}`;
      case "HEALTHY":
        if (isStopped) return this.failure ?? `it exited with code ${exitCode ?? 0}`;
        return this.health === undefined ? this.state === "RUNNING" : this.health === "HEALTHY";
    }
  }

  /**
   * Starts it. Resolves when it accepts connections; a container without a port may also have ended by then.
   * @throws {TaskStartError} if it does not start
   */
  async start(): Promise<void> {
    const { definition, onChange, pace, runtime, spec } = this.options;
    try {
      this.starting = runtime.startContainer({
        ...spec,
        onStarted: () => {
          this.began();
        },
      });
      this.running = await this.starting;
    } catch (error) {
      this.stopped(undefined, messageOf(error));
      throw error instanceof TaskStartError ? error : new TaskStartError(messageOf(error));
    }
    this.began();
    this.state = "RUNNING";
    const { healthCheck } = definition;
    if (healthCheck != null && healthCheck.command[0] !== "NONE") {
      const options = { check: healthCheck, pace, onChange };
      this.monitor = new HealthMonitor(this.running, options);
    }
    void this.running.exited.then((exit) => {
      this.stopped(exit);
    });
    onChange();
  }

  /** Ends it, at once if it has not started. Resolves when it has ended. */
  async stop(timeoutMs = Infinity): Promise<void> {
    const { definition, pace } = this.options;
    this.monitor?.stop();
    if (this.starting === undefined) {
      this.stopped(undefined);
      return;
    }
    const running = await this.starting.catch(() => undefined);
    const wanted = (definition.stopTimeout ?? STOP_TIMEOUT) * 1000;
    await running?.stop(Math.min(wanted, pace.now.maximumStopMs, timeoutMs));
    await this.ended;
  }

  /** Its resource usage; undefined unless it is running. */
  async usage() {
    return this.state === "RUNNING" ? this.running?.usage?.() : undefined;
  }

  toStatus(): ContainerStatus {
    const { definition } = this.options;
    return {
      name: definition.name,
      image: definition.image,
      essential: this.isEssential,
      lastStatus: this.state,
      ...(this.health === undefined ? {} : { healthStatus: this.health }),
      ...(this.kind === undefined ? {} : { runtime: this.kind }),
      ...(this.pid === undefined ? {} : { pid: this.pid }),
      ...(this.exitCode === undefined ? {} : { exitCode: this.exitCode }),
      ...(this.failure === undefined ? {} : { reason: this.failure }),
    };
  }

  private neverStarts(): Verdict {
    return this.failure ?? false;
  }

  private began(): void {
    if (this.beganAt !== undefined) return;
    this.beganAt = Date.now();
    this.options.onChange();
  }

  private stopped(exit: ContainerExit | undefined, failure?: string): void {
    if (this.isStopped) return;
    this.state = "STOPPED";
    this.exit = exit;
    this.failure = failure;
    this.monitor?.stop();
    this.whenEnded();
    this.options.onChange();
  }
}
