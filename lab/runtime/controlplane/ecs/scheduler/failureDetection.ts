import type { Service } from "../ecs";
import type { Deployment } from "./deployment";

/** Why a deployment has failed. */
export interface DeploymentFailure {
  /** The `rolloutStateReason`. */
  readonly reason: string;
  /** The text of the service's event. */
  readonly event: string;
  readonly rollback: boolean;
}

/** The facts that decide whether the deployment in progress has failed. */
export interface DetectionFacts {
  readonly service: Service;
  readonly desiredCount: number;
  /** Whether its tasks already get the production traffic. */
  readonly isServing: boolean;
  /** Whether there is a deployment to roll back to. */
  readonly hasPrevious: boolean;
  readonly isInAlarm: (alarmName: string) => boolean;
  /** Asks to check again after this many ms. */
  readonly wakeIn: (milliseconds: number) => void;
}

type Detector = (deployment: Deployment, facts: DetectionFacts) => DeploymentFailure | undefined;

/** The reason of a rollout that the circuit breaker failed, as in DescribeServices. */
export const CIRCUIT_BREAKER_REASON = "ECS deployment circuit breaker: tasks failed to start.";

/** CodeDeploy user guide, "Troubleshoot Amazon ECS deployment issues". */
export const CODE_DEPLOY_TIMEOUT_MINUTES = 60;

/**
 * How many tasks in a row may fail before a deployment counts as failed: half the desired count,
 * at least 3 and at most 200, rounded up.
 * Source: ECS developer guide, "How the Amazon ECS deployment circuit breaker detects failures".
 * @param desiredCount 0 or more
 */
export function failureThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount * 0.5)));
}

/** Fails a deployment whose tasks keep failing. */
const circuitBreaker: Detector = (deployment, { service, desiredCount, isServing }) => {
  const { enable, rollback } = service.deploymentCircuitBreaker;
  if (!enable || !deployment.isInProgress) return undefined;
  if (deployment.shift !== undefined && isServing) return undefined; // it already has the traffic
  if (deployment.failedTasks < failureThreshold(desiredCount)) return undefined;
  return {
    reason: CIRCUIT_BREAKER_REASON,
    event: "deployment failed: tasks failed to start.",
    rollback,
  };
};

/** Fails a deployment during which one of the service's CloudWatch alarms goes off. */
const alarmDetection: Detector = (deployment, { service, hasPrevious, isInAlarm }) => {
  const { alarms } = service;
  if (alarms?.enable !== true || !deployment.isInProgress) return undefined;
  if (!hasPrevious || !alarms.alarmNames.some(isInAlarm)) return undefined;
  return {
    reason: "ECS deployment failed: alarm detected.",
    event: "deployment failed: alarm detected.",
    rollback: alarms.rollback,
  };
};

/** Fails a deployment of CodeDeploy whose tasks do not become healthy. */
const codeDeployTimeout: Detector = ({ spec: { deadline }, shift }, { wakeIn }) => {
  if (deadline === undefined || shift?.stage !== "SCALE_UP") return undefined;
  const leftMs = deadline() - Date.now();
  if (leftMs > 0) {
    wakeIn(leftMs);
    return undefined;
  }
  return {
    reason:
      "The deployment timed out while waiting for the replacement task set to become healthy. " +
      `This time out period is ${CODE_DEPLOY_TIMEOUT_MINUTES} minutes.`,
    event: "deployment failed: the replacement tasks did not become healthy in time.",
    rollback: true, // no requests have moved yet, so there is nothing to keep
  };
};

/**
 * All ways in which a deployment can fail by itself, in the order they are checked. Source: ECS developer guide,
 * "Deployment failure detection".
 */
export const failureDetectors: readonly Detector[] = [
  circuitBreaker,
  alarmDetection,
  codeDeployTimeout,
];
