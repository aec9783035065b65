/** A task as a scheduling strategy sees it. Tasks that are being stopped are not shown to it. */
export interface TaskSnapshot {
  readonly arn: string;
  readonly deploymentId: string;
  /** Runs, and all its targets are healthy. */
  readonly healthy: boolean;
  /** Found unhealthy after its grace period: to be replaced. Never together with `healthy`. */
  readonly unhealthy: boolean;
  /** Waits for an instance with room. */
  readonly unplaced: boolean;
  /** Its instance is about to leave: to be replaced, healthy or not. */
  readonly draining: boolean;
  /** The instance that it is on or, waiting, is meant for; absent on Fargate. */
  readonly instanceId?: string;
}

/** All a strategy may look at. */
export interface ServiceSnapshot {
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** The deployment that the service is moving to. */
  readonly primaryId: string;
  /** Oldest first. */
  readonly tasks: readonly TaskSnapshot[];
  /** Ids of the instances that take tasks of the service; empty on Fargate. */
  readonly instances: readonly string[];
}

/** What to do now. Asked again after every change, so a step may be as small as it likes. */
export interface SchedulingStep {
  /** Tasks of the primary deployment to start. */
  readonly start: number;
  /** The instance of each task to start. @default whichever placement finds */
  readonly startOn?: readonly string[];
  /** ARNs of tasks to stop. */
  readonly stop: readonly string[];
  /** Nothing can ever be done under these percentages, though the deployment is not complete. */
  readonly blocked: boolean;
}

/**
 * How a service gets from what runs to what should run: REPLICA by `rolling.ts`, DAEMON by
 * `daemon.ts`. This file decides nothing.
 */
export interface SchedulingStrategy {
  next(service: ServiceSnapshot): SchedulingStep;
}
