import type * as pulumi from "@pulumi/pulumi";

import { isBlock } from "../shared/cidr";
import { retentionProblem } from "../shared/logRetention";
import { statementProblems } from "../shared/policyStatement";
import { about, rangeProblem, repeated } from "../shared/problems";
import type { Volume } from "./containerArgs";
import {
  containerArgumentProblems,
  dependencyProblems,
  type JudgedContainer,
} from "./containerProblems";
import type { TaskSettings } from "./taskArgs";
import { sidecarMemory } from "./taskDefinition";

/** Facts needed to check a task, apart from its arguments. */
export interface TaskFrame {
  isFargate: boolean;
  /** Port of the own container; none for a task that only calls others. */
  containerPort: number | undefined;
  /** CPU units and memory in MiB of the whole task, if it has its own limits. */
  cpu?: number;
  memory?: number;
}

/** Problems with the arguments of every task, a sentence for each. */
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
    about("logRetentionDays", retentionProblem(settings.logRetentionDays)),
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

/** Problems with the combination of containers. */
function containerSetProblems(containers: readonly JudgedContainer[]): (string | undefined)[] {
  const routers = containers.filter(({ firelensConfiguration }) => firelensConfiguration);
  return [
    containers.length > 10
      ? `sidecars: the task has ${containers.length} containers; ECS accepts at most 10`
      : undefined,
    ...repeated(containers.map(({ name }) => name)).map(
      (name) => `sidecars: container "${name}" is listed twice; give each its own name`,
    ),
    ...repeated(containers.map(({ port }) => port)).map(
      (port) =>
        `sidecars: port ${port ?? ""} is used by two containers, which share the task's address; give each its own`,
    ),
    routers.length > 1
      ? `firelensConfiguration: ${routers.map(({ name }) => name).join(" and ")}; a task can have one log router, leave the others out`
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
      ? `containerCpu and the sidecars' cpu add up to ${cpu} units, but the task has ${taskCpu}; lower them or raise cpu`
      : undefined,
    taskMemory !== undefined && reserved > taskMemory
      ? `the containers reserve ${reserved} MiB together, but the task has ${taskMemory}; lower theirs or raise memory`
      : undefined,
    ...containers
      .filter(({ memory = 0 }) => taskMemory !== undefined && memory > taskMemory)
      .map(
        ({ name, memory = 0 }) =>
          `container "${name}" may have ${memory} MiB, its task has ${taskMemory ?? 0}; lower its memory or raise the task's`,
      ),
  ];
}

/** Source: Amazon ECS API reference, "Volume", "EFSVolumeConfiguration", "EFSAuthorizationConfig". */
function volumeProblems(volumes: readonly Volume[]): (string | undefined)[] {
  return [
    ...repeated(volumes.map(({ name }) => name)).map(
      (name) => `volumes: "${name}" is listed twice; leave one out`,
    ),
    ...volumes.flatMap(({ name, efsVolumeConfiguration: efs }) => [
      /^[\w-]{1,255}$/.test(name)
        ? undefined
        : `volumes: "${name}" must be a name of 1 to 255 letters, digits, _ and -`,
      efs?.accessPointId !== undefined && efs.rootDirectory !== undefined
        ? `volumes.${name}: accessPointId and rootDirectory: give one, an access point has its own root`
        : undefined,
      efs?.rootDirectory === undefined || efs.rootDirectory.startsWith("/")
        ? undefined
        : `volumes.${name}: rootDirectory "${efs.rootDirectory}" must start with /`,
      idProblem(`volumes.${name}: fileSystemId`, efs?.fileSystemId, "fs"),
      idProblem(`volumes.${name}: accessPointId`, efs?.accessPointId, "fsap"),
    ]),
  ];
}

/** Source: Amazon EFS API reference, "FileSystemDescription", "AccessPointDescription". */
function idProblem(
  key: string,
  id: pulumi.Input<string> | undefined,
  kind: "fs" | "fsap",
): string | undefined {
  return typeof id !== "string" || new RegExp(`^${kind}-[0-9a-f]{8,40}$`).test(id)
    ? undefined
    : `${key} "${id}" must be an id such as ${kind}-0123456789abcdef0`;
}

/** Source: IAM user guide, "IAM and AWS STS quotas": managed policies attached to a role. */
const mostPolicies = 10;

export function policyArnProblems(arns: TaskSettings["taskPolicyArns"]): (string | undefined)[] {
  const entries = Object.entries(arns);
  return [
    entries.length > mostPolicies
      ? `taskPolicyArns has ${entries.length} policies; a role can have at most ${mostPolicies}`
      : undefined,
    ...entries.flatMap(([key, arn]) => [
      /^[A-Za-z0-9-]+$/.test(key)
        ? undefined
        : `taskPolicyArns: "${key}" must be letters, digits and hyphens`,
      typeof arn !== "string" || /^arn:[\w-]+:iam::(\d{12}|aws):policy\/.+$/.test(arn)
        ? undefined
        : `taskPolicyArns.${key}: "${arn}" must be a policy's ARN`,
    ]),
  ];
}

/** Source: Amazon ECS developer guide, "Amazon ECS task networking options for Fargate": pulls use the task's interface. */
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
      ? "egress: no rule allows port 443, which images, logs and secrets need; allow it"
      : undefined,
    isFargate && hasEfs && !opens(2049)
      ? "egress: no rule allows port 2049, which EFS volumes need; allow it"
      : undefined,
    ...Object.entries(egress).flatMap(([key, { port, cidrIpv4, securityGroupId }]) => [
      /^[A-Za-z0-9-]+$/.test(key)
        ? undefined
        : `egress: "${key}" must be letters, digits and hyphens`,
      rangeProblem(`egress.${key}.port`, port, 1, 65_535),
      cidrIpv4 !== undefined && securityGroupId !== undefined
        ? `egress.${key}: cidrIpv4 and securityGroupId are two destinations; give one`
        : undefined,
      typeof cidrIpv4 !== "string" || isBlock(cidrIpv4)
        ? undefined
        : `egress.${key}: cidrIpv4 "${cidrIpv4}" must be an IPv4 block such as 10.0.0.0/16, with the network's own address`,
    ]),
  ];
}
