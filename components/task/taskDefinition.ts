import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "../shared/names";
import { transformed } from "../shared/transform";
import type { Sidecar, Volume } from "./containerArgs";
import { containerDefinitions, type TaskContainer } from "./containers";
import type { TaskSettings, TaskStep } from "./taskArgs";
import { logTarget } from "./taskNames";
import type { TaskRoles } from "./taskRoles";

/** What a task definition says beyond the containers, as its data plane wants it. */
export interface TaskShape {
  /** Base of the family's name; the stack is added. */
  family: string;
  requiresCompatibilities: "FARGATE" | "EC2" | "MANAGED_INSTANCES";
  /** CPU units of the whole task; on EC2 it may be left out. */
  cpu?: number;
  /** Memory of the whole task in MiB; on EC2 it may be left out where containers have their own. */
  memory?: number;
  cpuArchitecture: "X86_64" | "ARM64";
  /** Port that the own container listens on, and what else its mapping says; none for a task that only calls others. */
  port?: { containerPort: number; name?: string; appProtocol?: string };
}

/** The first tutorial's step one: which containers a task has, in which settings. */
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

/** The own container first, as the log of a revision's changes reads best; ECS keeps no order. */
function containersOf(settings: TaskSettings, port: TaskShape["port"]): TaskContainer[] {
  // By name, as ECS gives them back: in another order every update would make a new revision.
  const beside = [...settings.sidecars].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [ownContainer(settings, port), ...beside.map(sidecar)];
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
      // An init process reaps what a shell opened by ECS Exec leaves behind.
      initProcessEnabled:
        settings.linuxParameters?.initProcessEnabled ??
        (settings.executeCommand ? true : undefined),
    },
  };
}

/** Memory in MiB of a sidecar that says nothing of it. */
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

/** Stands in a template where the image belongs. */
export const imagePlaceholder = "<IMAGE>";

/**
 * A task definition as RegisterTaskDefinition takes it, without the image of one container: whoever
 * deploys another image makes the next revision of it, with all else as the program has it.
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
    // What is left out is unknown to a preview, and all of the template would be.
    ...(hasVolumes && { volumes: taskDefinition.volumes.apply(registeredVolumes) }),
    containerDefinitions: taskDefinition.containerDefinitions.apply((json) =>
      (JSON.parse(json) as { name: string; image: string }[]).map((container) =>
        container.name === containerName ? { ...container, image: imagePlaceholder } : container,
      ),
    ),
  });
}

/** Volumes in the API's own words; what the provider adds of its own (a port of 0) is no input of it. */
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
