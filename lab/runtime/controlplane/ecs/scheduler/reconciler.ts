import type { Pace } from "../../pace";
import type { TrafficShift } from "../../traffic/trafficShift";
import type { Service } from "../ecs";
import type { Task } from "../task";
import { healthCheckReason, type UnhealthyTasks } from "./unhealthyTasks";
import { daemon } from "./daemon";
import type { Deployment } from "./deployment";
import { failureDetectors } from "./failureDetection";
import { rolling } from "./rolling";
import type { SchedulingStep } from "./schedulingStrategy";
import type { ServiceDeployments } from "./serviceDeployments";
import type { ServiceTasks } from "./serviceTasks";
import type { ServiceThrottle } from "./throttle";

/** What to reconcile, and how. */
export interface ReconcilerOptions {
  readonly service: () => Service;
  readonly tasks: ServiceTasks;
  readonly deployments: ServiceDeployments;
  readonly unhealthy: UnhealthyTasks;
  readonly throttle: ServiceThrottle;
  /** Desired number of tasks. */
  readonly desiredCount: () => number;
  /** Ids of the instances that a daemon has a task on. */
  readonly instances: () => readonly string[];
  /** Whether a CloudWatch alarm is in the state ALARM. */
  readonly isInAlarm: (alarmName: string) => boolean;
  readonly pace: Pace;
  /** Records an event of the service. */
  readonly say: (message: string) => void;
  /** Asks for the next step. */
  readonly wake: () => void;
  /** Asks for it after this many ms. */
  readonly wakeIn: (milliseconds: number) => void;
}

/** How far a deployment has progressed. */
export interface DeploymentProgress {
  /** Healthy tasks of the deployment that are not being stopped. */
  readonly healthy: readonly Task[];
  /** Whether these are all existing tasks, and as many as desired. */
  readonly reached: boolean;
}

/** Consecutive failures after which an event says that the service waits between attempts. */
const FAILURES_REPORTED = 3;

/**
 * Takes one step at a time from the existing tasks to those that the primary deployment wants. Source: ECS developer
 * guide, "Amazon ECS services".
 */
export class Reconciler {
  /** Tasks that have been healthy once, and since when, in ms since 1970. */
  private readonly provenTasks = new WeakMap<Task, number>();
  private steady = false;

  constructor(private readonly options: ReconcilerOptions) {}

  /** Whether the last reconciliation found everything as desired; later changes are not included. */
  get isSteady(): boolean {
    return this.steady;
  }

  /** Compares actual and desired state, and does what can be done now. Call it after every change. */
  reconcile(): void {
    this.options.unhealthy.report();
    this.detectFailure();
    const { primary } = this.options.deployments;
    // A failed deployment is stalled until the next update.
    if (primary === undefined || primary.rolloutState === "FAILED") return;
    if (primary.shift === undefined) this.keep(primary, this.options.tasks.active);
    else this.shiftTo(primary, primary.shift);
    this.options.tasks.place();
    this.noteProgress(primary);
  }

  progressOf(deployment: Deployment): DeploymentProgress {
    const { live } = this.options.tasks;
    const healthy = live.filter(
      (task) => isOf(deployment, task) && !task.isStopping && task.health === "HEALTHY",
    );
    const reached =
      live.length === healthy.length && healthy.length === this.options.desiredCount();
    return { healthy, reached };
  }

  /** A failed deployment may make another one the primary, so each detector looks at the present primary. */
  private detectFailure(): void {
    const { deployments, desiredCount, isInAlarm, service, wakeIn } = this.options;
    for (const detect of failureDetectors) {
      const { primary, previous, serving } = deployments;
      if (primary === undefined) return;
      const failure = detect(primary, {
        service: service(),
        desiredCount: desiredCount(),
        isServing: serving === primary,
        hasPrevious: previous !== undefined,
        isInAlarm,
        wakeIn,
      });
      if (failure !== undefined) deployments.fail(primary, failure);
    }
  }

  /** Keeps old and new tasks side by side while the requests are moved. */
  private shiftTo(primary: Deployment, shift: TrafficShift): void {
    const { deployments, desiredCount, tasks } = this.options;
    const { live } = tasks;
    shift.advance({
      isScaledUp: this.progressOf(primary).healthy.length >= desiredCount(),
      othersAreLeaving: live
        .filter((task) => !isOf(primary, task) && !isOf(deployments.serving, task))
        .every((task) => task.isStopping),
      oldAreGone: live.every((task) => isOf(primary, task)),
    });
    const { active } = tasks;
    const { serving } = deployments; // the new ones, once the shift has come that far
    const ofThose = (deployment: Deployment) => active.filter((task) => isOf(deployment, task));
    if (serving !== undefined && serving !== primary) this.keep(serving, ofThose(serving));
    if (shift.mayStart) this.keep(primary, ofThose(primary));
    const leftOver = active.filter((task) => !isOf(primary, task) && !isOf(serving, task));
    if (shift.othersMayStop) this.stop(leftOver, this.options.unhealthy.list());
  }

  /** One step towards the desired number of a deployment's tasks, replacing all others in `active`. */
  private keep(deployment: Deployment, active: readonly Task[]): void {
    const { desiredCount, instances, say, service: serviceOf } = this.options;
    const service = serviceOf();
    const strategy = service.schedulingStrategy === "DAEMON" ? daemon : rolling;
    const unhealthy = this.options.unhealthy.list();
    const step = strategy.next({
      desiredCount: desiredCount(),
      minimumHealthyPercent: service.deploymentMinimumHealthyPercent,
      maximumPercent: service.deploymentMaximumPercent,
      primaryId: deployment.id,
      instances: instances(),
      tasks: active.map((task) => ({
        arn: task.arn,
        deploymentId: task.options.deploymentId,
        healthy: task.health === "HEALTHY" && !this.isNew(task, deployment, active),
        unhealthy: unhealthy.includes(task),
        unplaced: task.isUnplaced,
        draining: task.isOnDrainingInstance,
        ...(task.instanceId === undefined ? {} : { instanceId: task.instanceId }),
      })),
    });
    if (step.start > 0) this.start(deployment, step);
    this.stop(
      active.filter(({ arn }) => step.stop.includes(arn)),
      unhealthy,
    );
    if (step.blocked && deployment.isFirst("blocked")) {
      say(
        "was unable to stop or start tasks during a deployment because of the service deployment " +
          "configuration. Update the minimumHealthyPercent or maximumPercent value and try again.",
      );
    }
  }

  /**
   * Whether a task has only just become healthy, so that the old tasks it replaces run on for a while: the scheduler
   * does not check a service continuously.
   */
  private isNew(task: Task, deployment: Deployment, active: readonly Task[]): boolean {
    const { pace, wakeIn } = this.options;
    if (pace.now.overlapMs === 0 || !isOf(deployment, task)) return false;
    if (active.every((one) => isOf(deployment, one))) return false;
    const leftMs = this.overlapsUntil(task) - Date.now();
    if (leftMs > 0) wakeIn(leftMs);
    return leftMs > 0;
  }

  private overlapsUntil(task: Task): number {
    const since = this.provenTasks.get(task) ?? Date.now();
    return since + this.options.pace.now.overlapMs;
  }

  /**
   * When the old tasks that run alongside healthy new ones are stopped, in ms since 1970; undefined if there are none.
   */
  overlapEndsAt({ id, isInProgress, shift }: Deployment): number | undefined {
    const { live } = this.options.tasks;
    const isOwn = ({ options }: Task) => options.deploymentId === id;
    const hasOld = live.some((task) => !isOwn(task) && !task.isStopping);
    if (!isInProgress || shift !== undefined || !hasOld) return undefined;
    const ends = live.filter((task) => isOwn(task) && this.provenTasks.has(task));
    const [next] = ends.map((task) => this.overlapsUntil(task)).sort((a, b) => a - b);
    return next !== undefined && next > Date.now() ? next : undefined;
  }

  private start(deployment: Deployment, step: SchedulingStep): void {
    const { say, tasks, throttle, wake, wakeIn } = this.options;
    const waitMs = throttle.waitMs(deployment.failedTasks);
    if (waitMs > 0) {
      wakeIn(waitMs);
      if (deployment.failedTasks >= FAILURES_REPORTED && deployment.isFirst("throttled")) {
        say(
          "is unable to consistently start tasks successfully. For more information, see the " +
            "Troubleshooting section of the Amazon ECS Developer Guide.",
        );
      }
      return;
    }
    // Tasks that are waiting for an instance may need old tasks to make room.
    if (!tasks.start(deployment, step)) wake();
  }

  private stop(tasks: readonly Task[], unhealthy: readonly Task[]): void {
    const { deployments } = this.options;
    this.options.tasks.stop(tasks, (task) =>
      unhealthy.includes(task) ? healthCheckReason(task) : scalingReason(deployments.primary),
    );
  }

  /** Records what has been reached: a healthy task, a completed deployment, a steady state. */
  private noteProgress(primary: Deployment): void {
    const { healthy, reached } = this.progressOf(primary);
    for (const task of healthy) {
      if (this.provenTasks.has(task)) continue;
      this.provenTasks.set(task, Date.now());
      primary.failedTasks = 0;
    }
    const wasSteady = this.steady;
    this.steady = reached && primary.shift?.isDone !== false;
    if (!this.steady) return;
    if (primary.isInProgress) this.options.deployments.complete(primary);
    if (!wasSteady) this.options.say("has reached a steady state.");
  }
}

/** Why the scheduler stops a healthy task. */
export const scalingReason = (primary: Deployment | undefined): string =>
  `Scaling activity initiated by (deployment ${primary?.id ?? "none"})`;

const isOf = (deployment: Deployment | undefined, { options }: Task): boolean =>
  options.deploymentId === deployment?.id;
