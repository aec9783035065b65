import type { Container } from "./containers";
import { clientException } from "./lookups";
import type { TaskDefinitionInputs } from "./taskDefinitionInputs";

/** CPU units of `256`, `.25 vCPU` or `1 vcpu`. */
function cpuUnits(value: string): number {
  const vcpu = /^(\d*\.?\d+)\s*vcpu$/i.exec(value)?.[1];
  return vcpu === undefined ? Number(value) : Number(vcpu) * 1024;
}

/** MiB of `512`, `0.5GB` or `1 GB`. */
export function memoryMib(value: string): number {
  const gigabytes = /^(\d*\.?\d+)\s*gb$/i.exec(value)?.[1];
  return gigabytes === undefined ? Number(value) : Number(gigabytes) * 1024;
}

/**
 * Memory sizes in MiB that Fargate offers for a number of CPU units (Amazon ECS Developer Guide, "Task CPU and
 * memory").
 */
function fargateMemory(cpu: number): readonly number[] {
  const steps = (first: number, last: number, step: number) =>
    Array.from({ length: (last - first) / step + 1 }, (_, i) => (first + i * step) * 1024);
  switch (cpu) {
    case 256:
      return [512, 1024, 2048];
    case 512:
      return steps(1, 4, 1);
    case 1024:
      return steps(2, 8, 1);
    case 2048:
      return steps(4, 16, 1);
    case 4096:
      return steps(8, 30, 1);
    case 8192:
      return steps(16, 60, 4);
    case 16384:
      return steps(32, 120, 8);
    default:
      return [];
  }
}

/** Amazon ECS API Reference, "RegisterTaskDefinition": from an eighth of a vCPU to 192. */
export function checkTaskCpu({ cpu }: TaskDefinitionInputs): void {
  if (cpu === undefined) return;
  const units = cpuUnits(cpu);
  if (!(units >= 128 && units <= 196_608)) {
    throw clientException(
      `Invalid 'cpu' setting for task: ${cpu}. It must be 128 to 196608 CPU units.`,
    );
  }
}

/** What RegisterTaskDefinition checks when FARGATE is among the required compatibilities. */
export function checkFargate(inputs: TaskDefinitionInputs, containers: readonly Container[]): void {
  const { cpu, executionRoleArn, memory, networkMode } = inputs;
  if (networkMode !== "awsvpc") {
    throw clientException("Fargate only supports network mode 'awsvpc'.");
  }
  for (const [key, value] of Object.entries({ cpu, memory })) {
    if (value === undefined) {
      throw clientException(`Fargate requires that '${key}' be defined at the task level.`);
    }
  }
  if (inputs.pidMode === "host" || inputs.ipcMode !== undefined) {
    throw clientException("Fargate does not support pidMode 'host' and ipcMode.");
  }
  if (inputs.placementConstraints !== undefined && inputs.placementConstraints.length > 0) {
    throw clientException("Fargate does not support placement constraints.");
  }
  if (inputs.volumes?.some(({ hostPath }) => hostPath !== undefined) === true) {
    throw clientException("host.sourcePath should not be set for volumes in Fargate.");
  }
  const units = cpuUnits(cpu ?? "");
  const mib = memoryMib(memory ?? "");
  if (!fargateMemory(units).includes(mib)) {
    throw clientException(
      `No Fargate configuration exists for given values: ${units} CPU, ${mib} memory. ` +
        "See the Amazon ECS documentation for the valid values.",
    );
  }
  for (const { image, logConfiguration, name, privileged } of containers) {
    if (privileged === true) {
      throw clientException(`Fargate does not support privileged containers ('${name}').`);
    }
    const driver = logConfiguration?.logDriver;
    if (driver !== undefined && !["awslogs", "splunk", "awsfirelens"].includes(driver)) {
      throw clientException(`Fargate does not support the log driver '${driver}'.`);
    }
    if (driver === "awslogs") checkAwslogs(logConfiguration?.options ?? {});
    if (executionRoleArn !== undefined) continue;
    if (driver === "awslogs") {
      throw clientException(
        "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
      );
    }
    if (/^\d{12}\.dkr\.ecr\./.test(image)) {
      throw clientException(
        "Fargate requires task definition to have execution role ARN to support ECR images.",
      );
    }
  }
  const used = containers.reduce((sum, { cpu: own = 0 }) => sum + own, 0);
  if (used > units) {
    throw clientException(
      `The sum of the containers' cpu (${used}) is above the task's (${units}).`,
    );
  }
}

function checkAwslogs(options: Readonly<Record<string, string>>): void {
  const required = ["awslogs-group", "awslogs-region", "awslogs-stream-prefix"];
  const missing = required.filter((key) => options[key] === undefined);
  if (missing.length > 0) {
    throw clientException(`Log driver awslogs requires options: ${missing.join(", ")}`);
  }
}
