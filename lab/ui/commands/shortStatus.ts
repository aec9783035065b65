import colors from "picocolors";

import type { LabStatus } from "../../host/host";
import type {
  DeploymentStatus,
  PlaneStatus,
  ServiceStatus,
} from "../../runtime/controlplane/ecs/status";
import { lastPart } from "../../shared/lastPart";
import { timeLeft } from "./countdown";

/** Number of events shown, across all services. */
const eventsShown = 8;

/** The lab's status in a few lines, for a terminal that redraws it on every change. */
export function describeShortly({ stacks, reports, plane }: LabStatus): string {
  const lines = Object.entries(stacks).map(([stack, resources]) => {
    const report = reports.find((one) => one.stack === stack);
    const last = report === undefined ? "" : `, ${report.operation} ${report.result}`;
    const violations = report?.findings.filter(({ level }) => level === "mandatory") ?? [];
    const refused = violations.map(({ policy }) => colors.red(policy)).join(", ");
    return `stack ${colors.bold(stack)}: ${resources} resources${last}${refused && ` by ${refused}`}`;
  });
  if (lines.length === 0) lines.push("The account is empty.");
  if (plane === undefined) return [...lines, "Nothing is being served.", ""].join("\n");
  return [
    ...lines,
    ...plane.services.flatMap((one) => describeService(one, plane)),
    ...events(plane),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function describeService(service: ServiceStatus, plane: PlaneStatus): string[] {
  const { name, desiredCount, runningCount, pendingCount, notSteadyBecause } = service;
  const counts = `${runningCount}/${desiredCount} running${pendingCount > 0 ? `, ${pendingCount} pending` : ""}`;
  const steady = notSteadyBecause === undefined;
  return [
    `${steady ? colors.green("●") : colors.yellow("○")} ${colors.bold(name)} ${counts}${steady ? ", steady" : ""}`,
    ...service.deployments
      .filter(({ rolloutState }) => rolloutState !== "COMPLETED")
      .map((deployment) => describeDeployment(deployment, plane)),
    ...service.tasks
      .filter(({ lastStatus }) => lastStatus !== "STOPPED")
      .map((task) => {
        const health = targetsOf(task.arn, plane).join(", ");
        const id = lastPart(task.arn).slice(0, 8);
        return `    ${id} ${task.taskDefinition} ${task.lastStatus}${timeLeft(task.until)}${health && `, ${health}`}`;
      }),
  ];
}

function describeDeployment(deployment: DeploymentStatus, plane: PlaneStatus): string {
  const { id, status, strategy, taskDefinition, rolloutState, lifecycleStage } = deployment;
  const nameOf = (arn: string) => plane.targetGroups.find((one) => one.arn === arn)?.name ?? arn;
  const parts = [
    `${deployment.runningCount} running`,
    ...(deployment.failedTasks > 0 ? [`${deployment.failedTasks} failed`] : []),
    ...(lifecycleStage === undefined ? [] : [`${lifecycleStage}${timeLeft(deployment.until)}`]),
    ...(deployment.trafficWeights ?? []).map(
      ({ targetGroupArn, weight }) => `${weight} % to ${nameOf(targetGroupArn)}`,
    ),
  ];
  return `    ${status} ${strategy} ${id} ${taskDefinition} ${rolloutState}: ${parts.join(", ")}`;
}

/** A task's health in each of its target groups: `handson-80-dev healthy`. */
function targetsOf(taskArn: string, { targetGroups }: PlaneStatus): string[] {
  return targetGroups.flatMap(({ name, targets }) =>
    targets
      .filter((target) => target.taskArn === taskArn)
      .map(({ state, description, until }) => {
        const why = description === undefined ? "" : ` (${description})`;
        return `${name} ${state === "unhealthy" ? colors.red(state) : state}${timeLeft(until)}${why}`;
      }),
  );
}

function events({ services }: PlaneStatus): string[] {
  const all = services.flatMap((service) => service.events);
  const newest = all.sort((one, other) => other.at.localeCompare(one.at)).slice(0, eventsShown);
  return newest.length === 0
    ? []
    : ["", ...newest.map(({ at, message }) => colors.dim(`${at.slice(11, 19)} ${message}`))];
}
