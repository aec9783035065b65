import type { Service } from "../ecs";
import type { ServiceStatus } from "../status";
import type { DeploymentProgress } from "./reconciler";
import type { ServiceDeployments } from "./serviceDeployments";
import type { ServiceEvents } from "./serviceEvents";
import type { ServiceTasks } from "./serviceTasks";
import { countTasks } from "./taskCounts";
import type { Deployment } from "./deployment";

/** Everything that a service's status is made of. */
export interface ServiceState {
  readonly service: Service;
  readonly isDeleted: boolean;
  readonly desiredCount: number;
  readonly isMissingDefinition: boolean;
  readonly isSteady: boolean;
  readonly deployments: ServiceDeployments;
  readonly tasks: ServiceTasks;
  readonly events: ServiceEvents;
  readonly progressOf: (deployment: Deployment) => DeploymentProgress;
  readonly overlapEndsAt: (deployment: Deployment) => number | undefined;
}

/** Why a service is not steady, in words; undefined if it is. */
export function notSteadyBecause(state: ServiceState): string | undefined {
  const { deployments, desiredCount, isMissingDefinition, isSteady, service, tasks } = state;
  const { name } = service;
  const { primary } = deployments;
  if (state.isDeleted) return undefined;
  if (primary === undefined || isMissingDefinition) {
    return `${name}: no task definition ${service.taskDefinition}`;
  }
  const why = whyUnsteady(tasks);
  if (primary.rolloutState === "FAILED") return `${name}: ${primary.rolloutStateReason}${why}`;
  const { healthy, reached } = state.progressOf(primary);
  if (primary.rolloutState === "COMPLETED" && reached && isSteady) return undefined;
  if (primary.shift !== undefined && healthy.length >= desiredCount) {
    // The reason why the previous deployment failed explains why this one is rolling back.
    const cause = deployments.hasFailed ? why : "";
    return `${name}: deployment ${primary.id} is in the lifecycle stage ${primary.shift.stage}${cause}`;
  }
  const alive = tasks.live.length;
  return `${name}: ${healthy.length} of ${desiredCount} tasks are healthy, ${alive} alive${why}`;
}

/** What keeps tasks from being healthy, as far as known. */
function whyUnsteady({ stopped, unplacedBecause }: ServiceTasks): string {
  if (unplacedBecause !== undefined) return `; it ${unplacedBecause}`;
  const last = stopped.findLast(({ stopCode }) => stopCode !== "ServiceSchedulerInitiated");
  return last?.stoppedReason === undefined ? "" : ` (last stop: ${last.stoppedReason})`;
}

export function serviceStatus(state: ServiceState): ServiceStatus {
  const { deployments, desiredCount, events, isDeleted, service, tasks } = state;
  const because = notSteadyBecause(state);
  const { live, stopped } = tasks;
  return {
    arn: service.arn,
    name: service.name,
    cluster: service.clusterName,
    status: isDeleted ? "DRAINING" : "ACTIVE",
    schedulingStrategy: service.schedulingStrategy === "DAEMON" ? "DAEMON" : "REPLICA",
    desiredCount: isDeleted ? 0 : desiredCount,
    ...countTasks(live),
    ...(because === undefined ? {} : { notSteadyBecause: because }),
    deployments: deployments.status(tasks.all, state.overlapEndsAt),
    tasks: [...live, ...stopped].map((task) => task.toStatus()),
    events: events.recent(),
  };
}
