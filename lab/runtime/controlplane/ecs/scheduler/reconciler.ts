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

/** What is to be reconciled, and with what. */
export interface ReconcilerOptions {
  readonly service: () => Service;
  readonly tasks: ServiceTasks;
  readonly deployments: ServiceDeployments;
  readonly unhealthy: UnhealthyTasks;
  readonly throttle: ServiceThrottle;
  /** Tasks that there should be now. */
  readonly desiredCount: () => number;
  /** Ids of the instances that a daemon has a task on. */
  readonly instances: () => readonly string[];
  /** Whether a CloudWatch alarm is in the state ALARM. */
  readonly isInAlarm: (alarmName: string) => boolean;
  readonly pace: Pace;
  /** Tells the service's events. */
  readonly say: (message: string) => void;
  /** Asks for the next step. */
  readonly wake: () => void;
  /** Asks for it after some ms. */
  readonly wakeIn: (milliseconds: number) => void;
}

/** How far a deployment is. */
export interface Progress {
  /** Healthy tasks of the deployment that are to go on. */
  readonly healthy: readonly Task[];
  /** Whether those are all tasks there are, and all that are wanted. */
  readonly reached: boolean;
}

/** Failures in a row after which a person should know that the service waits between attempts. */
const FAILURES_REPORTED = 3;

/**
 * Takes one step at a time from the tasks that there are to those that the primary deployment wants.
 * Source: ECS developer guide, "Amazon ECS services".
 */
export class Reconciler {
  /** Tasks that have been healthy once, and since when, in ms since 1970. */
  private readonly provenTasks = new WeakMap<Task, number>();
  private steady = false;

  constructor(private readonly options: ReconcilerOptions) {}

  /** Whether the last look found all as it should be; what happened since is not in it. */
  get isSteady(): boolean {
    return this.steady;
  }

  /** Looks at what is and does what can be done now. To be called after every change. */
  reconcile(): void {
    this.options.unhealthy.report();
    this.detectFailure();
    const { primary } = this.options.deployments;
    // A failed one is stalled until an update.
    if (primary === undefined || primary.rolloutState === "FAILED") return;
    if (primary.shift === undefined) this.keep(primary, this.options.tasks.active);
    else this.shiftTo(primary, primary.shift);
    this.options.tasks.place();
    this.noteProgress(primary);
  }

  progressOf(deployment: Deployment): Progress {
    const { live } = this.options.tasks;
    const healthy = live.filter(
      (task) => isOf(deployment, task) && !task.isStopping && task.health === "HEALTHY",
    );
    const reached =
      live.length === healthy.length && healthy.length === this.options.desiredCount();
    return { healthy, reached };
  }

  /** A failed deployment may make another one the primary: each detector looks at the one that is. */
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

  /** Keeps old and new tasks side by side while the requests move. */
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
    const { serving } = deployments; // the new ones, when the shift has come that far
    const ofThose = (deployment: Deployment) => active.filter((task) => isOf(deployment, task));
    if (serving !== undefined && serving !== primary) this.keep(serving, ofThose(serving));
    if (shift.mayStart) this.keep(primary, ofThose(primary));
    const leftOver = active.filter((task) => !isOf(primary, task) && !isOf(serving, task));
    if (shift.othersMayStop) this.stop(leftOver, this.options.unhealthy.list());
  }

  /** One step towards the desired number of tasks of a deployment, in place of all others given. */
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
   * Whether a task has only just become healthy and the old ones that it replaces go on for a while: the
   * scheduler does not look at a service at every moment.
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

  /** When old tasks give way to new ones that answer beside them, in ms since 1970; undefined while none do. */
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
    // Those that wait for an instance may need old tasks to make room.
    if (!tasks.start(deployment, step)) wake();
  }

  private stop(tasks: readonly Task[], unhealthy: readonly Task[]): void {
    const { deployments } = this.options;
    this.options.tasks.stop(tasks, (task) =>
      unhealthy.includes(task) ? healthCheckReason(task) : scalingReason(deployments.primary),
    );
  }

  /** Notes what has been reached: a healthy task, a complete deployment, a steady state. */
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
