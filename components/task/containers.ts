import * as pulumi from "@pulumi/pulumi";

import type {
  ContainerSettings,
  Environment,
  LogConfiguration,
  SidecarSettings,
} from "./containerArgs";
import { type ContainerSecret, containerSecrets } from "./taskSecrets";

/** A container of a task: the main one, or an additional one. */
export interface TaskContainer
  extends ContainerSettings, Pick<SidecarSettings, "cpu" | "memory" | "memoryReservation"> {
  name: string;
  image: pulumi.Input<string>;
  environment?: Environment;
  essential: boolean;
  portMappings: readonly object[];
  firelensConfiguration?: SidecarSettings["firelensConfiguration"];
}

/** Default destination of the containers' output. */
export interface LogTarget {
  group: string;
  region: string;
}

/**
 * The containers of a task as a task definition has them, in the order given.
 *
 * @returns JSON, unknown in a preview if an image, a variable or a secret's ARN is; otherwise policies can check the
 * containers in a preview.
 *
 * Source: Amazon ECS API reference, "ContainerDefinition".
 */
export function containerDefinitions(
  containers: readonly TaskContainer[],
  logs: LogTarget,
): pulumi.Output<string> {
  return pulumi
    .all(containers.map((container) => definition(container, logs)))
    .apply((definitions) => JSON.stringify(definitions));
}

function definition(container: TaskContainer, logs: LogTarget): pulumi.Output<object> {
  const { image, environment = {}, secrets = {}, logConfiguration } = container;
  return pulumi
    .all([
      image,
      variables(environment),
      containerSecrets(secrets),
      logsOf(container.name, logConfiguration, logs),
    ])
    .apply(([imageName, plain, secret, log]) => ({
      ...sizeOf(container, imageName),
      ...some("portMappings", container.portMappings),
      ...some("environment", plain),
      ...some("secrets", secret),
      logConfiguration: log,
      ...linuxParameters(container),
      ...processOf(container),
      ...filesOf(container),
      ...lifeOf(container),
    }));
}

function sizeOf(container: TaskContainer, image: string) {
  const { name, essential, cpu, memory, memoryReservation } = container;
  return { name, image, essential, ...defined({ cpu, memory, memoryReservation }) };
}

function processOf({ command, entryPoint, workingDirectory, user, ulimits = [] }: TaskContainer) {
  return {
    ...defined({ command, entryPoint, workingDirectory, user }),
    ...some("ulimits", ulimits),
  };
}

function filesOf({ readonlyRootFilesystem, mountPoints = [] }: TaskContainer) {
  return { ...defined({ readonlyRootFilesystem }), ...some("mountPoints", mountPoints) };
}

function lifeOf({
  healthCheck,
  dependsOn = [],
  startTimeout,
  stopTimeout,
  firelensConfiguration,
}: TaskContainer) {
  return {
    ...defined({ healthCheck, startTimeout, stopTimeout, firelensConfiguration }),
    ...some("dependsOn", dependsOn),
  };
}

function linuxParameters({ linuxParameters: given }: TaskContainer) {
  if (given === undefined) return {};
  const { initProcessEnabled, capabilities, tmpfs = [] } = given;
  const asked = { ...defined({ initProcessEnabled, capabilities }), ...some("tmpfs", tmpfs) };
  return Object.keys(asked).length === 0 ? {} : { linuxParameters: asked };
}

/** Sorted by name, as ECS returns them: in another order every update would create a new revision. */
function variables(environment: Environment): pulumi.Output<{ name: string; value: string }[]> {
  const sorted = Object.entries(environment).sort(([one], [other]) => (one < other ? -1 : 1));
  return pulumi
    .all(sorted.map(([name, value]) => ({ name, value })))
    .apply((all) => all.map(({ name, value }) => ({ name, value: String(value) })));
}

/** The driver and options of `awslogs`: a separate stream in the task's log group. */
export const awslogs = (container: string, { group, region }: LogTarget) => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": group,
    "awslogs-region": region,
    "awslogs-stream-prefix": container,
  } as Record<string, string>,
});

/** The log settings of a container definition. */
interface ContainerLogs {
  logDriver: string;
  options?: Record<string, string>;
  secretOptions?: readonly ContainerSecret[];
}

function logsOf(
  container: string,
  given: LogConfiguration | undefined,
  logs: LogTarget,
): pulumi.Output<ContainerLogs> {
  const own = awslogs(container, logs);
  if (given === undefined) return pulumi.output(own);
  const { logDriver, options = {}, secretOptions = {} } = given;
  return pulumi
    .all([pulumi.all(options), containerSecrets(secretOptions)])
    .apply(([further, secrets]) => {
      const all = { ...(logDriver === "awslogs" ? own.options : {}), ...further };
      return {
        logDriver,
        ...(Object.keys(all).length === 0 ? {} : { options: all }),
        ...some("secretOptions", secrets),
      };
    });
}

/** Only the given values, as a task definition must not contain null. */
function defined<T extends object>(values: T): Partial<T> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Partial<T>;
}

/** A list, or undefined if it is empty. */
function some<Key extends string, T>(
  key: Key,
  values: readonly T[],
): Partial<Record<Key, readonly T[]>> {
  return values.length === 0 ? {} : ({ [key]: values } as Record<Key, readonly T[]>);
}
