import type { DeploymentStatus, ServiceStatus } from "../../runtime/controlplane/ecs/status";
import type { TargetGroupStatus } from "../../runtime/dataplane/alb/loadBalancerStatus";

/** A revision's share of a service's requests. */
export interface RevisionShare {
  /** `family:revision`. */
  readonly taskDefinition: string;
  /** Number of running tasks. */
  readonly running: number;
  /** Percent, from the present weights and healthy targets; absent without a target group. */
  readonly configured?: number;
  /** Percent of the last seconds' requests; absent if there were none. */
  readonly measured?: number;
}

/** One step of a deployment. */
export interface RolloutStep {
  readonly name: string;
  readonly state: "done" | "now" | "next";
  /** When the present step ends, in ISO 8601; absent if that depends on more than time. */
  readonly until?: string;
}

/** A service's deployment as shown to people. */
export interface Rollout {
  /** ID of the deployment. */
  readonly id: string;
  readonly strategy: string;
  /** The revision being deployed. */
  readonly to: string;
  /** The revision that it replaces; absent if there is none. */
  readonly from?: string;
  readonly isRollback: boolean;
  readonly steps: readonly RolloutStep[];
}

/** A service's revisions, newest first, with their shares of the requests. */
export function sharesOf(
  service: ServiceStatus,
  targetGroups: readonly TargetGroupStatus[],
): RevisionShare[] {
  const revisionOf = new Map(service.tasks.map(({ arn, taskDefinition }) => [arn, taskDefinition]));
  const groups = targetGroups
    .map(({ arn, targets }) => ({
      weight: weightOf(service, arn),
      targets: targets.filter(({ taskArn }) => revisionOf.has(taskArn)),
    }))
    .filter(({ targets }) => targets.length > 0);
  const configured = new Map<string, number>();
  const measured = new Map<string, number>();
  const add = (to: Map<string, number>, taskArn: string, value: number) => {
    const revision = revisionOf.get(taskArn) ?? "";
    to.set(revision, (to.get(revision) ?? 0) + value);
  };
  for (const { targets, weight } of groups) {
    const healthy = targets.filter(({ state }) => state === "healthy");
    for (const { taskArn } of healthy) add(configured, taskArn, weight / healthy.length);
    for (const { taskArn, requests = 0 } of targets) add(measured, taskArn, requests);
  }
  const running = service.tasks.filter(({ lastStatus }) => lastStatus === "RUNNING");
  const live = service.tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
  const revisions = new Set(live.map(({ taskDefinition }) => taskDefinition));
  return [...revisions].sort(newestFirst).map((taskDefinition) => ({
    taskDefinition,
    running: running.filter((task) => task.taskDefinition === taskDefinition).length,
    ...percent("configured", configured, taskDefinition),
    ...percent("measured", measured, taskDefinition),
  }));
}

/** The deployment that is in progress or has just failed; undefined if there is none. */
export function rolloutOf({ deployments, tasks }: ServiceStatus): Rollout | undefined {
  const now = deployments.find(({ status }) => status === "PRIMARY");
  if (now?.rolloutState !== "IN_PROGRESS") return undefined;
  const isRollback = now.rolloutStateReason.includes("Rolling back to");
  const own = tasks.filter(
    ({ deploymentId, lastStatus }) => deploymentId === now.id && lastStatus !== "STOPPED",
  );
  const old = tasks.filter(
    ({ deploymentId, lastStatus }) => deploymentId !== now.id && lastStatus !== "STOPPED",
  );
  const from = old.find(({ taskDefinition }) => taskDefinition !== now.taskDefinition);
  const names = now.lifecycleStage === undefined ? rollingSteps(old.length > 0) : shiftSteps(now);
  const at =
    now.lifecycleStage === undefined ? rollingStep({ now, own, old }) : shiftStep(now, names);
  return {
    id: now.id,
    strategy: now.strategy,
    to: now.taskDefinition,
    ...(from && { from: from.taskDefinition }),
    isRollback,
    steps: names.map((name, index) => ({
      name,
      state: index < at ? "done" : index === at ? "now" : "next",
      ...(index === at ? untilOf(now, own, old) : {}),
    })),
  };
}

/** When the present step ends: for the deployment itself, else for the last task or target that it is waiting for. */
function untilOf(now: DeploymentStatus, ...tasks: ServiceStatus["tasks"][]): { until?: string } {
  if (now.until !== undefined) return { until: now.until };
  const last = tasks
    .flat()
    .flatMap(({ until }) => until ?? [])
    .sort()
    .at(-1);
  return last === undefined ? {} : { until: last };
}

const rollingSteps = (hasOld: boolean): string[] => [
  "start new tasks",
  "health checks",
  ...(hasOld ? ["old and new side by side"] : []),
  ...(hasOld ? ["drain and stop old tasks"] : []),
  "steady",
];

interface RollingTasks {
  readonly now: DeploymentStatus;
  readonly own: ServiceStatus["tasks"];
  readonly old: ServiceStatus["tasks"];
}

function rollingStep({ now, own, old }: RollingTasks): number {
  if (own.length === 0 || own.every(({ lastStatus }) => lastStatus !== "RUNNING")) return 0;
  const isLeaving = old.some(({ desiredStatus }) => desiredStatus === "STOPPED");
  const isHealthy = own.every(({ health }) => health === "HEALTHY");
  if (old.length === 0) return isHealthy ? 2 : 1;
  if (isLeaving) return 3;
  return now.until !== undefined || isHealthy ? 2 : 1;
}

/** The stages in words; the one that shifts traffic is repeated for each of its steps. */
const stages: readonly (readonly [stage: string, name: string])[] = [
  ["RECONCILE_SERVICE", "undo the deployment before"],
  ["PRE_SCALE_UP", "prepare"],
  ["SCALE_UP", "start new tasks"],
  ["POST_SCALE_UP", "new tasks are healthy"],
  ["TEST_TRAFFIC_SHIFT", "test traffic to new tasks"],
  ["POST_TEST_TRAFFIC_SHIFT", "test traffic has moved"],
  ["PRODUCTION_TRAFFIC_SHIFT", "requests"],
  ["POST_PRODUCTION_TRAFFIC_SHIFT", "requests have moved"],
  ["BAKE_TIME", "bake time: a way back"],
  ["CLEAN_UP", "drain and stop old tasks"],
];

function shiftSteps({ lifecycleStage, trafficSteps = [] }: DeploymentStatus): string[] {
  const isBack = trafficSteps.length === 1 && trafficSteps[0] === 0;
  return stages
    .filter(([stage]) => stage !== "RECONCILE_SERVICE" || lifecycleStage === stage)
    .filter(([stage]) => !isBack || ["PRODUCTION_TRAFFIC_SHIFT", "CLEAN_UP"].includes(stage))
    .flatMap(([stage, name]) =>
      stage === "PRODUCTION_TRAFFIC_SHIFT" ? trafficSteps.map(requestsTo) : [name],
    );
}

const requestsTo = (percentage: number): string => `${percentage} % of requests to new tasks`;

function shiftStep(
  { lifecycleStage, trafficSteps = [], ...now }: DeploymentStatus,
  names: string[],
) {
  if (lifecycleStage !== "PRODUCTION_TRAFFIC_SHIFT") {
    return names.indexOf(stages.find(([stage]) => stage === lifecycleStage)?.[1] ?? "");
  }
  const weight = now.trafficWeights?.[1]?.weight ?? 0;
  const reached = trafficSteps.findLast((step) => step <= weight) ?? trafficSteps[0] ?? 0;
  return names.indexOf(requestsTo(reached));
}

/** Weight of a target group of a service: from its deployment, else everything goes to the group that has tasks. */
function weightOf({ deployments }: ServiceStatus, targetGroupArn: string): number {
  const weights = deployments.flatMap(({ trafficWeights }) => trafficWeights ?? []);
  if (weights.length === 0) return 1;
  return weights.find((one) => one.targetGroupArn === targetGroupArn)?.weight ?? 0;
}

function percent(name: string, of: ReadonlyMap<string, number>, revision: string) {
  const total = [...of.values()].reduce((sum, one) => sum + one, 0);
  if (total === 0) return {};
  return { [name]: Math.round((1000 * (of.get(revision) ?? 0)) / total) / 10 };
}

const revisionNumber = (taskDefinition: string): number => Number(taskDefinition.split(":").at(-1));

const newestFirst = (one: string, other: string): number =>
  revisionNumber(other) - revisionNumber(one) || one.localeCompare(other);
