import type { Container } from "./containers";
import { memoryMib } from "./fargate";
import { clientException } from "./lookups";
import type { TaskDefinitionInputs } from "./taskDefinitionInputs";

/** What RegisterTaskDefinition checks for every launch type. */
export function checkContainers(
  inputs: TaskDefinitionInputs,
  containers: readonly Container[],
): void {
  const names = containers.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw clientException(`Container.name '${repeated}' is used more than once.`);
  }
  if (!containers.some(({ essential = true }) => essential)) {
    throw clientException("Task definition must have at least one essential container.");
  }
  const volumes = new Set(inputs.volumes?.map(({ name }) => name));
  for (const container of containers) {
    const { dependsOn = [], links = [], mountPoints = [], name, portMappings = [] } = container;
    const { memory, memoryReservation, secrets = [] } = container;
    if (inputs.memory === undefined && (memory ?? memoryReservation) === undefined) {
      throw clientException(
        `Invalid setting for container '${name}'. At least one of 'memory' or ` +
          "'memoryReservation' must be specified.",
      );
    }
    const stranger = dependsOn.find(({ containerName }) => !names.includes(containerName));
    if (stranger) {
      throw clientException(
        `Container '${name}' depends on container '${stranger.containerName}', which does not exist.`,
      );
    }
    const noVolume = mountPoints.find(({ sourceVolume }) => !volumes.has(sourceVolume ?? ""));
    if (noVolume) throw clientException(`Unknown volume '${noVolume.sourceVolume ?? ""}'.`);
    if (secrets.length > 0 && inputs.executionRoleArn === undefined) {
      throw clientException(
        "When you are specifying container secrets, you must also specify a value for " +
          "'executionRoleArn'.",
      );
    }
    const variables = container.environment?.map((variable) => variable.name) ?? [];
    const twice = secrets.find((secret, i) =>
      [...variables, ...secrets.slice(0, i).map((one) => one.name)].includes(secret.name),
    );
    if (twice) {
      throw clientException(
        "The secret name must be unique and not shared with any new or existing environment " +
          `variables set on the container, such as '${twice.name}'.`,
      );
    }
    const { networkMode = "bridge" } = inputs;
    if (
      ["awsvpc", "host"].includes(networkMode) &&
      portMappings.some((port) => (port.hostPort ?? port.containerPort) !== port.containerPort)
    ) {
      throw clientException(
        `When networkMode=${networkMode}, the host ports and container ports in port mappings must match.`,
      );
    }
    if (networkMode === "none" && portMappings.length > 0) {
      throw clientException("Port mappings are not supported when networkMode=none.");
    }
    if (networkMode !== "bridge" && links.length > 0) {
      throw clientException(`Links are not supported when networkMode=${networkMode}.`);
    }
    if (memory !== undefined && memoryReservation !== undefined && memoryReservation > memory) {
      throw clientException(
        `Invalid setting for container '${name}'. 'memoryReservation' must be less than 'memory'.`,
      );
    }
  }
}

/**
 * Checks the dependencies between containers, and the ports on their shared network.
 *
 * Source: ECS API Reference, "ContainerDependency"; the errors of RegisterTaskDefinition as quoted in issues
 * (boto/boto3#2436, aws/amazon-ecs-agent#1220), where they are known.
 */
export function checkContainersTogether(
  { networkMode = "bridge" }: TaskDefinitionInputs,
  containers: readonly Container[],
): void {
  for (const { dependsOn = [], name } of containers) {
    for (const { condition, containerName } of dependsOn) {
      const dependency = containers.find((one) => one.name === containerName);
      const isAwaitedEnd = condition === "SUCCESS" || condition === "COMPLETE";
      if (isAwaitedEnd && dependency?.essential !== false) {
        throw clientException(
          "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container",
        );
      }
      if (condition === "HEALTHY" && dependency?.healthCheck === undefined) {
        throw clientException(
          `Container '${name}' depends on '${containerName}' being HEALTHY, but that container has no health check.`,
        );
      }
    }
  }
  const looped = containers.find(({ name }) => reaches(name, name, containers));
  if (looped) throw clientException(`Container '${looped.name}' depends on itself in a circle.`);
  if (networkMode === "bridge" || networkMode === "none") return;
  const ports = containers.flatMap(({ portMappings = [] }) =>
    portMappings.map(({ containerPort, protocol = "tcp" }) => `${protocol} ${containerPort ?? ""}`),
  );
  const repeated = ports.find((port, i) => !port.endsWith(" ") && ports.indexOf(port) !== i);
  if (repeated === undefined) return;
  const [protocol = "", port = ""] = repeated.split(" ");
  throw clientException(
    `${protocol.toUpperCase()} host port '${port}' is mapped multiple times in task.`,
  );
}

/** Whether a container depends on another one, directly or not. */
function reaches(
  from: string,
  to: string,
  containers: readonly Container[],
  seen: readonly string[] = [],
): boolean {
  const dependencies = containers.find(({ name }) => name === from)?.dependsOn ?? [];
  return dependencies.some(
    ({ containerName: next }) =>
      next === to || (!seen.includes(next) && reaches(next, to, containers, [...seen, next])),
  );
}

/**
 * Checks the containers' memory against their task's: each one's limit, and the total reservation (ECS developer guide,
 * "Amazon ECS task definition parameters": the total that containers reserve).
 */
export function checkTaskMemory(
  { memory: text }: TaskDefinitionInputs,
  containers: readonly Container[],
): void {
  if (text === undefined) return;
  const most = memoryMib(text);
  for (const { memory = 0, memoryReservation = 0, name } of containers) {
    const setting = memory > most ? "memory" : "memoryReservation";
    if (Math.max(memory, memoryReservation) > most) {
      throw clientException(
        `The '${setting}' setting for container '${name}' is greater than for the task.`,
      );
    }
  }
  const reserved = containers.reduce(
    (sum, { memory = 0, memoryReservation = memory }) => sum + memoryReservation,
    0,
  );
  if (reserved > most) {
    throw clientException(
      `The memory reserved by the containers (${reserved}) exceeds the task's (${most}).`,
    );
  }
}

/** API: "Tmpfs". */
export function checkTmpfs(containers: readonly Container[]): void {
  const sizes = containers.flatMap(({ linuxParameters }) =>
    (linuxParameters?.tmpfs ?? []).map(({ size }) => size),
  );
  if (sizes.some((size) => size <= 0)) {
    throw clientException(
      "The container has an invalid tmpfs size value specified. " +
        "It must be a non-zero, non-negative integer.",
    );
  }
}

export function checkVolumes({ volumes = [] }: TaskDefinitionInputs): void {
  for (const { efsVolumeConfiguration: efs, hostPath, name } of volumes) {
    if (efs === undefined) continue;
    if (hostPath !== undefined) {
      throw clientException(`Only one volume configuration may be given for volume '${name}'.`);
    }
    const { accessPointId, iam } = efs.authorizationConfig ?? {};
    const isAuthorized = accessPointId !== undefined || iam === "ENABLED";
    if (isAuthorized && efs.transitEncryption !== "ENABLED") {
      throw clientException(
        `Transit encryption must be enabled for volume '${name}' if IAM authorization or an access ` +
          "point is used.",
      );
    }
    if (accessPointId !== undefined && efs.rootDirectory !== "/") {
      throw clientException(
        `The root directory of volume '${name}' must be omitted or / when an access point is used.`,
      );
    }
  }
}
