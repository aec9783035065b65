import type { DaemonService, PlacementRequest } from "../../ec2/instance";
import type { Instances } from "../../ec2/instances";
import { ReconcileLoop } from "../../reconcileLoop";
import type { TrafficRoutes } from "../../traffic/trafficRoutes";
import {
  familyAndRevision,
  notSimulated,
  taskSize,
  type Service,
  type TaskDefinition,
} from "../ecs";
import type { Utilization } from "../alarmScaling";
import type { ServiceStatus } from "../status";
import type { Task } from "../task";
import { utilizationOf } from "../utilization";
import { UnhealthyTasks } from "./unhealthyTasks";
import type { Deployment } from "./deployment";
import { Deployer, type CodeDeployOrder } from "./deployer";
import { Reconciler, scalingReason } from "./reconciler";
import { ServiceDeployments } from "./serviceDeployments";
import { ServiceEvents } from "./serviceEvents";
import { notSteadyBecause, serviceStatus, type ServiceState } from "./serviceStatus";
import { ServiceTasks, type TaskSurroundings } from "./serviceTasks";
import { ServiceThrottle } from "./throttle";

/** What a scheduler needs from its surroundings. */
export interface SchedulerOptions extends TaskSurroundings {
  readonly instances: Pick<Instances, "place" | "active">;
  /** A task definition by ARN, `family:revision` or `family`; undefined if there is none. */
  readonly taskDefinition: (reference: string) => TaskDefinition | undefined;
  readonly routes: TrafficRoutes;
  /** Whether a CloudWatch alarm is in the state ALARM. */
  readonly isInAlarm: (alarmName: string) => boolean;
  /**
   * Records which revision (by ARN) a service was rolled back to, which DescribeServices then reports. Resolves to
   * whether it was recorded.
   */
  readonly rolledBack: (serviceKey: string, taskDefinition: string) => Promise<boolean>;
  /** Called after every change that may show in the status. */
  readonly onChange: () => void;
}

/**
 * Keeps one service as its record says: the desired number of healthy tasks of the right revision. Every event wakes
 * the {@link Reconciler}, which compares actual and desired state and takes one step. Source: ECS developer guide,
 * "Amazon ECS services".
 */
export class ServiceScheduler {
  private readonly events: ServiceEvents;
  private readonly tasks: ServiceTasks;
  private readonly deployments: ServiceDeployments;
  private readonly deployer: Deployer;
  private readonly throttle: ServiceThrottle;
  private readonly reconciler: Reconciler;
  private readonly loop: ReconcileLoop;
  private isDeleted = false;
  /** Desired count set by autoscaling, until the record's changes. */
  private scaledTo: number | undefined;
  private utilization: Utilization | undefined;
  /** The revision that a rollback went to, until the record asks for another. */
  private rollback: { readonly to: string; isNoted: boolean } | undefined;

  constructor(
    private service: Service,
    private readonly options: SchedulerOptions,
  ) {
    const { onChange, pace, report } = options;
    const events = new ServiceEvents(service.name, report);
    const say = (message: string) => {
      events.say(message);
    };
    const loop = new ReconcileLoop(() => {
      if (this.deployments.primary === undefined) return;
      this.reconciler.reconcile();
      onChange();
    });
    const wakeIn = (milliseconds: number) => {
      loop.wakeIn(milliseconds);
    };
    const common = { ...options, service: () => this.service, say, wakeIn };
    const wake = () => {
      this.wake();
    };
    const onFailure = (task: Task) => {
      this.taskFailed(task);
    };
    this.events = events;
    this.loop = loop;
    this.throttle = new ServiceThrottle(pace);
    const deployments = new ServiceDeployments(say, ({ spec }) => {
      this.noteRollback(spec.definition.arn);
    });
    this.deployments = deployments;
    const tasks = new ServiceTasks({ ...common, surroundings: options, onFailure, onChange: wake });
    this.tasks = tasks;
    this.deployer = new Deployer({ ...common, deployments, tasks, onStage: onChange });
    this.reconciler = new Reconciler({
      ...common,
      tasks,
      deployments,
      unhealthy: new UnhealthyTasks({ ...common, tasks: () => tasks.all, onFailure }),
      throttle: this.throttle,
      desiredCount: () => this.desiredCount,
      instances: () => this.instances,
      wake,
    });
    for (const note of notSimulated(service)) say(note);
    this.deployer.deploy(service);
    this.wake();
  }

  /** Name of the cluster and of the service. */
  get name(): readonly [clusterName: string, serviceName: string] {
    return [this.service.clusterName, this.service.name];
  }

  /** The ID of its record in the account. */
  get key(): string {
    return this.service.key;
  }

  get arn(): string {
    return this.service.arn;
  }

  get deploymentController(): string {
    return this.service.deploymentController?.type ?? "ECS";
  }

  get isDaemon(): boolean {
    return this.service.schedulingStrategy === "DAEMON";
  }

  /** Desired number of tasks. */
  get desiredCount(): number {
    return this.isDaemon ? this.instances.length : (this.scaledTo ?? this.service.desiredCount);
  }

  /** The deployment that the service is moving to, or has moved to. */
  get deployment(): Deployment | undefined {
    return this.deployments.primary;
  }

  /** Whether nothing but a change of the account can make it steady. */
  get hasFailed(): boolean {
    return this.deployment?.rolloutState === "FAILED";
  }

  /** Applies the changed record; a change that ECS would deploy starts a deployment. */
  update(service: Service): void {
    const redeploy =
      this.deployer.isMissingDefinition ||
      (service.deploymentController?.type !== "CODE_DEPLOY" && this.needsNewDeployment(service));
    if (service.desiredCount !== this.service.desiredCount) this.scaledTo = undefined;
    this.service = service;
    if (redeploy) this.deployer.deploy(service);
    this.wake();
  }

  /**
   * Whether the record asks for another deployment, rather than only recording what a rollback has already done. Once
   * the rollback is recorded, another revision in the record counts as a new request, even if it is the one that
   * failed.
   */
  private needsNewDeployment(service: Service): boolean {
    const { deploymentFingerprint, taskDefinition } = service;
    const rollback = this.rollback;
    const isOther = deploymentFingerprint !== this.service.deploymentFingerprint;
    if (rollback === undefined || (!isOther && !rollback.isNoted)) return isOther;
    this.rollback = undefined;
    return taskDefinition !== rollback.to;
  }

  private noteRollback(arn: string): void {
    if (this.deploymentController === "CODE_DEPLOY") return; // its record still names the old one
    const isByArn = this.service.taskDefinition.startsWith("arn:");
    const reference = isByArn ? arn : familyAndRevision(arn);
    if (reference === this.service.taskDefinition) return;
    const rollback = { to: reference, isNoted: false };
    this.rollback = rollback;
    void this.options.rolledBack(this.service.key, reference).then((isNoted) => {
      rollback.isNoted = isNoted;
    });
  }

  /** Sets another number of tasks, until the record sets one. */
  scaleTo(count: number): void {
    this.scaledTo = count;
    this.wake();
  }

  /**
   * Starts a deployment as CodeDeploy does. Returns its id.
   * @throws {Error} with AWS's code when it cannot be started
   */
  deployByCodeDeploy(order: CodeDeployOrder): string {
    const id = this.deployer.deployByCodeDeploy(this.service, order);
    this.wake();
    return id;
  }

  /**
   * Stops the deployment in progress and rolls back to the previous one, at a person's request.
   * @throws {Error} when there is nothing to stop or to go back to
   */
  stopDeployment(): void {
    const { primary, previous } = this.deployments;
    if (primary?.isInProgress !== true || previous === undefined) {
      throw new Error(
        `${this.service.name} has no deployment in progress that could be rolled back.`,
      );
    }
    this.deployments.fail(primary, {
      reason: "Service deployment stopped by user request.",
      event: "deployment stopped by user request.",
      rollback: true,
    });
    this.wake();
  }

  /** Ends all tasks, e.g. because the service was deleted. Resolves when they have ended. */
  async shutDown(): Promise<void> {
    this.isDeleted = true;
    this.loop.stop();
    await this.tasks.stopAll(scalingReason(this.deployments.primary));
  }

  /** Stops one task as a person would. False if this service has no such task. */
  async stopTask(taskArn: string, reason: string): Promise<boolean> {
    const task = this.tasks.find(taskArn);
    if (task === undefined) return false;
    await task.stop("UserInitiated", reason);
    return true;
  }

  /** Call it when the health of any target, or any instance, has changed. */
  surroundingsChanged(): void {
    this.wake();
  }

  /** The output of a task of this service; undefined if it has no such task. */
  logs(taskArn: string): readonly string[] | undefined {
    return this.tasks.find(taskArn)?.logs;
  }

  /** `127.0.0.1:PORT` of each task that takes requests: of its first port, or of the given container port. */
  addresses(containerPort?: number): string[] {
    return this.tasks.all.flatMap((task) => task.servingAt(containerPort) ?? []);
  }

  /** The utilization of its tasks since the last call; also shown in the status. */
  async measure(): Promise<Utilization | undefined> {
    this.utilization = await utilizationOf(
      this.tasks.active.filter(({ lastStatus }) => lastStatus === "RUNNING"),
    );
    return this.utilization;
  }

  /** Tasks that are waiting for an instance. */
  waiting(): PlacementRequest[] {
    return this.tasks.placementRequests();
  }

  /** The service as a daemon; undefined if it is not a daemon, or has nothing to run. */
  asDaemon(): DaemonService | undefined {
    const { primary } = this.deployments;
    if (!this.isDaemon || primary === undefined) return undefined;
    const { arn, clusterName, placementConstraints } = this.service;
    const size = taskSize(primary.spec.definition);
    return { serviceArn: arn, clusterName, constraints: placementConstraints, size };
  }

  /** Why the service is not steady, in words; undefined if it is. */
  notSteadyBecause(): string | undefined {
    return notSteadyBecause(this.state);
  }

  status(): ServiceStatus {
    const { utilization } = this;
    return { ...serviceStatus(this.state), ...(utilization && { utilization }) };
  }

  private get state(): ServiceState {
    const { deployments, desiredCount, events, isDeleted, reconciler, service, tasks } = this;
    return {
      service,
      isDeleted,
      desiredCount,
      isMissingDefinition: this.deployer.isMissingDefinition,
      isSteady: reconciler.isSteady,
      deployments,
      tasks,
      events,
      progressOf: (deployment) => reconciler.progressOf(deployment),
      overlapEndsAt: (deployment) => reconciler.overlapEndsAt(deployment),
    };
  }

  /** IDs of the instances that a daemon has a task on. */
  private get instances(): string[] {
    const { clusterName, placementConstraints } = this.service;
    return this.options.instances.active(clusterName, placementConstraints);
  }

  private taskFailed(task: Task): void {
    const deployment = this.deployments.find(task.options.deploymentId);
    if (deployment === undefined) return;
    deployment.failedTasks++;
    this.throttle.taskFailed();
  }

  private wake(): void {
    this.options.onChange();
    this.loop.wake();
  }
}
