import { imageProblem } from "../shared/imageSource";
import { rangeProblem, repeated } from "../shared/problems";
import type { ContainerSettings, Environment, SidecarSettings } from "./containerArgs";
import { ContainerCondition, LogDriver } from "./containerArgs";
import { secretProblems, variableProblems } from "./taskSecrets";

/** A container whose arguments are checked. */
export interface JudgedContainer
  extends ContainerSettings, Pick<SidecarSettings, "cpu" | "memory" | "memoryReservation"> {
  name: string;
  image: SidecarSettings["image"];
  environment?: Environment;
  essential: boolean;
  port: number | undefined;
  firelensConfiguration?: SidecarSettings["firelensConfiguration"];
}

/** The task of the containers. */
export interface JudgedTask {
  /** What it runs on: Fargate refuses some arguments that instances accept. */
  isFargate: boolean;
  /** Names of its volumes. */
  volumes: readonly string[];
  containers: readonly JudgedContainer[];
}

/** Name of a container's argument in an error; the own container's has no prefix. */
type Where = (key: string) => string;

/**
 * Says what is wrong with each container's own arguments, a sentence for each fault. The first is the task's own.
 *
 * Source: Amazon ECS API reference, "ContainerDefinition", "HealthCheck", "Ulimit", "KernelCapabilities".
 */
export function containerArgumentProblems(task: JudgedTask): (string | undefined)[] {
  return task.containers.flatMap((container, i) => {
    const prefix = i === 0 ? "" : `sidecars.${container.name}.`;
    const where: Where = (key) => `${prefix}${key}`;
    return [
      /^[\w-]{1,255}$/.test(container.name)
        ? undefined
        : `${i === 0 ? "containerName" : "sidecars: name"} "${container.name}" must be 1 to 255 letters, digits, _ and -`,
      imageProblem(where("image"), container.image),
      container.port === undefined || i === 0
        ? undefined
        : rangeProblem(where("port"), container.port, 1, 65535),
      ...variableProblems(container.environment ?? {}, container.secrets ?? {}, prefix),
      ...sizeProblems(container, where, i === 0),
      ...processProblems(container, where),
      ...healthCheckProblems(container, where),
      ...limitProblems(container, where, task.isFargate),
      ...fileProblems(container, where, task.volumes),
      ...logProblems(container, where, task),
    ];
  });
}

/** Minimum memory of a container in Docker, in MiB. */
const leastMemory = 6;
const mostMemory = 10_000_000;

function sizeProblems(
  { cpu, memory, memoryReservation }: JudgedContainer,
  where: Where,
  isOwn: boolean,
): (string | undefined)[] {
  const [cpuKey, memoryKey, reservationKey] = isOwn
    ? ["containerCpu", "containerMemory", "containerMemoryReservation"]
    : [where("cpu"), where("memory"), where("memoryReservation")];
  return [
    cpu === undefined ? undefined : rangeProblem(cpuKey, cpu, 0, 196_608),
    memory === undefined ? undefined : rangeProblem(memoryKey, memory, leastMemory, mostMemory),
    memoryReservation === undefined
      ? undefined
      : rangeProblem(reservationKey, memoryReservation, leastMemory, memory ?? mostMemory),
  ];
}

function processProblems(container: JudgedContainer, where: Where): (string | undefined)[] {
  const { user, command, entryPoint, workingDirectory } = container;
  const seconds = (key: "startTimeout" | "stopTimeout") =>
    container[key] === undefined ? undefined : rangeProblem(where(key), container[key], 2, 120);
  return [
    user === undefined || /^[\w.-]+(:[\w.-]+)?$/.test(user)
      ? undefined
      : `${where("user")} "${user}" must be a user, or a user:group, by name or number`,
    command?.length === 0
      ? `${where("command")} is empty; leave it out for the image's own`
      : undefined,
    entryPoint?.length === 0
      ? `${where("entryPoint")} is empty; leave it out for the image's own`
      : undefined,
    workingDirectory === undefined || workingDirectory.startsWith("/")
      ? undefined
      : `${where("workingDirectory")} "${workingDirectory}" must start with /`,
    seconds("startTimeout"),
    seconds("stopTimeout"),
  ];
}

function healthCheckProblems(
  { healthCheck }: JudgedContainer,
  where: Where,
): (string | undefined)[] {
  if (healthCheck === undefined) return [];
  const { command, interval = 30, timeout = 5, retries = 3, startPeriod = 0 } = healthCheck;
  const [kind = "", ...words] = command;
  return [
    ["CMD", "CMD-SHELL"].includes(kind) && words.length > 0
      ? undefined
      : `${where("healthCheck.command")} must begin with "CMD" or "CMD-SHELL", followed by a command`,
    rangeProblem(where("healthCheck.interval"), interval, 5, 300),
    rangeProblem(where("healthCheck.timeout"), timeout, 2, 120),
    rangeProblem(where("healthCheck.retries"), retries, 1, 10),
    rangeProblem(where("healthCheck.startPeriod"), startPeriod, 0, 300),
  ];
}

/** The largest limit: a whole number of 32 bits, as the API has it. */
const mostOfLimit = 2_147_483_647;

/** Source: getrlimit(2), as the API names them. */
const ulimitNames = [
  "core",
  "cpu",
  "data",
  "fsize",
  "locks",
  "memlock",
  "msgqueue",
  "nice",
  "nofile",
  "nproc",
  "rss",
  "rtprio",
  "rttime",
  "sigpending",
  "stack",
];

function limitProblems(
  { ulimits = [], linuxParameters = {} }: JudgedContainer,
  where: Where,
  isFargate: boolean,
): (string | undefined)[] {
  const { tmpfs = [], capabilities: { add = [] } = {} } = linuxParameters;
  return [
    ...repeated(ulimits.map(({ name }) => name)).map(
      (name) => `${where("ulimits")}: "${name}" is listed twice; leave one out`,
    ),
    ...ulimits.flatMap(({ name, softLimit, hardLimit }) => [
      ...Object.entries({ softLimit, hardLimit }).map(([key, limit]) =>
        rangeProblem(`${where("ulimits")}.${name}.${key}`, limit, 0, mostOfLimit),
      ),
      ulimitNames.includes(name)
        ? undefined
        : `${where("ulimits")}: "${name}" unknown; choose from ${ulimitNames.join(", ")}`,
      isFargate && ulimitNames.includes(name) && name !== "nofile"
        ? `${where("ulimits")}: on Fargate only nofile can be set, not ${name}`
        : undefined,
      softLimit > hardLimit
        ? `${where("ulimits")}.${name}: softLimit ${softLimit} is above hardLimit ${hardLimit}; lower one or raise the other`
        : undefined,
    ]),
    ...tmpfs.flatMap(({ containerPath, size }) => [
      absoluteProblem(where("linuxParameters.tmpfs"), containerPath),
      rangeProblem(`${where("linuxParameters.tmpfs")}.${containerPath}.size`, size, 1, mostMemory),
    ]),
    ...(isFargate ? add.filter((capability) => capability !== "SYS_PTRACE") : []).map(
      (capability) =>
        `${where("linuxParameters.capabilities.add")}: on Fargate only SYS_PTRACE can be added, not ${capability}`,
    ),
  ];
}

const absoluteProblem = (key: string, path: string) =>
  path.startsWith("/") ? undefined : `${key}: containerPath "${path}" must start with /`;

function fileProblems(
  { mountPoints = [], linuxParameters: { tmpfs = [] } = {} }: JudgedContainer,
  where: Where,
  volumes: readonly string[],
): (string | undefined)[] {
  const paths = [...mountPoints, ...tmpfs].map(({ containerPath }) => containerPath);
  return [
    ...mountPoints.flatMap(({ sourceVolume, containerPath }) => [
      absoluteProblem(where("mountPoints"), containerPath),
      volumes.includes(sourceVolume)
        ? undefined
        : `${where("mountPoints")}: the task has no volume "${sourceVolume}"; ` +
          (volumes.length > 0 ? `choose from ${volumes.join(", ")}` : "name it in volumes"),
    ]),
    ...repeated(paths).map(
      (path) => `${where("mountPoints")}: two mounts are at ${path}; give each its own path`,
    ),
  ];
}

const onFargate: readonly string[] = [LogDriver.Awslogs, LogDriver.Splunk, LogDriver.Awsfirelens];

function logProblems(
  { logConfiguration }: JudgedContainer,
  where: Where,
  { containers, isFargate }: JudgedTask,
): (string | undefined)[] {
  if (logConfiguration === undefined) return [];
  const { logDriver, options = {}, secretOptions = {} } = logConfiguration;
  const key = where("logConfiguration");
  const drivers: readonly string[] = isFargate ? onFargate : Object.values(LogDriver);
  const router = containers.find(({ firelensConfiguration }) => firelensConfiguration);
  return [
    drivers.includes(logDriver)
      ? undefined
      : `${key}.logDriver "${logDriver}" is not available${isFargate ? " on Fargate" : ""}; ` +
        `choose from ${drivers.join(", ")}`,
    logDriver === "awslogs" && options["awslogs-group"] !== undefined
      ? `${key}.options: the execution role may only write to the task's own log group; ` +
        "leave awslogs-group out"
      : undefined,
    logDriver === "awsfirelens" && router === undefined
      ? `${key}: awsfirelens needs a container with a firelensConfiguration among the sidecars`
      : undefined,
    ...secretProblems(`${key}.secretOptions`, secretOptions),
  ];
}

/**
 * Says what is wrong with what containers wait for, a sentence for each fault.
 *
 * Source: Amazon ECS API reference, "ContainerDependency".
 */
export function dependencyProblems(containers: readonly JudgedContainer[]): string[] {
  const byName = new Map(containers.map((container) => [container.name, container]));
  const faults = containers.flatMap(({ name, dependsOn = [] }) =>
    dependsOn.flatMap(({ containerName, condition }) => {
      const other = byName.get(containerName);
      const where = `dependsOn: container "${name}" depends on "${containerName}"`;
      const conditions: readonly string[] = Object.values(ContainerCondition);
      if (!other)
        return [
          `${where}, which the task does not have; choose from ${[...byName.keys()].join(", ")}`,
        ];
      if (!conditions.includes(condition)) {
        return [`${where}: condition "${condition}" unknown; choose from ${conditions.join(", ")}`];
      }
      if (condition === "HEALTHY" && other.healthCheck === undefined) {
        return [`${where} to be HEALTHY, which has no healthCheck; give it one or use START`];
      }
      return ["COMPLETE", "SUCCESS"].includes(condition) && other.essential
        ? [
            `${where} to ${condition}, which is essential: the task would end with it; use START or HEALTHY, or set essential: false`,
          ]
        : [];
    }),
  );
  const circle = findCycle(containers);
  return circle === undefined
    ? faults
    : [
        ...faults,
        `dependsOn: the containers ${circle.join(", ")} wait for each other; leave one of them out`,
      ];
}

/** Containers that wait for each other, if there are any: those left after all that can start have started. */
function findCycle(containers: readonly JudgedContainer[]): string[] | undefined {
  let left = [...containers];
  for (;;) {
    const names = left.map(({ name }) => name);
    const waiting = left.filter(({ dependsOn = [] }) =>
      dependsOn.some(({ containerName }) => names.includes(containerName)),
    );
    if (waiting.length === left.length) return left.length > 0 ? names : undefined;
    left = waiting;
  }
}
