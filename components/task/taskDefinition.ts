import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "../shared/names";
import { transformed } from "../shared/transform";
import type { Sidecar, Volume } from "./containerArgs";
import { containerDefinitions, type TaskContainer } from "./containers";
import type { TaskSettings, TaskStep } from "./taskArgs";
import { logTarget } from "./logGroup";
import type { TaskRoles } from "./taskRoles";

/** Settings of a task definition apart from the containers, depending on its data plane. */
export interface TaskShape {
  /** Base of the family's name; the stack is added. */
  family: string;
  requiresCompatibilities: "FARGATE" | "EC2" | "MANAGED_INSTANCES";
  /** CPU units of the whole task; may be left out on EC2. */
  cpu?: number;
  /** Memory of the whole task in MiB; may be left out on EC2 if containers have their own. */
  memory?: number;
  cpuArchitecture: "X86_64" | "ARM64";
  /** Port of the own container, and other settings of its mapping; none for a task that only calls others. */
  port?: { containerPort: number; name?: string; appProtocol?: string };
}

/** The first tutorial's step one: the containers of a task and their settings. */
export function createTaskDefinition(
  { name, settings, parent }: TaskStep,
  shape: TaskShape,
  roles: TaskRoles,
  logGroup: aws.cloudwatch.LogGroup,
): aws.ecs.TaskDefinition {
  const { cpu, memory } = shape;
  // #region task-definition
  return new aws.ecs.TaskDefinition(
    `${name}-task`,
    transformed(
      `${name}-task`,
      {
        family: physicalName("taskFamily", shape.family, pulumi.getStack()),
        requiresCompatibilities: [shape.requiresCompatibilities],
        cpu: cpu === undefined ? undefined : String(cpu),
        memory: memory === undefined ? undefined : String(memory),
        networkMode: "awsvpc",
        runtimePlatform: {
          operatingSystemFamily: "LINUX",
          cpuArchitecture: shape.cpuArchitecture,
        },
        executionRoleArn: roles.executionRole.arn,
        taskRoleArn: roles.taskRole.arn,
        containerDefinitions: containerDefinitions(
          containersOf(settings, shape.port),
          logTarget(settings),
        ),
        ...(settings.volumes.length > 0 && { volumes: settings.volumes.map(volume) }),
      },
      settings.transform?.taskDefinition,
    ),
    { parent, dependsOn: [logGroup] },
  );
  // #endregion
}

/** The own container comes first, so that changes of revisions are easy to read; ECS does not keep the order. */
function containersOf(settings: TaskSettings, port: TaskShape["port"]): TaskContainer[] {
  // Sorted by name, as ECS returns them: in another order every update would create a new revision.
  const sidecars = [...settings.sidecars].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [ownContainer(settings, port), ...sidecars.map(sidecar)];
}

function ownContainer(settings: TaskSettings, port: TaskShape["port"]): TaskContainer {
  return {
    ...settings,
    name: settings.containerName,
    essential: true,
    cpu: settings.containerCpu,
    memory: settings.containerMemory,
    memoryReservation: settings.containerMemoryReservation,
    portMappings: port ? [portMapping(port)] : [],
    linuxParameters: {
      ...settings.linuxParameters,
      // An init process cleans up what a shell of ECS Exec leaves behind.
      initProcessEnabled:
        settings.linuxParameters?.initProcessEnabled ??
        (settings.executeCommand ? true : undefined),
    },
  };
}

/** Default memory of a sidecar in MiB. */
export const sidecarMemory = 128;

const sidecar = (given: Sidecar): TaskContainer => ({
  ...given,
  essential: given.essential ?? true,
  memory: given.memory ?? sidecarMemory,
  portMappings: given.port === undefined ? [] : [portMapping({ containerPort: given.port })],
});

// #region port-mapping
const portMapping = ({ containerPort, ...more }: NonNullable<TaskShape["port"]>) => ({
  containerPort,
  hostPort: containerPort,
  protocol: "tcp",
  ...more,
});
// #endregion

function volume({ name, efsVolumeConfiguration: efs }: Volume) {
  if (efs === undefined) return { name };
  const { fileSystemId, rootDirectory, accessPointId, iam = false } = efs;
  return {
    name,
    efsVolumeConfiguration: {
      fileSystemId,
      rootDirectory,
      transitEncryption: "ENABLED",
      authorizationConfig:
        accessPointId === undefined && !iam
          ? undefined
          : { accessPointId, iam: iam ? "ENABLED" : "DISABLED" },
    },
  };
}

/** Placeholder for the image in a template. */
export const imagePlaceholder = "<IMAGE>";

/**
 * A task definition in the form of RegisterTaskDefinition, without the image of one container: others fill in a new
 * image to register the next revision, and keep the rest as the program defines it.
 *
 * @param hasVolumes whether it may have volumes.
 * @returns JSON; `imagePlaceholder` stands for the image.
 *
 * Source: Amazon ECS API reference, "RegisterTaskDefinition".
 */
export function taskDefinitionTemplate(
  taskDefinition: aws.ecs.TaskDefinition,
  { containerName, hasVolumes }: { containerName: string; hasVolumes: boolean },
): pulumi.Output<string> {
  const { family, cpu, memory, networkMode, requiresCompatibilities } = taskDefinition;
  const { runtimePlatform, executionRoleArn, taskRoleArn } = taskDefinition;
  return pulumi.jsonStringify({
    family,
    cpu,
    memory,
    networkMode,
    requiresCompatibilities,
    runtimePlatform,
    executionRoleArn,
    taskRoleArn,
    // Omitted inputs would be unknown in a preview, and so would the whole template.
    ...(hasVolumes && { volumes: taskDefinition.volumes.apply(registeredVolumes) }),
    containerDefinitions: taskDefinition.containerDefinitions.apply((json) =>
      (JSON.parse(json) as { name: string; image: string }[]).map((container) =>
        container.name === containerName ? { ...container, image: imagePlaceholder } : container,
      ),
    ),
  });
}

/** Volumes in the API's form; without what the provider adds (a port of 0), which is not an input of the API. */
function registeredVolumes(volumes: aws.types.output.ecs.TaskDefinitionVolume[] | undefined) {
  if (volumes === undefined || volumes.length === 0) return undefined;
  return volumes.map(({ name, efsVolumeConfiguration: efs }) => {
    if (efs === undefined) return { name };
    const { fileSystemId, rootDirectory, transitEncryption, authorizationConfig } = efs;
    return {
      name,
      efsVolumeConfiguration: {
        fileSystemId,
        rootDirectory,
        transitEncryption,
        authorizationConfig,
      },
    };
  });
}
