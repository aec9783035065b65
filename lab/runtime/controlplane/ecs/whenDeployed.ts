import { waitFor } from "../waiting";
import type { Deployment } from "./scheduler/deployment";
import { CIRCUIT_BREAKER_REASON } from "./scheduler/failureDetection";
import type { ServiceScheduler } from "./scheduler/serviceScheduler";

/** A service whose deployment is being awaited. */
export type DeployingService = Pick<ServiceScheduler, "deployment" | "notSteadyBecause">;

export interface DeploymentWait {
  /** How long to wait, in ms. */
  readonly timeoutMs: number;
  /** Stops waiting; rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Called with what the service is still waiting for, whenever that changes. */
  readonly onProgress: (text: string) => void;
}

/**
 * Resolves when a service's present deployment has completed and its tasks are running: what the AWS provider waits for
 * with `waitForSteadyState`. A deployment that is rolled back has failed, even though the service is steady afterwards.
 *
 * @param service looks the service up; undefined when it has been deleted
 * @param onChange calls back after every change; returns a function that stops it
 * @throws {Error} with ECS's reason if the deployment was rolled back, could not be, or was replaced by another; with
 * what is missing after the timeout
 *
 * Source: terraform-provider-aws, internal/service/ecs/service.go, statusServiceWaitForStable and findDeploymentStatus.
 */
export function whenDeployed(
  service: () => DeployingService | undefined,
  onChange: (listener: () => void) => () => void,
  { timeoutMs, signal, onProgress }: DeploymentWait,
): Promise<void> {
  const awaited = service()?.deployment;
  let told: string | undefined;
  const look = () => {
    const now = service();
    const failure = now === undefined ? "the service was deleted" : failureOf(now, awaited);
    if (failure !== undefined) return new Error(failure);
    const because = now?.notSteadyBecause();
    if (because === undefined) return true;
    if (because !== told) onProgress((told = because));
    return undefined;
  };
  const onTimeout = () =>
    new Error(
      `not steady after ${timeoutMs / 1000} s: ${service()?.notSteadyBecause() ?? "it is gone"}`,
    );
  return waitFor(look, { onChange, timeoutMs, signal, onTimeout });
}

/** How the awaited deployment failed, if it did; undefined while it is still rolling back. */
function failureOf(service: DeployingService, awaited: Deployment | undefined): string | undefined {
  const { deployment } = service;
  if (awaited === undefined || awaited.rolloutState === "COMPLETED") return undefined;
  if (awaited.isInProgress) {
    return deployment === awaited ? undefined : "a newer deployment replaced it";
  }
  if (deployment === awaited) return statusReason(awaited, NO_CANDIDATE);
  const isRolledBack = service.notSteadyBecause() === undefined;
  const hasFailedToo = deployment?.rolloutState === "FAILED";
  return isRolledBack || hasFailedToo ? statusReason(awaited, ROLLED_BACK) : undefined;
}

// The sentences of ECS: those that the provider's tests expect, TestAccECSService_BlueGreenDeployment_circuitBreakerRollback
// and …_createFailure in internal/service/ecs/service_test.go.
const NO_CANDIDATE = "No rollback candidate was found to run the rollback.";
const ROLLED_BACK =
  "Service deployment rolled back because the circuit breaker threshold was exceeded.";

/** A deployment's reason as in DescribeServiceDeployments. */
function statusReason({ rolloutStateReason }: Deployment, byCircuitBreaker: string): string {
  return rolloutStateReason === CIRCUIT_BREAKER_REASON ? byCircuitBreaker : rolloutStateReason;
}
