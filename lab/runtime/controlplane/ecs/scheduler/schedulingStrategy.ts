/** A task as a scheduling strategy sees it. Tasks that are being stopped are not included. */
export interface TaskSnapshot {
  readonly arn: string;
  readonly deploymentId: string;
  /** Runs, and all its targets are healthy. */
  readonly healthy: boolean;
  /** Unhealthy after its grace period, so to be replaced. Never true together with `healthy`. */
  readonly unhealthy: boolean;
  /** Is waiting for an instance with room. */
  readonly unplaced: boolean;
  /** Its instance is draining, so it is to be replaced, healthy or not. */
  readonly draining: boolean;
  /** The instance that it is on or waiting for; absent on Fargate. */
  readonly instanceId?: string;
}

/** Everything that a strategy may look at. */
export interface ServiceSnapshot {
  readonly desiredCount: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** The deployment that the service is moving to. */
  readonly primaryId: string;
  /** Oldest first. */
  readonly tasks: readonly TaskSnapshot[];
  /** IDs of the instances that take tasks of the service; empty on Fargate. */
  readonly instances: readonly string[];
}

/** What to do now. The strategy is asked again after every change, so a step may be as small as it likes. */
export interface SchedulingStep {
  /** Tasks of the primary deployment to start. */
  readonly start: number;
  /** The instance of each task to start. @default any that placement finds */
  readonly startOn?: readonly string[];
  /** ARNs of tasks to stop. */
  readonly stop: readonly string[];
  /** The percentages allow no further step, though the deployment is not complete. */
  readonly blocked: boolean;
}

/**
 * Decides how a service gets from its actual to its desired tasks: REPLICA in `rolling.ts`, DAEMON in `daemon.ts`.
 */
export interface SchedulingStrategy {
  next(service: ServiceSnapshot): SchedulingStep;
}
