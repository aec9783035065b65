import { createHash } from "node:crypto";

import type { Properties } from "../../../account/resourceType";
import { TASK_DEFINITION } from "../../../account/types/ecs/tokens";
import type {
  ContainerStatus,
  InstanceStatus,
  PlaneStatus,
  TaskStatus,
} from "../../../runtime/controlplane/ecs/status";
import { lastPart } from "../../../shared/lastPart";
import { defined } from "../../records";
import type { Api } from "../../service";
import { arnOf } from "./lookups";
import { revisionArn } from "./serviceView";

/** A task with its cluster and service. */
export interface KnownTask {
  readonly task: TaskStatus;
  readonly cluster: string;
  /** `service:NAME` or `family:NAME`. */
  readonly group: string;
  readonly startedBy: string;
}

/** All running tasks, and the last ones that stopped. */
export function tasksOf({ services, tasks }: PlaneStatus): KnownTask[] {
  return [
    ...services.flatMap(({ cluster, name, tasks: own }) =>
      own.map((task) => ({
        task,
        cluster,
        group: `service:${name}`,
        startedBy: task.deploymentId,
      })),
    ),
    ...tasks.map((task) => ({
      task,
      cluster: task.cluster,
      group: task.group,
      startedBy: task.startedBy,
    })),
  ];
}

export const instanceArn = (api: Api, { cluster, containerInstanceId }: InstanceStatus): string =>
  arnOf(api, `container-instance/${cluster}/${containerInstanceId}`);

export function describeTask(
  api: Api,
  { task, cluster, group, startedBy }: KnownTask,
  instances: readonly InstanceStatus[],
): object {
  const instance = instances.find(({ id }) => id === task.instanceId);
  const definition = revisionArn(api, task.taskDefinition);
  const size = api.account.get(TASK_DEFINITION, definition)?.outputs ?? {};
  return {
    taskArn: task.arn,
    clusterArn: arnOf(api, `cluster/${cluster}`),
    taskDefinitionArn: definition,
    ...(instance === undefined
      ? {}
      : {
          containerInstanceArn: instanceArn(api, instance),
          availabilityZone: instance.zone,
        }),
    group,
    startedBy,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: task.health,
    launchType: task.launchType,
    ...defined({
      capacityProviderName: task.capacityProvider,
      cpu: size.cpu,
      memory: size.memory,
      startedAt: task.startedAt && new Date(task.startedAt),
      stoppedAt: task.stoppedAt && new Date(task.stoppedAt),
      stopCode: task.stopCode,
      stoppedReason: task.stoppedReason,
    }),
    containers: task.containers.map((one) =>
      describeContainer(api, { cluster, task, port: containerPort(size, one.name) }, one),
    ),
    attachments: [],
    attributes: [],
    overrides: { containerOverrides: [], inferenceAcceleratorOverrides: [] },
    tags: [],
    version: 1,
  };
}

/** The first port that a container's definition maps, since the lab reaches a task at one address. */
function containerPort(
  { containerDefinitions: json }: Properties,
  name: string,
): number | undefined {
  if (typeof json !== "string") return undefined;
  const all = JSON.parse(json) as { name: string; portMappings?: { containerPort: number }[] }[];
  return all.find((one) => one.name === name)?.portMappings?.[0]?.containerPort;
}

function describeContainer(
  api: Api,
  { cluster, task, port }: { cluster: string; task: TaskStatus; port: number | undefined },
  { name, image, lastStatus, healthStatus, exitCode, reason }: ContainerStatus,
): object {
  const { address, arn: taskArn } = task;
  const taskId = lastPart(taskArn);
  const [bindIP, hostPort] = address?.split(":") ?? [];
  return {
    // In ECS, this is a separate UUID.
    containerArn: arnOf(api, `container/${cluster}/${taskId}/${uuidOf(`${taskId}/${name}`)}`),
    taskArn,
    name,
    image,
    lastStatus,
    healthStatus: healthStatus ?? "UNKNOWN",
    ...defined({ exitCode, reason }),
    networkInterfaces: [],
    networkBindings:
      lastStatus === "RUNNING" && bindIP !== undefined && port !== undefined
        ? [{ bindIP, hostPort: Number(hostPort), containerPort: port, protocol: "tcp" }]
        : [],
  };
}

function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join("-");
}
