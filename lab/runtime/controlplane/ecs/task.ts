import { randomBytes } from "node:crypto";
import { messageOf } from "../../../shared/messageOf";
import type { ContainerUsage } from "../../dataplane/tasks/runtime";
import type { InstanceReservation } from "../ec2/instances";
import { type PacedWait, untilOf } from "../pace";
import type { Container } from "./containers/container";
import { mainContainer, type TaskContainers } from "./containers/taskContainers";
import { openContainers } from "./containers/openContainers";
import type { TaskMakeup } from "./containers/taskMakeup";
import { familyAndRevision } from "./ecs";
import { Provisioning } from "./provisioning";
import type { StopCode, TaskLastStatus, TaskStatus } from "./status";
import { TaskTargets, type TargetGroups } from "./taskTargets";

/** What a task is created from and what it needs from its surroundings. */
export interface TaskOptions extends TaskMakeup, TargetGroups {
  /** ARN of the service, or of the cluster, for region and account. */
  readonly serviceArn: string;
  /** Who started it; in a service, the deployment. */
  readonly deploymentId: string;
  readonly launchType: "FARGATE" | "EC2";
  /** The provider that its service's strategy chose; absent without a strategy. */
  readonly capacityProvider?: string;
  /** Its zone on Fargate, if known. */
  readonly zone?: string;
  /** The instance that a daemon's task is for. @default any */
  readonly instanceId?: string;
  /** Called after every change of status. */
  readonly onStatus: (task: Task) => void;
  /** Called when its health may have changed. */
  readonly onHealth: () => void;
}

/** Why a task is ending or has ended. */
interface Stop {
  readonly code: StopCode;
  readonly reason: string;
}

const ESSENTIAL_EXITED: Stop = {
  code: "EssentialContainerExited",
  reason: "Essential container in task exited",
};

const LINES_KEPT = 200;

/**
 * One task: starts it, registers it with its target groups, and takes it through its states until it is `STOPPED`.
 * Source: ECS developer guide, "Amazon ECS task lifecycle".
 */
export class Task {
  readonly arn: string;
  readonly id = randomBytes(16).toString("hex");
  /** Resolves when the task is `STOPPED`. */
  readonly stopped: Promise<void>;

  private readonly output: string[] = [];
  private readonly targets: TaskTargets;
  private status: TaskLastStatus = "PROVISIONING";
  private place: InstanceReservation | undefined;
  private hasBegun = false;
  private containers: TaskContainers | undefined;
  private stopping: Stop | undefined;
  private startedAt: Date | undefined;
  private stoppedAt: Date | undefined;
  /** The first essential container that exited by itself. */
  private exited: Container | undefined;
  private hasRunLongEnough = false;
  private untilHealthy: PacedWait | undefined;
  private provisioning: Provisioning | undefined;
  private readonly whenStopped: () => void;

  constructor(readonly options: TaskOptions) {
    const [, partition = "aws", , region = "", account = ""] = options.serviceArn.split(":");
    this.arn = `arn:${partition}:ecs:${region}:${account}:task/${options.clusterName}/${this.id}`;
    this.targets = new TaskTargets(this.arn, options);
    let resolveStopped = (): void => undefined;
    this.stopped = new Promise((resolve) => {
      resolveStopped = resolve;
    });
    this.whenStopped = resolveStopped;
  }

  get lastStatus(): TaskLastStatus {
    return this.status;
  }

  /** Whether it was told to stop; it may still be draining. */
  get isStopping(): boolean {
    return this.stopping !== undefined || this.status === "STOPPED";
  }

  /** Whether it is waiting for an instance with room. */
  get isUnplaced(): boolean {
    return this.options.launchType === "EC2" && !this.hasBegun && !this.isStopping;
  }

  /** The instance that it is on, or is waiting for. */
  get instanceId(): string | undefined {
    return this.place?.instanceId ?? this.options.instanceId;
  }

  /** Its Availability Zone, if known. */
  get zone(): string | undefined {
    return this.place?.zone ?? this.options.zone;
  }

  /** Whether its instance is draining. */
  get isOnDrainingInstance(): boolean {
    return this.place?.isDraining() ?? false;
  }

  get stoppedReason(): string | undefined {
    return this.stopping?.reason;
  }

  get stopCode(): StopCode | undefined {
    return this.stopping?.code;
  }

  /**
   * `127.0.0.1:PORT` while it takes requests, i.e. it is running and was not told to stop.
   * @param containerPort a port of any of its containers. @default the first port of the main one
   */
  servingAt(containerPort?: number): string | undefined {
    if (this.status !== "RUNNING" || this.isStopping) return undefined;
    if (containerPort === undefined) return this.main?.address;
    const ports = this.options.definition.containerDefinitions;
    const container = ports.find(({ portMappings }) =>
      portMappings?.some((mapping) => mapping.containerPort === containerPort),
    );
    return this.containers?.address(container?.name ?? "", containerPort) ?? this.main?.address;
  }

  get targetGroupArns(): string[] {
    return this.targets.groupArns;
  }

  /** Whether a container health check has failed, rather than (only) a target group's. */
  get isUnhealthyByItself(): boolean {
    return this.containers?.health === "UNHEALTHY";
  }

  /** The last lines that its containers wrote, oldest first; also available after its end. */
  get logs(): readonly string[] {
    return this.output;
  }

  /** Milliseconds since it started running; undefined before. */
  runningForMs(now: number): number | undefined {
    return this.startedAt === undefined ? undefined : now - this.startedAt.getTime();
  }

  get health(): "HEALTHY" | "UNHEALTHY" | "UNKNOWN" {
    if (this.status !== "RUNNING") return "UNKNOWN";
    const byContainers = this.containers?.health;
    const states = this.targets.states();
    if (byContainers === "UNHEALTHY" || states.includes("unhealthy")) return "UNHEALTHY";
    const byItself =
      byContainers === undefined ? this.hasRunLongEnough : byContainers === "HEALTHY";
    const healthy =
      states.length > 0
        ? states.every((state) => state === "healthy") && byContainers !== "UNKNOWN"
        : byItself;
    return healthy ? "HEALTHY" : "UNKNOWN";
  }

  /** Resource usage of all its containers; undefined if it is not known. */
  async usage(): Promise<ContainerUsage | undefined> {
    return this.containers?.usage();
  }

  /**
   * Starts it and takes it to `RUNNING`, or to `STOPPED` if it cannot start. Never rejects.
   * @param place where it was placed; released when it has stopped. @default none, on Fargate
   */
  async start(place?: InstanceReservation): Promise<void> {
    this.place = place;
    this.hasBegun = true;
    const { pace } = this.options;
    if (pace.now.taskStartMs > 0) this.provisioning = new Provisioning(pace);
    this.change("PENDING");
    if (this.provisioning !== undefined) {
      await this.provisioning.done;
      if (this.isStopping) {
        this.end();
        return;
      }
    }
    let containers: TaskContainers;
    try {
      containers = await openContainers(
        this.arn,
        this.options,
        {
          onOutput: (container, line) => {
            this.keep(container, line);
          },
          onChange: () => {
            this.containersChanged();
          },
          onEssentialExit: (container) => {
            this.essentialExited(container);
          },
        },
        this.zone,
      );
    } catch (error) {
      this.failed(error);
      this.end();
      return;
    }
    this.containers = containers;
    try {
      if (this.stopping === undefined) await containers.start();
    } catch (error) {
      this.failed(error);
    }
    // Only now, since by now the reason for its end is known.
    void containers.ended.then(() => {
      this.end();
    });
    if (this.stopping === undefined) this.began(containers);
    else await containers.stop();
  }

  private failed(error: unknown): void {
    this.stopping ??= { code: "TaskFailedToStart", reason: messageOf(error) };
  }

  private began(containers: TaskContainers): void {
    this.change("ACTIVATING");
    this.targets.register(containers);
    this.startedAt = new Date();
    if (this.options.targets.length === 0) {
      this.untilHealthy = this.options.pace.after(
        ({ settleMs }) => settleMs,
        () => {
          this.hasRunLongEnough = true;
          this.options.onHealth();
        },
      );
    }
    this.change("RUNNING");
  }

  /**
   * Drains it, then ends it. Resolves when it is `STOPPED`; the first reason given is kept. A task that is still
   * starting ends once the containers that are starting have started.
   */
  async stop(code: StopCode, reason: string): Promise<void> {
    if (!this.isStopping) {
      this.stopping = { code, reason };
      this.provisioning?.end();
      if (!this.hasBegun) {
        this.end();
      } else if (this.containers !== undefined) {
        if (this.startedAt !== undefined) this.change("DEACTIVATING");
        await this.targets.drain();
        // It may have ended while it was draining.
        if (this.lastStatus !== "STOPPED") this.change("STOPPING");
        await this.containers.stop();
      }
    }
    await this.stopped;
  }

  /** Ends it without warning, because its instance is gone. Resolves when it is `STOPPED`. */
  async lose(reason: string): Promise<void> {
    if (this.status === "STOPPED") return;
    this.stopping ??= { code: "TerminationNotice", reason };
    this.provisioning?.end();
    this.targets.remove();
    await this.containers?.stop(0);
    await this.stopped;
  }

  toStatus(): TaskStatus {
    const { definition, deploymentId, runtime, launchType, capacityProvider } = this.options;
    const { main } = this;
    const exitCode = (this.exited ?? main)?.exitCode;
    return {
      arn: this.arn,
      deploymentId,
      taskDefinition: familyAndRevision(definition.arn),
      revision: definition.revision,
      lastStatus: this.status,
      ...untilOf(this.provisioning?.wait),
      ...(this.zone === undefined ? {} : { availabilityZone: this.zone }),
      desiredStatus: this.isStopping ? "STOPPED" : "RUNNING",
      health: this.health,
      runtime: main?.kind ?? runtime.name,
      launchType,
      ...(capacityProvider === undefined ? {} : { capacityProvider }),
      ...(this.place === undefined ? {} : { instanceId: this.place.instanceId }),
      ...(main?.address === undefined ? {} : { address: main.address }),
      ...(main?.pid === undefined ? {} : { pid: main.pid }),
      ...(this.startedAt === undefined ? {} : { startedAt: this.startedAt.toISOString() }),
      ...(this.stoppedAt === undefined ? {} : { stoppedAt: this.stoppedAt.toISOString() }),
      ...(this.stopping === undefined
        ? {}
        : { stopCode: this.stopping.code, stoppedReason: this.stopping.reason }),
      ...(exitCode === undefined ? {} : { exitCode }),
      containers: this.containers?.toStatus() ?? [],
    };
  }

  /** The container shown where only one is shown: that of its first target, else see `mainContainer`. */
  private get main(): Container | undefined {
    const { definition, targets } = this.options;
    const name = targets[0]?.containerName ?? mainContainer(definition.containerDefinitions)?.name;
    return this.containers?.get(name ?? "");
  }

  private keep(container: string, line: string): void {
    const isAlone = this.options.definition.containerDefinitions.length === 1;
    this.output.push(isAlone ? line : `${container}: ${line}`);
    if (this.output.length > LINES_KEPT) this.output.shift();
  }

  private containersChanged(): void {
    this.containers?.changed();
    if (this.status === "RUNNING") this.options.onHealth();
  }

  private essentialExited(container: Container): void {
    this.exited = container;
    if (this.stopping !== undefined) return;
    this.targets.remove();
    this.stopping = ESSENTIAL_EXITED;
    if (this.containers?.all.some(({ isStopped }) => !isStopped)) this.change("STOPPING");
  }

  private end(): void {
    this.untilHealthy?.cancel();
    this.targets.remove();
    this.stopping ??= ESSENTIAL_EXITED;
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
