import Table from "cli-table3";

import type { LabStatus } from "../../host/host";
import type { StackReport } from "../../host/stackReports";
import type {
  PlaneStatus,
  ServiceStatus,
  TaskStatus,
  Usage,
} from "../../runtime/controlplane/ecs/status";

/**
 * The lab's status as text for a terminal.
 *
 * @param all whether stopped tasks of services are shown one by one, too.
 */
export function describeStatus(status: LabStatus, all = false): string {
  const stacks = table(
    ["stack", "resources", "last operation", "policy findings"],
    Object.entries(status.stacks).map(([stack, count]) => {
      const report = status.reports.find((one) => one.stack === stack);
      return [
        stack,
        String(count),
        report === undefined ? "" : `${report.operation} ${report.result}`,
        report === undefined ? "" : describeFindings(report),
      ];
    }),
  );
  const parts = stacks.length === 0 ? ["The account is empty."] : stacks;
  if (status.plane) parts.push(...describePlane(status.plane, all), ...describePipelines(status));
  else parts.push("Nothing is being served; npm start or npm run lab -- serve does.");
  return `${parts.join("\n")}\n`;
}

function describeFindings({ findings }: StackReport): string {
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  return `${mandatory} mandatory, ${findings.length - mandatory} advisory`;
}

/** The last execution of each pipeline, and where its code is cloned from. */
function describePipelines({ pipelines = [], repositories = [] }: LabStatus): string[] {
  return [
    ...table(
      ["pipeline", "last execution", "status", "commit", "message"],
      pipelines.map(({ name, runs: [last] }) => [
        name,
        last?.id.slice(0, 8) ?? "none",
        last?.status ?? "",
        last?.commit?.slice(0, 7) ?? "",
        last?.message ?? "",
      ]),
    ),
    ...table(
      ["git repository", "address", "branches"],
      repositories.map(({ name, cloneUrl, branches }) => [
        name,
        cloneUrl,
        Object.keys(branches).join(", "),
      ]),
    ),
  ];
}

function describePlane(plane: PlaneStatus, all: boolean): string[] {
  const { loadBalancers, targetGroups, services, instances, schedules } = plane;
  return [
    ...table(
      ["load balancer", "address"],
      loadBalancers.map(({ dnsName, url }) => [dnsName, url ?? "not listening"]),
    ),
    ...table(
      ["certificates of HTTPS listeners are trusted by"],
      [
        ...new Set(
          loadBalancers.flatMap(({ listeners }) =>
            listeners.flatMap(({ certificateAuthority: file }) => file ?? []),
          ),
        ),
      ].map((file) => [file]),
    ),
    ...table(
      ["service", "desired", "running", "pending", "steady"],
      services.map((service) => [
        service.name,
        String(service.desiredCount),
        String(service.runningCount),
        String(service.pendingCount),
        steadiness(service),
      ]),
    ),
    ...describeUtilization(services),
    ...table(
      ["task", "definition", "status", "health", "runs on", "address"],
      services.flatMap(({ tasks }) =>
        tasks
          .filter((task) => all || !hasStopped(task))
          .map((task) => [
            task.arn.split("/").at(-1) ?? task.arn,
            task.taskDefinition,
            task.stoppedReason ? `${task.lastStatus}: ${task.stoppedReason}` : task.lastStatus,
            task.health,
            placement(task),
            task.address ?? "",
          ]),
      ),
    ),
    ...(all ? [] : services.flatMap(foldedTasks)),
    ...table(
      ["task without a service", "definition", "started by", "status", "exit code"],
      plane.tasks.map(({ arn, exitCode, lastStatus, startedBy, stoppedReason, taskDefinition }) => [
        arn.split("/").at(-1) ?? arn,
        taskDefinition,
        startedBy,
        stoppedReason ? `${lastStatus}: ${stoppedReason}` : lastStatus,
        exitCode === undefined ? "" : String(exitCode),
      ]),
    ),
    ...table(
      ["schedule", "expression", "last start", "next start"],
      schedules.map(({ name, expression, lastStart = "none yet", nextStart = "never" }) => [
        name,
        expression,
        lastStart,
        nextStart,
      ]),
    ),
    ...describeContainers(plane),
    ...describeInstances(instances),
    ...table(
      ["target group", "target", "health", "reason"],
      targetGroups.flatMap(({ name, targets }) =>
        targets.map((target) => [name, target.address, target.state, target.reason ?? ""]),
      ),
    ),
  ];
}

const hasStopped = ({ lastStatus }: TaskStatus) => lastStatus === "STOPPED";

/** Steady may be what a service went back to. */
function steadiness({ deployments, notSteadyBecause }: ServiceStatus): string {
  if (notSteadyBecause !== undefined) return notSteadyBecause;
  const failed = deployments.find(({ rolloutState }) => rolloutState === "FAILED");
  return failed === undefined ? "yes" : `yes, rolled back: ${failed.taskDefinition} failed`;
}

/** How many tasks of a service have stopped, and why the last one did. */
function foldedTasks({ name, tasks }: ServiceStatus): string[] {
  const stopped = tasks.filter(hasStopped);
  const [last] = stopped.sort((one, other) =>
    (other.stoppedAt ?? "").localeCompare(one.stoppedAt ?? ""),
  );
  if (last === undefined) return [];
  const why = last.stoppedReason === undefined ? "" : `, the last one: ${last.stoppedReason}`;
  return [`${stopped.length} stopped of ${name} (--all shows them)${why}`];
}

/** Of services that autoscaling follows by them. */
function describeUtilization(services: PlaneStatus["services"]): string[] {
  const percent = (value?: number) => (value === undefined ? "" : `${value.toFixed(0)} %`);
  return table(
    ["service", "CPU used of what is reserved", "memory"],
    services.flatMap(({ name, utilization: used }) =>
      used ? [[name, percent(used.CPUUtilization), percent(used.MemoryUtilization)]] : [],
    ),
  );
}

/** Those of tasks with several, or with health checks of their own. */
function describeContainers({ services, tasks }: PlaneStatus): string[] {
  const all = [...services.flatMap((service) => service.tasks), ...tasks].filter(
    ({ containers }) => containers.length > 1 || containers[0]?.healthStatus !== undefined,
  );
  return table(
    ["container", "task", "status", "health", "exit code", "runs as"],
    all.flatMap(({ arn, containers }) =>
      containers.map(({ exitCode, healthStatus, lastStatus, name, reason, runtime }) => [
        name,
        arn.split("/").at(-1) ?? arn,
        reason === undefined ? lastStatus : `${lastStatus}: ${reason}`,
        healthStatus ?? "",
        exitCode === undefined ? "" : String(exitCode),
        runtime ?? "",
      ]),
    ),
  );
}

/** What a task asked for and got: `nginx-dev: i-0a1…`, `FARGATE_SPOT`, `EC2: no instance`. */
function placement({ launchType, capacityProvider, instanceId }: TaskStatus): string {
  const asked = capacityProvider ?? launchType;
  return launchType === "FARGATE" ? asked : `${asked}: ${instanceId ?? "no instance"}`;
}

function describeInstances(instances: PlaneStatus["instances"]): string[] {
  const usage = ({ used, free }: Usage) => `${used} of ${used + free}`;
  return table(
    ["instance (simulated)", "group", "type", "zone", "status", "tasks", "ENIs", "MiB", "CPU"],
    instances.map((instance) => [
      instance.id,
      instance.autoScalingGroup ?? instance.capacityProvider ?? "",
      instance.instanceType,
      instance.zone,
      instance.status,
      String(instance.tasks.length),
      usage(instance.interfaces),
      usage(instance.memory),
      usage(instance.cpu),
    ]),
  );
}

/** A table, or nothing where there is nothing to show. */
function table(head: string[], rows: string[][]): string[] {
  if (rows.length === 0) return [];
  const result = new Table({ head, style: { head: [], border: [] } });
  result.push(...rows);
  return [result.toString()];
}
