import { randomInt } from "node:crypto";
import { messageOf } from "../../../shared/messageOf";
import type { TargetGroup } from "../../dataplane/alb/targetGroup";
import type { Report } from "../../dataplane/events";
import type { TaskConnection, TaskRuntime } from "../../dataplane/tasks/runtime";
import { Alarm } from "../alarm";
import type { Daemon, PlacementRequest } from "../ec2/instance";
import type { Instances, Place } from "../ec2/instances";
import { shiftPlan, type ShiftPlan, type StrategyName } from "../traffic/shiftPlan";
import type { TargetGroupPair, TrafficRoutes } from "../traffic/trafficRoutes";
import { TrafficShift, type LifecycleStage } from "../traffic/trafficShift";
import { backoffMs, failureThreshold } from "./breaker";
import type { StrategyItem } from "./capacityStrategy";
import { daemon } from "./daemon";
import {
  familyAndRevision,
  notSimulated,
  taskSize,
  type ContainerDefinition,
  type Service,
  type TaskDefinition,
} from "./ecs";
import { rolling } from "./rolling";
import type { DeploymentStatus, RolloutState, ServiceStatus } from "./status";
import type { DeploymentStrategy, Step } from "./strategy";
import { Task } from "./task";
import { nextCapacity, placementRequest } from "./taskCapacity";

/** What a scheduler needs around it. All times in milliseconds. */
export interface SchedulerOptions {
  readonly runtime: TaskRuntime;
  readonly targetGroup: (arn: string) => TargetGroup | undefined;
  readonly instances: Pick<Instances, "place" | "active">;
  /** Strategy of a cluster for services that ask for none; may be empty. */
  readonly defaultStrategy: (clusterName: string) => readonly StrategyItem[];
  /** A task definition by ARN, `family:revision` or `family`; undefined if there is none. */
  readonly taskDefinition: (reference: string) => TaskDefinition | undefined;
  /** Values of a container's secrets. @throws {TaskStartError} when one is not to be had */
  readonly secrets: (container: ContainerDefinition) => Readonly<Record<string, string>>;
  /** How the service's tasks find other services by name; undefined: not at all. */
  readonly serviceConnect: (service: Service) => TaskConnection | undefined;
  /** The health check grace period passes this many times faster than configured. */
  readonly healthCheckSpeed: number;
  /** First and longest wait after failed tasks. */
  readonly backoffFirstMs: number;
  readonly backoffLimitMs: number;
  readonly settleMs: number;
  readonly maximumStopMs: number;
  /** Bake times pass this many times faster than configured. */
  readonly deploymentSpeed: number;
  readonly routes: TrafficRoutes;
  /** Whether a CloudWatch alarm is in the state ALARM. */
  readonly isInAlarm: (alarmName: string) => boolean;
  readonly report: Report;
  /** Writes down which revision (by ARN) a service has gone back to: DescribeServices then names it. */
  readonly rolledBack: (serviceKey: string, taskDefinition: string) => void;
  /** Called after every change that may show in the status. */
  readonly onChange: () => void;
}

/** A deployment by CodeDeploy's controller. */
export interface CodeDeployOrder {
  /** ARN or `family:revision`. */
  readonly taskDefinition: string;
  readonly plan: ShiftPlan;
  /** Where it moves requests, given the target group that gets them now. */
  readonly pair: (blue: string) => TargetGroupPair;
}

interface Deployment {
  readonly id: string;
  readonly definition: TaskDefinition;
  readonly container: ContainerDefinition;
  readonly containerPort: number;
  readonly targetGroupArns: readonly string[];
  readonly strategy: StrategyName;
  /** What moves the requests to it, or back to it; absent when it replaces tasks one by one. */
  shift?: TrafficShift | undefined;
  /** When CodeDeploy gives up waiting for healthy tasks, in ms since 1970; absent under ECS. */
  readonly deadline?: number;
  /** Where its shift, forth or back, moves requests between. */
  pairs: readonly TargetGroupPair[];
  rolloutState: RolloutState;
  rolloutStateReason: string;
  /** Tasks that failed in a row since the last healthy one. */
  failedTasks: number;
  blockedReported: boolean;
  throttledReported: boolean;
}

const EVENTS_KEPT = 100;
const STOPPED_TASKS_KEPT = 10;
/** CodeDeploy user guide, "Troubleshoot Amazon ECS deployment issues". */
const CODE_DEPLOY_TIMEOUT_MINUTES = 60;
/** Failures in a row after which a person should know that the service waits between attempts. */
const FAILURES_REPORTED = 3;

/**
 * Keeps one service as its record says: the desired number of healthy tasks of the right revision.
 * Everything that happens leads to {@link reconcile}, which looks at what is and takes one step.
 * Source: ECS developer guide, "Amazon ECS services".
 */
export class ServiceScheduler {
  private readonly strategy: DeploymentStrategy;
  private tasks: Task[] = [];
  private readonly events: { at: string; message: string }[] = [];
  private primary: Deployment | undefined;
  private lastCompleted: Deployment | undefined;
  /** The deployment whose tasks get the production traffic. */
  private serving: Deployment | undefined;
  private lastFailed: Deployment | undefined;
  private deployments: Deployment[] = [];
  private deletedAt: Date | undefined;
  /** Tasks that have been healthy once. */
  private readonly provenTasks = new WeakSet<Task>();
  /** Tasks that have been reported unhealthy and counted as failed. */
  private readonly condemned = new WeakSet<Task>();
  /** Whether the last look found all as it should be; what happened since is not in it. */
  private steady = false;
  private missingDefinition = false;
  /** Desired count by autoscaling, until the record's changes. */
  private scaledTo: number | undefined;
  /** Why the last task could not be placed; undefined when none waits. */
  private unplacedBecause: string | undefined;
  private lastFailureAt = 0;
  private scheduled: NodeJS.Immediate | undefined;
  /** ARN of the revision that a rollback went to, until the record asks for another. */
  private rolledBackTo: string | undefined;
  private readonly alarm = new Alarm(() => {
    this.wake();
  });

  constructor(
    private service: Service,
    private readonly options: SchedulerOptions,
  ) {
    this.strategy = service.schedulingStrategy === "DAEMON" ? daemon : rolling;
    for (const note of notSimulated(service)) this.say(note);
    this.deploy();
    this.wake();
  }

  /** Takes over the changed record; a change that ECS would deploy starts a deployment. */
  update(service: Service): void {
    const redeploy =
      this.missingDefinition ||
      (service.deploymentController?.type !== "CODE_DEPLOY" &&
        service.deploymentFingerprint !== this.service.deploymentFingerprint &&
        !this.isRollback(service));
    if (service.desiredCount !== this.service.desiredCount) this.scaledTo = undefined;
    this.service = service;
    if (redeploy) this.deploy();
    this.wake();
  }

  /** Whether the record only says now what a rollback has done already. */
  private isRollback(service: Service): boolean {
    const to = this.rolledBackTo;
    this.rolledBackTo = undefined;
    return to !== undefined && service.taskDefinition === to;
  }

  /** Wants another number of tasks, until the record asks for one. */
  scaleTo(count: number): void {
    this.scaledTo = count;
    this.wake();
  }

  /** Ends all tasks, e.g. because the service was deleted. Resolves when they have ended. */
  async shutDown(): Promise<void> {
    this.deletedAt ??= new Date();
    const tasks = this.tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
    this.reportStops(tasks.filter((task) => !task.isStopping));
    await Promise.all(
      tasks.map((task) => task.stop("ServiceSchedulerInitiated", this.scalingReason())),
    );
    clearImmediate(this.scheduled);
    this.alarm.off();
  }

  /** Stops one task as a person would. False if this service has no such task. */
  async stopTask(taskArn: string, reason: string): Promise<boolean> {
    const task = this.tasks.find(({ arn }) => arn === taskArn);
    if (task === undefined) return false;
    await task.stop("UserInitiated", reason);
    return true;
  }

  /** What a task of this service wrote; undefined if it has no such task. */
  logs(taskArn: string): readonly string[] | undefined {
    return this.tasks.find(({ arn }) => arn === taskArn)?.logs;
  }

  /** To be called when the health of any target changed, or any instance. */
  surroundingsChanged(): void {
    this.wake();
  }

  /** It as a daemon; undefined when it is none, or has nothing to run. */
  asDaemon(): Daemon | undefined {
    const { arn, clusterName, schedulingStrategy, placementConstraints } = this.service;
    if (schedulingStrategy !== "DAEMON" || this.primary === undefined) return undefined;
    const size = taskSize(this.primary.definition);
    return { serviceArn: arn, clusterName, constraints: placementConstraints, size };
  }

  /** `127.0.0.1:PORT` of each task that takes requests. */
  addresses(): string[] {
    return this.tasks.flatMap(({ servingAt }) => servingAt ?? []);
  }

  /** Tasks that wait for an instance. */
  waiting(): PlacementRequest[] {
    return this.tasks
      .filter(({ isUnplaced }) => isUnplaced)
      .map((task) => placementRequest(this.service, task));
  }

  /** Why the service is not steady, in words; undefined if it is. */
  notSteadyBecause(): string | undefined {
    const { name } = this.service;
    const { primary } = this;
    if (this.deletedAt !== undefined) return undefined;
    if (primary === undefined || this.missingDefinition) {
      return `${name}: no task definition ${this.service.taskDefinition}`;
    }
    const last = this.tasks.findLast(
      (task) => task.lastStatus === "STOPPED" && task.stopCode !== "ServiceSchedulerInitiated",
    );
    const lastStop = last?.stoppedReason === undefined ? "" : ` (last stop: ${last.stoppedReason})`;
    const why = this.unplacedBecause === undefined ? lastStop : `; it ${this.unplacedBecause}`;
    if (primary.rolloutState === "FAILED") {
      return `${name}: ${primary.rolloutStateReason}${why}`;
    }
    const { live, healthy, reached } = this.count(primary);
    if (primary.rolloutState === "COMPLETED" && reached && this.steady) return undefined;
    if (primary.shift !== undefined && healthy.length >= this.desiredCount) {
      return `${name}: deployment ${primary.id} is in the lifecycle stage ${primary.shift.stage}`;
    }
    return `${name}: ${healthy.length} of ${this.desiredCount} tasks are healthy, ${live.length} alive${why}`;
  }

  /** Whether nothing but a change of the account can make it steady. */
  get hasFailed(): boolean {
    return this.primary?.rolloutState === "FAILED";
  }

  status(): ServiceStatus {
    const because = this.notSteadyBecause();
    const live = this.tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
    const dead = this.tasks.filter(({ lastStatus }) => lastStatus === "STOPPED");
    return {
      arn: this.service.arn,
      name: this.service.name,
      cluster: this.service.clusterName,
      status: this.deletedAt === undefined ? "ACTIVE" : "DRAINING",
      schedulingStrategy: this.isDaemon ? "DAEMON" : "REPLICA",
      desiredCount: this.deletedAt === undefined ? this.desiredCount : 0,
      runningCount: count(live, "running"),
      pendingCount: count(live, "pending"),
      ...(because === undefined ? {} : { notSteadyBecause: because }),
      deployments: this.deploymentStatus(),
      tasks: [...live, ...dead].map((task) => task.toStatus()),
      events: [...this.events].reverse(),
    };
  }

  /** Name of the cluster and of the service. */
  get name(): readonly [clusterName: string, serviceName: string] {
    return [this.service.clusterName, this.service.name];
  }

  /** The id of its record in the account. */
  get key(): string {
    return this.service.key;
  }

  get deploymentController(): string {
    return this.service.deploymentController?.type ?? "ECS";
  }

  get arn(): string {
    return this.service.arn;
  }

  get isDaemon(): boolean {
    return this.service.schedulingStrategy === "DAEMON";
  }

  /** Tasks that there should be now. */
  get desiredCount(): number {
    return this.isDaemon ? this.instances.length : (this.scaledTo ?? this.service.desiredCount);
  }

  /** Ids of the instances that a daemon has a task on. */
  private get instances(): string[] {
    const { clusterName, placementConstraints } = this.service;
    return this.options.instances.active(clusterName, placementConstraints);
  }

  /** Starts a deployment of what the record says. */
  private deploy(): void {
    const definition = this.options.taskDefinition(this.service.taskDefinition);
    if (definition === undefined) {
      if (!this.missingDefinition) {
        this.say(`has no task definition ${this.service.taskDefinition} to deploy.`);
      }
      this.missingDefinition = true;
      return;
    }
    this.missingDefinition = false;
    const plan = shiftPlan(this.service);
    const pairs = plan && this.options.routes.pairsOf(this.service, this.serving?.targetGroupArns);
    if (plan === undefined || pairs === undefined) {
      const targetGroupArns = this.service.loadBalancers.map(
        ({ targetGroupArn }) => targetGroupArn,
      );
      this.begin(definition, { strategy: "ROLLING", targetGroupArns, pairs: [] });
    } else if (this.serving === undefined) {
      // The first tasks go where the requests go already.
      const targetGroupArns = pairs.map(({ blue }) => blue);
      const { strategy } = plan;
      this.begin(definition, { strategy, targetGroupArns, pairs: [] });
      for (const which of ["production", "test"] as const) {
        void this.options.routes.shift(pairs, which, 0).catch((error: unknown) => {
          this.say(`could not modify the listener rule: ${messageOf(error)}.`);
        });
      }
    } else {
      this.beginShift(definition, plan, pairs);
    }
  }

  /** Starts a deployment that moves the requests from the tasks that now get them to new ones. */
  private beginShift(
    definition: TaskDefinition,
    plan: ShiftPlan,
    pairs: readonly TargetGroupPair[],
    codeDeploy: Pick<Deployment, "deadline"> = {},
  ): Deployment | undefined {
    const others = this.tasks.filter(
      ({ lastStatus, options }) =>
        lastStatus !== "STOPPED" && options.deploymentId !== this.serving?.id,
    );
    const isUnfinished = others.length > 0 || this.primary?.shift !== undefined;
    for (const other of this.deployments) other.shift = undefined;
    const targetGroupArns = pairs.map(({ green }) => green);
    const { strategy } = plan;
    const how = { strategy, targetGroupArns, pairs, ...codeDeploy };
    const deployment = this.begin(definition, how);
    if (deployment === undefined) return undefined;
    const { deploymentSpeed, routes } = this.options;
    if (deploymentSpeed !== 1) {
      this.say(
        `(deployment ${deployment.id}) bakes ${deploymentSpeed} times faster in the lab than on AWS.`,
      );
    }
    deployment.shift = TrafficShift.forward(plan, isUnfinished, {
      route: (which, percent) => routes.shift(pairs, which, percent),
      minutesMs: (minutes) => this.minutesMs(minutes),
      ringIn: (milliseconds) => {
        this.alarm.in(milliseconds);
      },
      onStage: (stage, percent) => {
        this.stageReached(stage, percent);
      },
      onError: (message) => {
        this.say(`could not modify the listener rule: ${message}.`);
      },
    });
    return deployment;
  }

  /** How long minutes of a deployment last here, in ms. */
  private minutesMs(minutes: number): number {
    return (minutes * 60_000) / this.options.deploymentSpeed;
  }

  private stageReached(stage: LifecycleStage, percent: number): void {
    const { primary } = this;
    if (primary === undefined) return;
    const weights =
      stage === "PRODUCTION_TRAFFIC_SHIFT"
        ? `: ${percent}% of the production traffic on ${primary.pairs.map(({ green }) => `(target-group ${green})`).join(" ")}`
        : "";
    this.say(`(deployment ${primary.id}) lifecycle stage ${stage}${weights}.`);
    // From here on there is no way back, and the old tasks may go.
    if (stage === "CLEAN_UP") this.serving = primary;
    this.options.onChange();
  }

  private begin(
    definition: TaskDefinition,
    how: Pick<Deployment, "strategy" | "targetGroupArns" | "pairs" | "deadline">,
  ): Deployment | undefined {
    const [balancer] = this.service.loadBalancers;
    const container =
      definition.containerDefinitions.find(({ name }) => name === balancer?.containerName) ??
      definition.containerDefinitions.find(({ portMappings }) => portMappings?.length) ??
      definition.containerDefinitions[0];
    if (container === undefined) return undefined;
    const id = `ecs-svc/${String(randomInt(1e12)).padStart(12, "0")}`;
    this.primary = {
      id,
      definition,
      container,
      containerPort: balancer?.containerPort ?? container.portMappings?.[0]?.containerPort ?? 80,
      ...how,
      rolloutState: "IN_PROGRESS",
      rolloutStateReason: `ECS deployment ${id} in progress.`,
      failedTasks: 0,
      blockedReported: false,
      throttledReported: false,
    };
    this.deployments.push(this.primary);
    this.lastFailed = undefined;
    const others = definition.containerDefinitions.filter(({ name }) => name !== container.name);
    if (others.length > 0) {
      this.say(
        `runs only the container ${container.name} in the lab, not ${others.map(({ name }) => name).join(", ")}.`,
      );
    }
    return this.primary;
  }

  private wake(): void {
    this.options.onChange();
    if (this.deletedAt !== undefined) return;
    this.scheduled ??= setImmediate(() => {
      this.scheduled = undefined;
      this.reconcile();
    });
  }

  private reconcile(): void {
    if (this.deletedAt !== undefined || this.primary === undefined) return;
    for (const task of this.condemnedTasks()) this.condemn(task);
    this.breakCircuit(this.primary);
    this.heedAlarms(this.primary);
    this.heedDeadline(this.primary);
    const { primary } = this;
    if (primary.rolloutState !== "FAILED") this.proceed(primary); // else stalled until an update
    this.options.onChange();
  }

  private proceed(primary: Deployment): void {
    if (primary.shift === undefined) this.keep(primary, this.activeTasks());
    else this.shiftTo(primary, primary.shift);
    this.placeTasks();
    this.complete(primary);
  }

  /** Keeps old and new tasks side by side while the requests move. */
  private shiftTo(primary: Deployment, shift: TrafficShift): void {
    const { live, healthy } = this.count(primary);
    const old = this.serving === primary ? undefined : this.serving;
    const isOther = ({ options: { deploymentId } }: Task) =>
      deploymentId !== primary.id && deploymentId !== old?.id;
    shift.advance({
      isScaledUp: healthy.length >= this.desiredCount,
      othersAreLeaving: live.filter(isOther).every((task) => task.isStopping),
      oldAreGone: live.every(({ options }) => options.deploymentId === primary.id),
    });
    const active = this.activeTasks();
    const of = (deployment: Deployment) =>
      active.filter(({ options }) => options.deploymentId === deployment.id);
    if (this.serving !== undefined && this.serving !== primary) {
      this.keep(this.serving, of(this.serving));
    }
    if (shift.mayStart) this.keep(primary, of(primary));
    const { serving } = this;
    const leftOver = active.filter(
      ({ options: { deploymentId } }) =>
        deploymentId !== primary.id && deploymentId !== serving?.id,
    );
    if (shift.othersMayStop) this.stopTasks(leftOver, this.condemnedTasks());
  }

  private activeTasks(): Task[] {
    return this.tasks.filter((task) => !task.isStopping);
  }

  /** One step towards the desired number of tasks of a deployment, in place of all others given. */
  private keep(deployment: Deployment, active: readonly Task[]): void {
    const condemned = this.condemnedTasks();
    const step = this.strategy.next({
      desiredCount: this.desiredCount,
      minimumHealthyPercent: this.service.deploymentMinimumHealthyPercent,
      maximumPercent: this.service.deploymentMaximumPercent,
      primaryId: deployment.id,
      instances: this.instances,
      tasks: active.map((task) => ({
        arn: task.arn,
        deploymentId: task.options.deploymentId,
        healthy: task.health === "HEALTHY",
        condemned: condemned.includes(task),
        unplaced: task.isUnplaced,
        draining: task.isOnDrainingInstance,
        ...(task.instanceId === undefined ? {} : { instanceId: task.instanceId }),
      })),
    });
    if (step.start > 0) this.startTasks(deployment, step);
    this.stopTasks(
      active.filter(({ arn }) => step.stop.includes(arn)),
      condemned,
    );
    if (step.blocked && !deployment.blockedReported) {
      deployment.blockedReported = true;
      this.say(
        "was unable to stop or start tasks during a deployment because of the service deployment " +
          "configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
      );
    }
  }

  /** Tasks that a target group found unhealthy and whose grace period is over. */
  private condemnedTasks(): Task[] {
    const graceMs =
      (this.service.healthCheckGracePeriodSeconds * 1000) / this.options.healthCheckSpeed;
    const now = Date.now();
    return this.tasks.filter((task) => {
      if (task.isStopping || task.health !== "UNHEALTHY") return false;
      const leftMs = graceMs - (task.runningForMs(now) ?? 0);
      if (leftMs > 0) this.alarm.in(leftMs);
      return leftMs <= 0;
    });
  }

  /** Reports a condemned task and counts it as failed, once. */
  private condemn(task: Task): void {
    if (this.condemned.has(task)) return;
    const groupArn = unhealthyGroup(task) ?? "";
    const health = this.options.targetGroup(groupArn)?.health(task.arn);
    this.condemned.add(task);
    this.say(
      `(task ${task.id}, port ${task.options.containerPort}) is unhealthy in ` +
        `(target-group ${groupArn}) due to (reason ${health?.description ?? "Health checks failed"}).`,
    );
    this.countFailure(task);
  }

  private countFailure(task: Task): void {
    const deployment = this.deployments.find(({ id }) => id === task.options.deploymentId);
    if (deployment === undefined) return;
    deployment.failedTasks++;
    this.lastFailureAt = Date.now();
  }

  /** Fails a deployment whose tasks keep failing, and goes back to the last one that worked. */
  private breakCircuit(primary: Deployment): void {
    const { enable, rollback } = this.service.deploymentCircuitBreaker;
    if (!enable || primary.rolloutState !== "IN_PROGRESS") return;
    if (primary.shift !== undefined && this.serving === primary) return; // it has the traffic already
    if (primary.failedTasks < failureThreshold(this.desiredCount)) return;
    this.fail(
      primary,
      "ECS deployment circuit breaker: tasks failed to start.",
      "deployment failed: tasks failed to start.",
      rollback,
    );
  }

  /** Fails a deployment during which one of the service's alarms rings. */
  private heedAlarms(primary: Deployment): void {
    const { alarms } = this.service;
    if (alarms?.enable !== true || primary.rolloutState !== "IN_PROGRESS") return;
    if (this.previous === undefined || !alarms.alarmNames.some(this.options.isInAlarm)) return;
    this.fail(
      primary,
      "ECS deployment failed: alarm detected.",
      "deployment failed: alarm detected.",
      alarms.rollback,
    );
  }

  /** Fails a deployment of CodeDeploy whose tasks do not become healthy. */
  private heedDeadline(primary: Deployment): void {
    const { deadline, shift } = primary;
    if (deadline === undefined || shift?.stage !== "SCALE_UP") return;
    const leftMs = deadline - Date.now();
    if (leftMs > 0) {
      this.alarm.in(leftMs);
      return;
    }
    this.fail(
      primary,
      "The deployment timed out while waiting for the replacement task set to become healthy. " +
        `This time out period is ${CODE_DEPLOY_TIMEOUT_MINUTES} minutes.`,
      "deployment failed: the replacement tasks did not become healthy in time.",
      true, // no request has moved: there is nothing to keep
    );
  }

  /**
   * Starts a deployment as CodeDeploy does. Returns its id.
   * @throws {Error} with AWS's code when it cannot be started
   */
  deployByCodeDeploy({ taskDefinition, plan, pair }: CodeDeployOrder): string {
    const { name, loadBalancers } = this.service;
    if (this.primary?.rolloutState === "IN_PROGRESS") {
      throw new Error(
        `DeploymentLimitExceededException: The service ${name} has an active deployment already.`,
      );
    }
    const definition = this.options.taskDefinition(taskDefinition);
    if (definition === undefined) {
      throw new Error(`InvalidParameterException: There is no task definition ${taskDefinition}.`);
    }
    const blue = this.serving?.targetGroupArns[0] ?? loadBalancers[0]?.targetGroupArn ?? "";
    const deadline = Date.now() + this.minutesMs(CODE_DEPLOY_TIMEOUT_MINUTES);
    const deployment = this.beginShift(definition, plan, [pair(blue)], { deadline });
    if (deployment === undefined) {
      throw new Error(`InvalidParameterException: ${taskDefinition} has no container to run.`);
    }
    this.wake();
    return deployment.id;
  }

  /**
   * Ends the deployment in progress and goes back to the one before, as a person asks for it.
   * @throws {Error} when there is nothing to stop or to go back to
   */
  stopDeployment(): void {
    const { primary, previous } = this;
    if (primary?.rolloutState !== "IN_PROGRESS" || previous === undefined) {
      throw new Error(
        `${this.service.name} has no deployment in progress that could be rolled back.`,
      );
    }
    this.fail(
      primary,
      "Service deployment stopped by user request.",
      "deployment stopped by user request.",
      true,
    );
    this.wake();
  }

  /** The deployment that the one in progress can be rolled back to. */
  private get previous(): Deployment | undefined {
    const { primary, lastCompleted, serving } = this;
    const previous = primary?.shift === undefined ? lastCompleted : serving;
    return previous === primary ? undefined : previous;
  }

  private fail(primary: Deployment, reason: string, said: string, rollback: boolean): void {
    const { previous } = this;
    primary.rolloutState = "FAILED";
    primary.rolloutStateReason = reason;
    this.lastFailed = primary;
    this.say(`(deployment ${primary.id}) ${said}`);
    if (!rollback || previous === undefined) return;
    this.lastCompleted = undefined; // not eligible again until it has completed again
    previous.rolloutState = "IN_PROGRESS";
    previous.rolloutStateReason = `${reason} Rolling back to ${previous.id}.`;
    previous.failedTasks = 0;
    if (primary.shift !== undefined) {
      previous.shift = TrafficShift.back(primary.shift);
      previous.pairs = primary.pairs;
      primary.shift = undefined;
    }
    this.primary = previous;
    if (!this.deployments.includes(previous)) this.deployments.push(previous);
    this.say(`rolling back to (deployment ${previous.id}).`);
    this.noteRollback(previous.definition.arn);
  }

  private noteRollback(arn: string): void {
    if (this.deploymentController === "CODE_DEPLOY") return; // its record names the old one still
    const isByArn = this.service.taskDefinition.startsWith("arn:");
    const reference = isByArn ? arn : familyAndRevision(arn);
    if (reference === this.service.taskDefinition) return;
    this.rolledBackTo = reference;
    this.options.rolledBack(this.service.key, reference);
  }

  private startTasks(primary: Deployment, { start, startOn }: Step): void {
    const { backoffFirstMs, backoffLimitMs } = this.options;
    const waitMs =
      this.lastFailureAt +
      backoffMs(primary.failedTasks, backoffFirstMs, backoffLimitMs) -
      Date.now();
    if (waitMs > 0 && primary.failedTasks > 0) {
      this.alarm.in(waitMs);
      this.reportThrottling(primary);
      return;
    }
    const started: Task[] = [];
    for (let index = 0; index < start; index++) {
      const task = this.newTask(primary, startOn?.[index]);
      this.tasks.push(task);
      if (task.options.launchType === "FARGATE") started.push(task);
    }
    this.reportStarts(started);
    for (const task of started) void task.start();
    // Those that wait for an instance may need old tasks to make room.
    if (started.length < start) this.wake();
  }

  /**
   * Starts the tasks that wait for an instance and now get one. On AWS a task of launch type EC2
   * exists from then on only; here it waits in sight, as all tasks of capacity providers do.
   */
  private placeTasks(): void {
    const waiting = this.tasks.filter(({ isUnplaced }) => isUnplaced);
    const placed: [Task, Place][] = [];
    let because: string | undefined;
    for (const task of waiting) {
      const place = this.options.instances.place(placementRequest(this.service, task));
      if ("because" in place) because = place.because;
      else placed.push([task, place]);
    }
    this.reportStarts(placed.map(([task]) => task));
    for (const [task, place] of placed) void task.start(place);
    // While tasks of its own still leave, it is they that it waits for.
    const isLeaving = this.tasks.some((task) => task.isStopping && task.lastStatus !== "STOPPED");
    if (because !== undefined && because !== this.unplacedBecause && !isLeaving) this.say(because);
    if (because === undefined || !isLeaving) this.unplacedBecause = because;
  }

  private reportStarts(tasks: readonly Task[]): void {
    if (tasks.length === 0) return;
    const names = tasks.map(({ id }) => `(task ${id})`).join(" ");
    this.say(`has started ${tasks.length} tasks: ${names}.`);
  }

  private reportThrottling(deployment: Deployment): void {
    if (deployment.failedTasks < FAILURES_REPORTED || deployment.throttledReported) return;
    deployment.throttledReported = true;
    this.say(
      "is unable to consistently start tasks successfully. For more information, see the " +
        "Troubleshooting section of the Amazon ECS Developer Guide.",
    );
  }

  private newTask(deployment: Deployment, instanceId: string | undefined): Task {
    const { settleMs, maximumStopMs, runtime, targetGroup, defaultStrategy } = this.options;
    const siblings = this.tasks.filter(
      ({ options, isStopping }) => !isStopping && options.deploymentId === deployment.id,
    );
    return new Task({
      serviceArn: this.service.arn,
      clusterName: this.service.clusterName,
      deploymentId: deployment.id,
      definition: deployment.definition,
      container: deployment.container,
      containerPort: deployment.containerPort,
      targetGroupArns: deployment.targetGroupArns,
      targetGroup,
      runtime,
      surroundings: () => {
        const serviceConnect = this.options.serviceConnect(this.service);
        const secrets = this.options.secrets(deployment.container);
        return { secrets, ...(serviceConnect === undefined ? {} : { serviceConnect }) };
      },
      settleMs,
      maximumStopMs,
      ...nextCapacity(this.service, defaultStrategy(this.service.clusterName), siblings),
      ...(instanceId === undefined ? {} : { instanceId }),
      onStatus: (task) => {
        this.taskChanged(task);
      },
      onSettled: () => {
        this.wake();
      },
    });
  }

  private taskChanged(task: Task): void {
    const { lastStatus, stopCode, stoppedReason } = task;
    this.options.report({
      source: "task",
      resource: task.arn,
      message: lastStatus === "STOPPED" ? `STOPPED: ${stoppedReason ?? ""}` : lastStatus,
    });
    if (lastStatus === "RUNNING") {
      for (const arn of task.options.targetGroupArns) {
        this.say(`registered 1 targets in (target-group ${arn})`);
      }
    }
    if (
      lastStatus === "STOPPED" &&
      (stopCode === "TaskFailedToStart" || stopCode === "EssentialContainerExited")
    ) {
      this.countFailure(task);
      if (stopCode === "TaskFailedToStart") {
        this.say(`was unable to start (task ${task.id}). Reason: ${stoppedReason ?? ""}`);
      }
    }
    if (lastStatus === "STOPPED") this.forgetOldTasks();
    this.wake();
  }

  private forgetOldTasks(): void {
    const dead = this.tasks.filter(({ lastStatus }) => lastStatus === "STOPPED");
    const forgotten = new Set(dead.slice(0, -STOPPED_TASKS_KEPT));
    this.tasks = this.tasks.filter((task) => !forgotten.has(task));
  }

  private stopTasks(tasks: readonly Task[], condemned: readonly Task[]): void {
    this.reportStops(tasks);
    for (const task of tasks) {
      const reason = condemned.includes(task)
        ? `Task failed ELB health checks in (target-group ${unhealthyGroup(task) ?? ""})`
        : this.scalingReason();
      void task.stop("ServiceSchedulerInitiated", reason);
    }
  }

  private reportStops(tasks: readonly Task[]): void {
    if (tasks.length === 0) return;
    const draining = tasks.filter(({ options }) => options.targetGroupArns.length > 0);
    if (draining.length > 0)
      this.say(`has begun draining connections on ${draining.length} tasks.`);
    this.say(
      `has stopped ${tasks.length} running tasks: ${tasks.map(({ id }) => `(task ${id})`).join(" ")}.`,
    );
  }

  private scalingReason(): string {
    return `Scaling activity initiated by (deployment ${this.primary?.id ?? "none"})`;
  }

  /** Notes what has been reached: a healthy task, a complete deployment, a steady state. */
  private complete(primary: Deployment): void {
    const { healthy, reached } = this.count(primary);
    for (const task of healthy) {
      if (this.provenTasks.has(task)) continue;
      this.provenTasks.add(task);
      primary.failedTasks = 0;
    }
    const wasSteady = this.steady;
    this.steady = reached && primary.shift?.isDone !== false;
    if (!this.steady) return;
    if (primary.rolloutState === "IN_PROGRESS") {
      primary.shift = undefined;
      primary.rolloutState = "COMPLETED";
      primary.rolloutStateReason = `ECS deployment ${primary.id} completed.`;
      this.lastCompleted = primary;
      this.serving = primary;
      this.deployments = [primary];
      this.say(`(deployment ${primary.id}) deployment completed.`);
    }
    if (!wasSteady) this.say("has reached a steady state.");
  }

  /** Tasks that are not `STOPPED`; the healthy ones of `primary`; whether nothing else is wanted. */
  private count(primary: Deployment): { live: Task[]; healthy: Task[]; reached: boolean } {
    const live = this.tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
    const healthy = live.filter(
      (task) =>
        task.options.deploymentId === primary.id && !task.isStopping && task.health === "HEALTHY",
    );
    const reached = live.length === healthy.length && healthy.length === this.desiredCount;
    return { live, healthy, reached };
  }

  private deploymentStatus(): DeploymentStatus[] {
    const shown = [...this.deployments].reverse();
    if (this.lastFailed && !shown.includes(this.lastFailed)) shown.push(this.lastFailed);
    return shown.map((deployment) => {
      const own = this.tasks.filter(({ options }) => options.deploymentId === deployment.id);
      return {
        id: deployment.id,
        strategy: deployment.strategy,
        ...shiftStatus(deployment),
        status:
          deployment === this.primary
            ? "PRIMARY"
            : this.deployments.includes(deployment)
              ? "ACTIVE"
              : "INACTIVE",
        taskDefinition: familyAndRevision(deployment.definition.arn),
        rolloutState: deployment.rolloutState,
        rolloutStateReason: deployment.rolloutStateReason,
        failedTasks: deployment.failedTasks,
        runningCount: count(own, "running"),
        pendingCount: count(own, "pending"),
      };
    });
  }

  private say(message: string): void {
    const text = `(service ${this.service.name}) ${message}`;
    this.events.push({ at: new Date().toISOString(), message: text });
    if (this.events.length > EVENTS_KEPT) this.events.shift();
    this.options.report({ source: "service", resource: this.service.name, message: text });
  }
}

/** ARN of the target group that finds a task unhealthy. */
function unhealthyGroup(task: Task): string | undefined {
  const { targetGroupArns, targetGroup } = task.options;
  return targetGroupArns.find((arn) => targetGroup(arn)?.health(task.arn)?.state === "unhealthy");
}

/** What a shift under way shows. On the way back it is the failed deployment's tasks that lose traffic. */
function shiftStatus({
  shift,
  pairs,
}: Deployment): Pick<DeploymentStatus, "lifecycleStage" | "trafficWeights"> {
  if (shift === undefined) return {};
  return {
    lifecycleStage: shift.stage,
    trafficWeights: pairs.flatMap(({ blue, green }) => [
      { targetGroupArn: blue, weight: 100 - shift.percent },
      { targetGroupArn: green, weight: shift.percent },
    ]),
  };
}

function count(tasks: readonly Task[], which: "running" | "pending"): number {
  const states = which === "running" ? ["RUNNING"] : ["PROVISIONING", "PENDING", "ACTIVATING"];
  return tasks.filter(({ lastStatus }) => states.includes(lastStatus)).length;
}
