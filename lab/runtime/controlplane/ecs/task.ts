import { randomBytes } from "node:crypto";
import { messageOf } from "../../../shared/messageOf";
import type { TargetGroup } from "../../dataplane/alb/targetGroup";
import type { RunningTask, TaskExit, TaskRuntime, TaskSpec } from "../../dataplane/tasks/runtime";
import type { Place } from "../ec2/instances";
import { familyAndRevision, type ContainerDefinition, type TaskDefinition } from "./ecs";
import type { StopCode, TaskLastStatus, TaskStatus } from "./status";

/** What a task is made of and what it needs around it. */
export interface TaskOptions {
  /** ARN of the service, for region and account; and the cluster's name. */
  readonly serviceArn: string;
  readonly clusterName: string;
  readonly deploymentId: string;
  readonly definition: TaskDefinition;
  /** The one container that the lab runs. */
  readonly container: ContainerDefinition;
  readonly containerPort: number;
  /** ARNs of the target groups it belongs to. */
  readonly targetGroupArns: readonly string[];
  readonly targetGroup: (arn: string) => TargetGroup | undefined;
  readonly runtime: TaskRuntime;
  /**
   * What is found out only when it starts: its secrets, and the names that it can call.
   * @throws {TaskStartError} when a secret is not to be had
   */
  readonly surroundings: () => Pick<TaskSpec, "secrets" | "serviceConnect">;
  /** Without a target group a task counts as healthy when it has run this long, in ms. */
  readonly settleMs: number;
  /** Longest wait between the stop signal and the kill, in ms. */
  readonly maximumStopMs: number;
  readonly launchType: "FARGATE" | "EC2";
  /** The provider that its service's strategy chose; absent without a strategy. */
  readonly capacityProvider?: string;
  /** The instance that a daemon's task is for. @default any */
  readonly instanceId?: string;
  /** Called after every change of status. */
  readonly onStatus: (task: Task) => void;
  /** Called when a task without target groups has become healthy. */
  readonly onSettled: () => void;
}

const LINES_KEPT = 200;

/**
 * One task: started, registered with its target groups, and taken through its states until it is
 * `STOPPED`. Source: ECS developer guide, "Amazon ECS task lifecycle".
 */
export class Task {
  readonly arn: string;
  readonly id = randomBytes(16).toString("hex");
  /** Resolves when the task is `STOPPED`. */
  readonly stopped: Promise<void>;

  private readonly output: string[] = [];
  private status: TaskLastStatus = "PROVISIONING";
  private place: Place | undefined;
  private hasBegun = false;
  private running: RunningTask | undefined;
  private stopping: { readonly code: StopCode; readonly reason: string } | undefined;
  private startedAt: Date | undefined;
  private stoppedAt: Date | undefined;
  private exit: TaskExit | undefined;
  private settled = false;
  private settleTimer: NodeJS.Timeout | undefined;
  private readonly whenStopped: () => void;

  constructor(readonly options: TaskOptions) {
    const [, partition = "aws", , region = "", account = ""] = options.serviceArn.split(":");
    this.arn = `arn:${partition}:ecs:${region}:${account}:task/${options.clusterName}/${this.id}`;
    let resolveStopped = (): void => undefined;
    this.stopped = new Promise((resolve) => {
      resolveStopped = resolve;
    });
    this.whenStopped = resolveStopped;
  }

  get lastStatus(): TaskLastStatus {
    return this.status;
  }

  /** Whether anybody asked it to stop; it may still drain. */
  get isStopping(): boolean {
    return this.stopping !== undefined || this.status === "STOPPED";
  }

  /** Whether it waits for an instance with room. */
  get isUnplaced(): boolean {
    return this.options.launchType === "EC2" && !this.hasBegun && !this.isStopping;
  }

  /** The instance it is on or, waiting, is for. */
  get instanceId(): string | undefined {
    return this.place?.instanceId ?? this.options.instanceId;
  }

  /** Whether it is on an instance that is about to leave. */
  get isOnDrainingInstance(): boolean {
    return this.place?.isDraining() ?? false;
  }

  get stoppedReason(): string | undefined {
    return this.stopping?.reason;
  }

  get stopCode(): StopCode | undefined {
    return this.stopping?.code;
  }

  /** `127.0.0.1:PORT` while it takes requests: it runs, and nobody has asked it to stop. */
  get servingAt(): string | undefined {
    const isServing = this.status === "RUNNING" && !this.isStopping;
    return isServing && this.running?.address ? this.running.address : undefined;
  }

  /** The last lines its container wrote, oldest first; also after its end. */
  get logs(): readonly string[] {
    return this.output;
  }

  /** Milliseconds since it runs; undefined before. */
  runningForMs(now: number): number | undefined {
    return this.startedAt === undefined ? undefined : now - this.startedAt.getTime();
  }

  get health(): "HEALTHY" | "UNHEALTHY" | "UNKNOWN" {
    if (this.status !== "RUNNING") return "UNKNOWN";
    const { targetGroupArns, targetGroup } = this.options;
    const states = targetGroupArns.map((arn) => targetGroup(arn)?.health(this.arn)?.state);
    if (states.includes("unhealthy")) return "UNHEALTHY";
    const healthy = states.length > 0 ? states.every((state) => state === "healthy") : this.settled;
    return healthy ? "HEALTHY" : "UNKNOWN";
  }

  /**
   * Starts it and takes it to `RUNNING`, or to `STOPPED` when it cannot start. Never rejects.
   * @param place where it was placed; given back when it has stopped. @default none, on Fargate
   */
  async start(place?: Place): Promise<void> {
    const { container, containerPort, runtime, settleMs, targetGroupArns } = this.options;
    this.place = place;
    this.hasBegun = true;
    this.change("PENDING");
    try {
      this.running = await runtime.startTask({
        taskArn: this.arn,
        image: container.image,
        containerPort,
        isPortless: targetGroupArns.length === 0 && !container.portMappings?.length,
        environment: Object.fromEntries(
          (container.environment ?? []).map(({ name, value }) => [name, value]),
        ),
        ...(container.command ? { command: container.command } : {}),
        ...this.options.surroundings(),
        onOutput: (line) => {
          this.output.push(line);
          if (this.output.length > LINES_KEPT) this.output.shift();
        },
      });
    } catch (error) {
      const reason = messageOf(error);
      this.stopping ??= { code: "TaskFailedToStart", reason };
      this.end(undefined);
      return;
    }
    void this.running.exited.then((exit) => {
      this.end(exit);
    });
    if (this.stopping !== undefined) {
      await this.shutDown(this.running);
      return;
    }
    this.change("ACTIVATING");
    for (const group of this.groups()) group.register(this.arn, this.running.address);
    this.startedAt = new Date();
    if (this.options.targetGroupArns.length === 0) {
      this.settleTimer = setTimeout(() => {
        this.settled = true;
        this.options.onSettled();
      }, settleMs);
    }
    this.change("RUNNING");
  }

  /**
   * Drains it, then ends it. Resolves when it is `STOPPED`; the first reason given is the one kept.
   * A task that is still starting ends as soon as it has started.
   */
  async stop(code: StopCode, reason: string): Promise<void> {
    if (!this.isStopping) {
      this.stopping = { code, reason };
      if (!this.hasBegun) {
        this.end(undefined);
      } else if (this.running !== undefined) {
        this.change("DEACTIVATING");
        await Promise.all(this.groups().map((group) => group.deregister(this.arn)));
        await this.shutDown(this.running);
      }
    }
    await this.stopped;
  }

  /** Ends it without a warning, for its instance is gone. Resolves when it is `STOPPED`. */
  async lose(reason: string): Promise<void> {
    if (this.status === "STOPPED") return;
    this.stopping ??= { code: "TerminationNotice", reason };
    for (const group of this.groups()) group.remove(this.arn);
    await this.running?.stop(0);
    await this.stopped;
  }

  toStatus(): TaskStatus {
    const { definition, deploymentId, runtime, launchType, capacityProvider } = this.options;
    const running = this.status === "STOPPED" ? undefined : this.running;
    return {
      arn: this.arn,
      deploymentId,
      taskDefinition: familyAndRevision(definition.arn),
      revision: definition.revision,
      lastStatus: this.status,
      desiredStatus: this.isStopping ? "STOPPED" : "RUNNING",
      health: this.health,
      runtime: this.running?.runtime ?? runtime.name,
      launchType,
      ...(capacityProvider === undefined ? {} : { capacityProvider }),
      ...(this.place === undefined ? {} : { instanceId: this.place.instanceId }),
      ...(running?.address ? { address: running.address } : {}),
      ...(running?.pid === undefined ? {} : { pid: running.pid }),
      ...(this.startedAt === undefined ? {} : { startedAt: this.startedAt.toISOString() }),
      ...(this.stoppedAt === undefined ? {} : { stoppedAt: this.stoppedAt.toISOString() }),
      ...(this.stopping === undefined
        ? {}
        : { stopCode: this.stopping.code, stoppedReason: this.stopping.reason }),
      ...(this.exit?.code === undefined ? {} : { exitCode: this.exit.code }),
    };
  }

  private groups(): TargetGroup[] {
    const { targetGroupArns, targetGroup } = this.options;
    return targetGroupArns.flatMap((arn) => targetGroup(arn) ?? []);
  }

  private async shutDown(running: RunningTask): Promise<void> {
    if (this.status === "STOPPED") return; // it died while it drained
    this.change("STOPPING");
    const { container, maximumStopMs } = this.options;
    await running.stop(Math.min((container.stopTimeout ?? 30) * 1000, maximumStopMs));
  }

  private end(exit: TaskExit | undefined): void {
    clearTimeout(this.settleTimer);
    for (const group of this.groups()) group.remove(this.arn);
    this.stopping ??= {
      code: "EssentialContainerExited",
      reason: "Essential container in task exited",
    };
    this.exit = exit;
    this.stoppedAt = new Date();
    this.change("STOPPED");
    this.place?.release();
    this.whenStopped();
  }

  private change(status: TaskLastStatus): void {
    this.status = status;
    this.options.onStatus(this);
  }
}
