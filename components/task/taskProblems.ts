import { isBlock } from "../shared/cidr";
import { statementProblems } from "../shared/policyStatement";
import type { Volume } from "./containerArgs";
import {
  containerArgumentProblems,
  dependencyProblems,
  type JudgedContainer,
  repeated,
} from "./containerProblems";
import type { TaskSettings } from "./taskArgs";
import { sidecarMemory } from "./taskDefinition";

/** What of a task decides what is wrong with it, beside its arguments. */
export interface TaskFrame {
  isFargate: boolean;
  /** Port of the own container; none for a task that only calls others. */
  containerPort: number | undefined;
  /** CPU units and memory in MiB of the whole task, where it has limits of its own. */
  cpu?: number;
  memory?: number;
}

/** What is wrong with the arguments that every task takes, a sentence for each fault. */
export function taskProblems(settings: TaskSettings, frame: TaskFrame): (string | undefined)[] {
  const containers = judged(settings, frame);
  const { isFargate } = frame;
  return [
    ...containerSetProblems(containers),
    ...containerArgumentProblems({
      isFargate,
      volumes: settings.volumes.map(({ name }) => name),
      containers,
    }),
    ...dependencyProblems(containers),
    ...sumProblems(containers, frame),
    ...volumeProblems(settings.volumes),
    settings.readonlyRootFilesystem === true && settings.executeCommand
      ? "readonlyRootFilesystem and executeCommand: the agent of ECS Exec writes to the root; leave one out"
      : undefined,
    ...statementProblems("taskPolicies", settings.taskPolicies),
    ...policyArnProblems(settings.taskPolicyArns),
    ...egressProblems(settings, frame),
  ];
}

function judged(settings: TaskSettings, { containerPort }: TaskFrame): JudgedContainer[] {
  return [
    {
      ...settings,
      name: settings.containerName,
      essential: true,
      port: containerPort,
      cpu: settings.containerCpu,
      memory: settings.containerMemory,
      memoryReservation: settings.containerMemoryReservation,
    },
    ...settings.sidecars.map((sidecar) => ({
      ...sidecar,
      essential: sidecar.essential ?? true,
      port: sidecar.port,
      memory: sidecar.memory ?? sidecarMemory,
    })),
  ];
}

/** What is wrong with the containers taken together. */
function containerSetProblems(containers: readonly JudgedContainer[]): (string | undefined)[] {
  const routers = containers.filter(({ firelensConfiguration }) => firelensConfiguration);
  return [
    containers.length > 10
      ? `the task has ${containers.length} containers; ECS takes 10`
      : undefined,
    ...repeated(containers.map(({ name }) => name)).map(
      (name) => `container "${name}" is there twice`,
    ),
    ...repeated(containers.map(({ port }) => port)).map(
      (port) => `port ${port ?? ""} is taken by two containers, and a task's share one address`,
    ),
    routers.length > 1
      ? `${routers.map(({ name }) => name).join(" and ")}: a task has one log router`
      : undefined,
  ];
}

/** Whether the containers fit into their task. */
function sumProblems(
  containers: readonly JudgedContainer[],
  { cpu: taskCpu, memory: taskMemory }: TaskFrame,
): (string | undefined)[] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const cpu = sum(containers.map(({ cpu: own = 0 }) => own));
  const reserved = sum(
    containers.map(({ memory = 0, memoryReservation = memory }) => memoryReservation),
  );
  return [
    taskCpu !== undefined && cpu > taskCpu
      ? `the containers' cpu are ${cpu} units together, the task has ${taskCpu}`
      : undefined,
    taskMemory !== undefined && reserved > taskMemory
      ? `the containers reserve ${reserved} MiB together, the task has ${taskMemory}`
      : undefined,
    ...containers
      .filter(({ memory = 0 }) => taskMemory !== undefined && memory > taskMemory)
      .map(
        ({ name, memory = 0 }) =>
          `container "${name}" may have ${memory} MiB, its task has ${taskMemory ?? 0}`,
      ),
  ];
}

/** Source: Amazon ECS API reference, "Volume", "EFSVolumeConfiguration", "EFSAuthorizationConfig". */
function volumeProblems(volumes: readonly Volume[]): (string | undefined)[] {
  return [
    ...repeated(volumes.map(({ name }) => name)).map((name) => `volume "${name}" is there twice`),
    ...volumes.flatMap(({ name, efsVolumeConfiguration: efs }) => [
      /^[\w-]{1,255}$/.test(name)
        ? undefined
        : `"${name}" is no volume's name: 1 to 255 letters, digits, _ and -`,
      efs?.accessPointId !== undefined && efs.rootDirectory !== undefined
        ? `volumes.${name}: accessPointId and rootDirectory: give one, an access point has a root of its own`
        : undefined,
      efs?.rootDirectory === undefined || efs.rootDirectory.startsWith("/")
        ? undefined
        : `volumes.${name}: rootDirectory "${efs.rootDirectory}" must start with /`,
    ]),
  ];
}

/** Source: IAM user guide, "IAM and AWS STS quotas": managed policies attached to a role. */
const mostPolicies = 10;

export function policyArnProblems(arns: TaskSettings["taskPolicyArns"]): (string | undefined)[] {
  const entries = Object.entries(arns);
  return [
    entries.length > mostPolicies
      ? `taskPolicyArns has ${entries.length} policies; a role takes ${mostPolicies}`
      : undefined,
    ...entries.flatMap(([key, arn]) => [
      /^[A-Za-z0-9-]+$/.test(key)
        ? undefined
        : `taskPolicyArns: "${key}" must be letters, digits and hyphens`,
      typeof arn !== "string" || /^arn:[\w-]+:iam::(\d{12}|aws):policy\/.+$/.test(arn)
        ? undefined
        : `taskPolicyArns.${key}: "${arn}" is no policy's ARN`,
    ]),
  ];
}

/** Source: Amazon ECS developer guide, "Amazon ECS task networking options for Fargate": pulls go by the task's interface. */
function egressProblems(
  { egress, volumes }: TaskSettings,
  { isFargate }: TaskFrame,
): (string | undefined)[] {
  if (egress === undefined) return [];
  const opens = (wanted: number) =>
    Object.values(egress).some(({ port, protocol }) => port === wanted && protocol !== "udp");
  const hasEfs = volumes.some(({ efsVolumeConfiguration }) => efsVolumeConfiguration);
  return [
    isFargate && !opens(443)
      ? "egress: nothing leads to port 443, by which images, logs and secrets go"
      : undefined,
    isFargate && hasEfs && !opens(2049)
      ? "egress: nothing leads to port 2049, by which volumes of EFS are reached"
      : undefined,
    ...Object.entries(egress).flatMap(([key, { port, cidrIpv4, securityGroupId }]) => [
      /^[A-Za-z0-9-]+$/.test(key)
        ? undefined
        : `egress: "${key}" must be letters, digits and hyphens`,
      Number.isInteger(port) && port >= 1 && port <= 65_535
        ? undefined
        : `egress.${key}: port ${port} must be a whole number, 1 to 65535`,
      cidrIpv4 !== undefined && securityGroupId !== undefined
        ? `egress.${key}: cidrIpv4 and securityGroupId: give one`
        : undefined,
      typeof cidrIpv4 !== "string" || isBlock(cidrIpv4)
        ? undefined
        : `egress.${key}: cidrIpv4 "${cidrIpv4}" is no IPv4 block: 10.0.0.0/16, with the network's own address`,
    ]),
  ];
}
