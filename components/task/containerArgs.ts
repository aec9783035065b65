import type * as pulumi from "@pulumi/pulumi";

import type { Secrets } from "./taskSecrets";

/** The state that a container must reach for others that wait for it. */
export const ContainerCondition = {
  /** It has started. */
  Start: "START",
  /** It has ended, with any exit code. */
  Complete: "COMPLETE",
  /** It has ended with exit code 0. */
  Success: "SUCCESS",
  /** Its health check has succeeded. */
  Healthy: "HEALTHY",
} as const;
export type ContainerCondition = (typeof ContainerCondition)[keyof typeof ContainerCondition];

/** Where a container's output goes. */
export const LogDriver = {
  /** CloudWatch Logs. */
  Awslogs: "awslogs",
  /** The task's log router, a container with a `firelensConfiguration`. */
  Awsfirelens: "awsfirelens",
  Splunk: "splunk",
  /** The following are for instances only. */
  Fluentd: "fluentd",
  Gelf: "gelf",
  Journald: "journald",
  JsonFile: "json-file",
  Syslog: "syslog",
} as const;
export type LogDriver = (typeof LogDriver)[keyof typeof LogDriver];

/** Kind of log router. */
export const FirelensType = { Fluentbit: "fluentbit", Fluentd: "fluentd" } as const;
export type FirelensType = (typeof FirelensType)[keyof typeof FirelensType];

/** ECS's own check of a container, independent of a load balancer's checks. */
export interface ContainerHealthCheck {
  /**
   * Command to run in the container: `["CMD-SHELL", "curl -f http://localhost/ || exit 1"]` or `["CMD", …]`.
   * @throws if it begins otherwise, or has no command after that
   */
  command: string[];
  /**
   * Seconds between two checks, 5 to 300.
   * @default 30
   * @throws outside the range
   */
  interval?: number;
  /**
   * Timeout of a check in seconds, 2 to 120.
   * @default 5
   * @throws outside the range
   */
  timeout?: number;
  /**
   * Failed checks until the container is unhealthy, 1 to 10.
   * @default 3
   * @throws outside the range
   */
  retries?: number;
  /**
   * Seconds from the container's start in which failures do not count, 0 to 300.
   * @default 0
   * @throws outside the range
   */
  startPeriod?: number;
}

/** A container of the task that this one waits for. */
export interface ContainerDependency {
  /**
   * Its name.
   * @throws if the task has no such container, or they wait for each other
   */
  containerName: string;
  /**
   * START, COMPLETE or SUCCESS (not for an essential container), or HEALTHY (for one with a `healthCheck`).
   * @throws if the container cannot reach it
   */
  condition: ContainerCondition;
}

/** A folder in memory (tmpfs). */
export interface Tmpfs {
  /**
   * Where the container finds it, e.g. `/tmp`: a path that begins with `/`.
   * @throws if it begins otherwise, or something else is there
   */
  containerPath: string;
  /**
   * Maximum size in MiB, 1 to 10000000; its contents count as the task's memory.
   * @throws outside the range
   */
  size: number;
  /**
   * Options of mount(8), e.g. `noexec`.
   * @default []
   * @throws only from AWS, during the update
   */
  mountOptions?: string[];
}

/** Linux capabilities to add to or remove from Docker's defaults. */
export interface KernelCapabilities {
  /**
   * Those to add; on Fargate `SYS_PTRACE` only.
   * @default []
   * @throws if it is another on Fargate
   */
  add?: string[];
  /**
   * Those to remove; `ALL` for all of them.
   * @default []
   * @throws only from AWS, during the update
   */
  drop?: string[];
}

/** Linux settings of a container. */
export interface LinuxParameters {
  /**
   * Whether an init process reaps what ended processes leave behind.
   * @default true for the service's own container with `executeCommand`, false for others
   */
  initProcessEnabled?: boolean;
  /**
   * Folders in memory, e.g. `/tmp` with a read-only root.
   * @default []
   */
  tmpfs?: Tmpfs[];
  /**
   * Capabilities to add to or remove from Docker's defaults.
   * @default Docker's defaults
   */
  capabilities?: KernelCapabilities;
}

/** Where a container mounts a volume of the task. */
export interface MountPoint {
  /**
   * Name of the volume.
   * @throws if the task has no such volume
   */
  sourceVolume: string;
  /**
   * Where the container finds it: a path that begins with `/`.
   * @throws if it begins otherwise, or something else is there
   */
  containerPath: string;
  /**
   * Whether it is read-only for the container.
   * @default false
   */
  readOnly?: boolean;
}

/** A resource limit of a container's processes. */
export interface Ulimit {
  /**
   * `nofile` and others of setrlimit(2), in lower case; on Fargate only `nofile` can be set.
   * @throws if it is not a limit, is listed twice, or is not `nofile` on Fargate
   */
  name: string;
  /**
   * Initial value, 0 to `hardLimit`, in the limit's unit in setrlimit(2): files for `nofile`.
   * @throws outside the range
   */
  softLimit: number;
  /**
   * Maximum to which the container may raise it, 0 to 2147483647, in the same unit.
   * @throws outside the range
   */
  hardLimit: number;
}

/** Where a container's output goes, if not to the log group that comes with the task. */
export interface LogConfiguration {
  /**
   * `awslogs`, `splunk` or `awsfirelens`; on instances also `fluentd`, `gelf`, `journald`, `json-file` and `syslog`.
   * @throws if it is not available there, or `awsfirelens` without a log router
   */
  logDriver: LogDriver;
  /**
   * The driver's options. For `awslogs`, group, region and prefix are already set. The group cannot be changed: it is
   * the only one that the execution role may write to.
   * @default {}
   * @throws if `awslogs-group` is among them
   */
  options?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Options that ECS fills from Secrets Manager or Parameter Store, e.g. `splunk-token`.
   * @default {}
   * @throws if a name begins with a digit or has other characters than letters, digits and `_`, or appears in both; if
   * a secret's ARN is invalid
   */
  secretOptions?: Secrets;
}

/** Makes a container the task's log router, to which others send with the log driver `awsfirelens`. */
export interface FirelensConfiguration {
  /**
   * Kind of log router in the image.
   * @throws if two containers are log routers
   */
  type: FirelensType;
  /**
   * Options of the router, e.g. `{ "enable-ecs-log-metadata": "true" }`.
   * @default {}
   * @throws only from AWS, during the update
   */
  options?: Readonly<Record<string, string>>;
}

/** A container's environment variables, none of them secret; other values are converted to text. */
export type Environment = Readonly<Record<string, pulumi.Input<string | number | boolean>>>;

/** Arguments of every container of a task, apart from its variables. */
export interface ContainerSettings {
  /**
   * Environment variables that ECS fills from Secrets Manager or Parameter Store whenever a task
   * starts; the execution role may read these secrets and no others.
   * @default {}
   * @throws if a name begins with a digit or has other characters than letters, digits and `_`, or appears in both; if
   * a secret's ARN is invalid
   */
  secrets?: Secrets;
  /**
   * Command to run, or the arguments of `entryPoint`.
   * @default the image's
   * @throws if it is empty
   */
  command?: string[];
  /**
   * Program to run, to which `command` is appended.
   * @default the image's
   * @throws if it is empty
   */
  entryPoint?: string[];
  /**
   * Working folder: a path that begins with `/`.
   * @default the image's
   * @throws if it begins otherwise
   */
  workingDirectory?: string;
  /**
   * User that the processes run as: `1000`, `1000:1000`, `app` or `app:app`; the policies advise against root.
   * @default the image's
   * @throws if it has another form
   */
  user?: string;
  /**
   * Whether the root file system is read-only, so that only volumes and `linuxParameters.tmpfs` are writable. Not for a
   * service's own container together with `executeCommand`, which writes to the root.
   * @default false
   * @throws if both it and `executeCommand` are true
   */
  readonlyRootFilesystem?: boolean;
  /** ECS's own check of the container. @default none */
  healthCheck?: ContainerHealthCheck;
  /**
   * Containers of the task that this one waits for.
   * @default []
   */
  dependsOn?: ContainerDependency[];
  /**
   * Linux settings of the container.
   * @default the platform's, except `initProcessEnabled`
   */
  linuxParameters?: LinuxParameters;
  /**
   * Which of the task's volumes the container mounts.
   * @default []
   */
  mountPoints?: MountPoint[];
  /**
   * Resource limits of the container's processes.
   * @default the image's and the platform's
   */
  ulimits?: Ulimit[];
  /**
   * Seconds that others wait for this one to reach the state they depend on, 2 to 120.
   * @default the platform's
   * @throws outside the range
   */
  startTimeout?: number;
  /**
   * Seconds from SIGTERM to SIGKILL, 2 to 120.
   * @default 30
   * @throws outside the range
   */
  stopTimeout?: number;
  /**
   * Where the container's output goes.
   * @default awslogs, to the log group that comes with the task, in the container's own stream
   */
  logConfiguration?: LogConfiguration;
}

/** An additional container in every task, without its variables. */
export interface SidecarSettings extends ContainerSettings {
  /**
   * Name, 1 to 255 letters, digits, `_` and `-`; unique in the task.
   * @throws if it has other characters, or another container has it
   */
  name: string;
  /**
   * Image, with a tag or digest.
   * @throws if it is text but not an image's name
   */
  image: pulumi.Input<string>;
  /**
   * ARN of the image's private ECR repository; may be left out where `image` is plain text.
   * @default the repository that `image` names
   * @throws only from AWS, during the update
   */
  repositoryArn?: pulumi.Input<string>;
  /**
   * Port that it listens on, 1 to 65535; unique in the task, whose containers share an address.
   * @default none: it receives no requests
   * @throws outside the range; if another container has the same
   */
  port?: number;
  /**
   * CPU units (1024 = one vCPU) guaranteed to it, 0 to those of the task.
   * @default 0
   * @throws if it is negative, or the containers' are more than the task's
   */
  cpu?: number;
  /**
   * Hard limit of its memory in MiB, 6 to that of the task.
   * @default 128
   * @throws if it is less, or more than the task's
   */
  memory?: number;
  /**
   * Memory in MiB that is reserved for it, 6 to `memory`.
   * @default `memory`
   * @throws if it is less or more, or the containers' are more than the task's
   */
  memoryReservation?: number;
  /**
   * Whether the task ends when it does.
   * @default true
   */
  essential?: boolean;
  /** Makes it the task's log router. @default none */
  firelensConfiguration?: FirelensConfiguration;
}

/** An additional container in every task, e.g. a proxy in front of the service's own. */
export interface Sidecar extends SidecarSettings {
  /**
   * Environment variables of the container, none of them secret.
   * @default {}
   * @throws if a name begins with a digit or has other characters than letters, digits and `_`, or appears in both; if
   * a secret's ARN is invalid
   */
  environment?: Environment;
}

/** A file system of EFS. */
export interface EfsVolumeConfiguration {
  /**
   * `fs-…`; its mount targets must let the tasks' security group in on port 2049.
   * @throws if it is text but not such an id
   */
  fileSystemId: pulumi.Input<string>;
  /**
   * Folder in it: a path that begins with `/`; not with `accessPointId`, which has its own.
   * @default "/"
   * @throws if it begins otherwise, or `accessPointId` is also given
   */
  rootDirectory?: string;
  /**
   * Id of an access point, `fsap-…`.
   * @default none
   * @throws if it is text but not such an id
   */
  accessPointId?: pulumi.Input<string>;
  /**
   * Whether mounting it requires a permission of the task role (`elasticfilesystem:ClientMount` in `taskPolicies`).
   * @default false
   */
  iam?: boolean;
}

/** A folder that containers of a task share through their `mountPoints`. */
export interface Volume {
  /**
   * 1 to 255 letters, digits, `_` and `-`.
   * @throws if it has other characters, or another volume has it
   */
  name: string;
  /**
   * The EFS file system that it is on; traffic to it is encrypted.
   * @default none: it starts empty, and is deleted with its task
   */
  efsVolumeConfiguration?: EfsVolumeConfiguration;
}
