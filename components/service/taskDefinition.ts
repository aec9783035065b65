import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "../shared/names";
import type { Sidecar, Step } from "./serviceArgs";
import { namedPort } from "./serviceConnect";
import { logGroupName } from "./serviceNames";
import type { TaskRoles } from "./taskRoles";
import { containerSecrets, type ContainerSecret } from "./taskSecrets";

/** What a task definition says beyond the containers, as its data plane wants it. */
export interface TaskShape {
  /** Base of the family's name; the stack is added. */
  family: string;
  requiresCompatibilities: "FARGATE" | "EC2";
  /** CPU units of the whole task; on EC2 it may be left out. */
  cpu?: number;
  /** Memory of the whole task in MiB; on EC2 it may be left out where containers have their own. */
  memory?: number;
  /** Hard limit of the service's own container in MiB; on Fargate the task's limit is enough. */
  containerMemory?: number;
  cpuArchitecture: "X86_64" | "ARM64";
}

/** The first tutorial's step one: which containers a task has, in which settings. */
export function createTaskDefinition(
  step: Step,
  shape: TaskShape,
  roles: TaskRoles,
  logGroup: aws.cloudwatch.LogGroup,
): aws.ecs.TaskDefinition {
  const { name, settings, parent } = step;
  return new aws.ecs.TaskDefinition(
    `${name}-task`,
    {
      family: physicalName("taskFamily", shape.family, pulumi.getStack()),
      requiresCompatibilities: [shape.requiresCompatibilities],
      cpu: shape.cpu === undefined ? undefined : String(shape.cpu),
      memory: shape.memory === undefined ? undefined : String(shape.memory),
      networkMode: "awsvpc",
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: shape.cpuArchitecture,
      },
      executionRoleArn: roles.executionRole.arn,
      taskRoleArn: roles.taskRole.arn,
      // Only image and secrets may be Outputs: what a preview knows of them, policies can judge.
      containerDefinitions: pulumi
        .all([settings.image, containerSecrets(settings.secrets)])
        .apply(([image, secrets]) =>
          JSON.stringify(containerDefinitions(step, shape, image, secrets)),
        ),
    },
    { parent, dependsOn: [logGroup] },
  );
}

function containerDefinitions(
  { settings }: Step,
  { containerMemory }: TaskShape,
  image: string,
  secrets: ContainerSecret[],
) {
  const { containerName, containerPort, executeCommand, sidecars } = settings;
  const environment = Object.entries(settings.environment)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => ({ name, value }));
  const main = {
    name: containerName,
    image,
    essential: true,
    ...(containerMemory === undefined ? {} : { memory: containerMemory }),
    portMappings: portMappings(containerPort).map((port) => ({
      ...port,
      ...namedPort(settings.serviceConnect),
    })),
    ...(environment.length === 0 ? {} : { environment }),
    ...(secrets.length === 0 ? {} : { secrets }),
    logConfiguration: logConfiguration(settings, containerName),
    // An init process reaps what a shell opened by ECS Exec leaves behind.
    ...(executeCommand ? { linuxParameters: { initProcessEnabled: true } } : {}),
  };
  // By name, as ECS gives them back: in another order every update would make a new revision.
  const beside = [...sidecars].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    main,
    ...beside.map(({ name, image: besideImage, port, memory = 128, essential = true }) => ({
      name,
      image: besideImage,
      essential,
      memory,
      ...(port === undefined ? {} : { portMappings: portMappings(port) }),
      logConfiguration: logConfiguration(settings, name),
    })),
  ];
}

const portMappings = (containerPort: number) => [
  { containerPort, hostPort: containerPort, protocol: "tcp" },
];

/** Where a container's output goes: the service's log group, in a stream of its own. */
export const logConfiguration = (settings: Step["settings"], container: string) => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": logGroupName(settings),
    "awslogs-region": settings.region,
    "awslogs-stream-prefix": container,
  },
});

/** Stands in a template where the image belongs. */
export const imagePlaceholder = "<IMAGE>";

/**
 * A task definition as RegisterTaskDefinition takes it, without the image of one container: whoever
 * deploys another image makes the next revision of it, with all else as the program has it.
 *
 * @returns JSON; `imagePlaceholder` stands for the image.
 *
 * Source: Amazon ECS API reference, "RegisterTaskDefinition".
 */
export function taskDefinitionTemplate(
  taskDefinition: aws.ecs.TaskDefinition,
  containerName: string,
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
    containerDefinitions: taskDefinition.containerDefinitions.apply((json) =>
      (JSON.parse(json) as { name: string; image: string }[]).map((container) =>
        container.name === containerName ? { ...container, image: imagePlaceholder } : container,
      ),
    ),
  });
}

/** Says what is wrong with the containers of a task and with the one that gets the requests. */
export function containerProblems({
  containerName,
  containerPort,
  sidecars,
  target,
}: {
  containerName: string;
  containerPort: number;
  sidecars: readonly Sidecar[];
  target: { containerName: string; containerPort: number };
}): string[] {
  const ports = [
    { name: containerName, port: containerPort },
    ...sidecars.map(({ name, port }) => ({ name, port })),
  ];
  const twice = (values: readonly (string | number | undefined)[]) =>
    values.filter((value, i) => value !== undefined && values.indexOf(value) !== i);
  const wanted = ports.find(({ name }) => name === target.containerName);
  return [
    ...twice(ports.map(({ name }) => name)).map(
      (name) => `container "${name ?? ""}" is there twice`,
    ),
    ...twice(ports.map(({ port }) => port)).map(
      (port) => `port ${port ?? ""} is taken by two containers, and a task's share one address`,
    ),
    ...(wanted
      ? wanted.port === target.containerPort
        ? []
        : [`target: container "${wanted.name}" has no port ${target.containerPort}`]
      : [
          `target: the task has no container "${target.containerName}", only ` +
            ports.map(({ name }) => name).join(", "),
        ]),
  ];
}
