import type { LabStatus } from "../../host/host";
import type { StackReport } from "../../host/stackReports";
import type {
  PlaneStatus,
  ServiceStatus,
  TaskStatus,
  Usage,
} from "../../runtime/controlplane/ecs/status";
import { lastPart } from "../../shared/lastPart";
import { timeLeft } from "./countdown";
import { type Cell, COLUMNS, table } from "./table";

/**
 * The lab's status as text for a terminal, a hundred columns wide at most.
 *
 * @param all whether to list stopped tasks of services one by one too, and to show everything in full width.
 */
export function describeStatus(status: LabStatus, all = false): string {
  const columns = all ? Infinity : COLUMNS;
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
    columns,
  );
  const parts = stacks.length === 0 ? ["The account is empty."] : stacks;
  if (status.plane) {
    parts.push(...describePlane(status.plane, all), ...describePipelines(status, columns));
  } else parts.push("Nothing is being served; npm start or npm run lab -- serve does.");
  return `${parts.join("\n")}\n`;
}

function describeFindings({ findings }: StackReport): string {
  const mandatory = findings.filter(({ level }) => level === "mandatory").length;
  return `${mandatory} mandatory, ${findings.length - mandatory} advisory`;
}

/** The last execution of each pipeline, and the clone URLs of the repositories. */
function describePipelines(
  { pipelines = [], repositories = [] }: LabStatus,
  columns: number,
): string[] {
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
      columns,
    ),
    ...table(
      ["git repository", "address", "branches"],
      repositories.map(({ name, cloneUrl, branches }) => [
        name,
        cloneUrl,
        Object.keys(branches).join(", "),
      ]),
      columns,
    ),
  ];
}

function describePlane(plane: PlaneStatus, all: boolean): string[] {
  const { loadBalancers, targetGroups, services, instances, schedules } = plane;
  const columns = all ? Infinity : COLUMNS;
  const shown = (head: string[], rows: Cell[][]) => table(head, rows, columns);
  return [
    // The address begins with the load balancer's name.
    ...shown(
      ["load balancer"],
      loadBalancers.map(({ dnsName, url }) => [url ?? `${dnsName}: not listening`]),
    ),
    ...shown(["certificates of HTTPS listeners are trusted by"], authorities(loadBalancers)),
    ...shown(
      ["service", "desired", "running", "pending", "steady"],
      services.map((service) => [
        service.name,
        String(service.desiredCount),
        String(service.runningCount),
        String(service.pendingCount),
        steadiness(service),
      ]),
    ),
    ...shown(
      ["deployment of", "strategy", "definition", "step", "requests"],
      services.flatMap((service) => describeDeployments(service, targetGroups)),
    ),
    ...shown(["service", "CPU used of what is reserved", "memory"], describeUtilization(services)),
    ...shown(
      ["task", "definition", "status", "health", "runs on", "address"],
      services.flatMap(({ tasks }) =>
        tasks
          .filter((task) => all || !hasStopped(task))
          .map((task) => [
            idOf(task.arn),
            task.taskDefinition,
            `${statusOf(task)}${timeLeft(task.until)}`,
            task.health,
            placement(task),
            task.address ?? "",
          ]),
      ),
    ),
    ...(all ? [] : services.flatMap(foldedTasks)),
    ...shown(
      ["task without a service", "definition", "started by", "status", "exit code"],
      plane.tasks.map((task) => [
        idOf(task.arn),
        task.taskDefinition,
        task.startedBy,
        statusOf(task),
        task.exitCode === undefined ? "" : String(task.exitCode),
      ]),
    ),
    ...shown(
      ["schedule", "expression", "last start", "next start"],
      schedules.map(({ name, expression, lastStart = "none yet", nextStart = "never" }) => [
        name,
        expression,
        lastStart,
        nextStart,
      ]),
    ),
    ...shown(
      ["container", "task", "status", "health", "exit code", "runs as"],
      describeContainers(plane),
    ),
    ...shown(
      ["instance (simulated)", "group", "type", "zone", "status", "tasks", "ENIs", "MiB", "CPU"],
      instances.map(describeInstance),
    ),
    ...shown(
      ["target group", "target", "health", "reason"],
      targetGroups.flatMap(({ name, targets }) =>
        targets.map(({ address, state, until, reason }) => [
          name,
          address,
          `${state}${timeLeft(until)}`,
          reason ?? "",
        ]),
      ),
    ),
  ];
}

/** Files of the certification authorities that clients must trust, each once. */
function authorities(loadBalancers: PlaneStatus["loadBalancers"]): string[][] {
  const listeners = loadBalancers.flatMap((one) => one.listeners);
  const files = listeners.flatMap(({ certificateAuthority: file }) => file ?? []);
  return [...new Set(files)].map((file) => [file]);
}

/** Eight characters are enough to tell tasks apart. */
function idOf(arn: string): Cell {
  const full = lastPart(arn);
  return { full, short: full.slice(0, 8) };
}

const statusOf = ({ lastStatus, stoppedReason }: TaskStatus) =>
  stoppedReason === undefined ? lastStatus : `${lastStatus}: ${stoppedReason}`;

/** Deployments in progress, with the time left in the current step and the traffic weights. */
function describeDeployments(
  { name, deployments }: ServiceStatus,
  targetGroups: PlaneStatus["targetGroups"],
): string[][] {
  const nameOf = (arn: string) => targetGroups.find((one) => one.arn === arn)?.name ?? arn;
  return deployments
    .filter(({ rolloutState }) => rolloutState === "IN_PROGRESS")
    .map(({ lifecycleStage, rolloutState, strategy, taskDefinition, trafficWeights, until }) => [
      name,
      strategy,
      taskDefinition,
      `${lifecycleStage ?? rolloutState}${timeLeft(until)}`,
      (trafficWeights ?? [])
        .map(({ targetGroupArn, weight }) => `${weight} % to ${nameOf(targetGroupArn)}`)
        .join(", "),
    ]);
}

const hasStopped = ({ lastStatus }: TaskStatus) => lastStatus === "STOPPED";

/** A service may be steady because it was rolled back. */
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

/** Utilization of the services that are scaled by it. */
function describeUtilization(services: PlaneStatus["services"]): string[][] {
  const percent = (value?: number) => (value === undefined ? "" : `${value.toFixed(0)} %`);
  return services.flatMap(({ name, utilization: used }) =>
    used ? [[name, percent(used.CPUUtilization), percent(used.MemoryUtilization)]] : [],
  );
}

/** Containers of tasks that have several, or container health checks. */
function describeContainers({ services, tasks }: PlaneStatus): Cell[][] {
  const all = [...services.flatMap((service) => service.tasks), ...tasks].filter(
    ({ containers }) => containers.length > 1 || containers[0]?.healthStatus !== undefined,
  );
  return all.flatMap(({ arn, containers }) =>
    containers.map(({ exitCode, healthStatus, lastStatus, name, reason, runtime }) => [
      name,
      idOf(arn),
      reason === undefined ? lastStatus : `${lastStatus}: ${reason}`,
      healthStatus ?? "",
      exitCode === undefined ? "" : String(exitCode),
      runtime ?? "",
    ]),
  );
}

/** Where a task was to run, and where it runs: `nginx-dev: i-0a1…`, `FARGATE_SPOT`, `EC2: no instance`. */
function placement({ launchType, capacityProvider, instanceId }: TaskStatus): Cell {
  const asked = capacityProvider ?? launchType;
  if (launchType === "FARGATE") return asked;
  const full = `${asked}: ${instanceId ?? "no instance"}`;
  return { full, short: instanceId ?? full };
}

function describeInstance(instance: PlaneStatus["instances"][number]): Cell[] {
  const usage = ({ used, free }: Usage): Cell => ({
    full: `${used} of ${used + free}`,
    short: `${used}/${used + free}`,
  });
  const { zone } = instance;
  return [
    instance.id,
    instance.autoScalingGroup ?? instance.capacityProvider ?? "",
    instance.instanceType,
    { full: zone, short: `…${zone.split("-").at(-1) ?? zone}` },
    instance.status,
    String(instance.tasks.length),
    usage(instance.interfaces),
    usage(instance.memory),
    usage(instance.cpu),
  ];
}
