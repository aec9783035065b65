import type * as pulumi from "@pulumi/pulumi";

import type { Secrets } from "./taskSecrets";

/** What a container that others wait for must have come to. */
export const ContainerCondition = {
  /** It has started. */
  Start: "START",
  /** It has ended, however. */
  Complete: "COMPLETE",
  /** It has ended with exit code 0. */
  Success: "SUCCESS",
  /** Its health check has succeeded. */
  Healthy: "HEALTHY",
} as const;
export type ContainerCondition = (typeof ContainerCondition)[keyof typeof ContainerCondition];

/** What takes a container's output. */
export const LogDriver = {
  /** CloudWatch Logs. */
  Awslogs: "awslogs",
  /** The task's log router, a container with a `firelensConfiguration`. */
  Awsfirelens: "awsfirelens",
  Splunk: "splunk",
  /** Those from here on are for instances only. */
  Fluentd: "fluentd",
  Gelf: "gelf",
  Journald: "journald",
  JsonFile: "json-file",
  Syslog: "syslog",
} as const;
export type LogDriver = (typeof LogDriver)[keyof typeof LogDriver];

/** The log router that a container is. */
export const FirelensType = { Fluentbit: "fluentbit", Fluentd: "fluentd" } as const;
export type FirelensType = (typeof FirelensType)[keyof typeof FirelensType];

/** ECS's own check of a container; what answers to a load balancer is checked by that besides. */
export interface ContainerHealthCheck {
  /**
   * What is run in the container: `["CMD-SHELL", "curl -f http://localhost/ || exit 1"]` or `["CMD", …]`.
   * @throws if it begins otherwise, or says nothing more
   */
  command: string[];
  /**
   * Seconds between two checks, 5 to 300.
   * @default 30
   * @throws outside the range
   */
  interval?: number;
  /**
   * Seconds that a check may take, 2 to 120.
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
   * START, COMPLETE and SUCCESS (not of an essential container), or HEALTHY (of one with a `healthCheck`).
   * @throws if the container cannot come to it
   */
  condition: ContainerCondition;
}

/** A folder in memory. */
export interface Tmpfs {
  /**
   * Where the container finds it, e.g. `/tmp`: a path that begins with `/`.
   * @throws if it begins otherwise, or something else is there
   */
  containerPath: string;
  /**
   * Its most in MiB, 1 to 10000000; what is in it counts as the task's memory.
   * @throws outside the range
   */
  size: number;
  /**
   * Options of mount(8), e.g. `noexec`.
   * @default []
   * @throws by AWS alone, in the update
   */
  mountOptions?: string[];
}

/** Capabilities of Linux beyond, or short of, Docker's own. */
export interface KernelCapabilities {
  /**
   * Those to add; on Fargate `SYS_PTRACE` only.
   * @default []
   * @throws if it is another on Fargate
   */
  add?: string[];
  /**
   * Those to take away; `ALL` for all of them.
   * @default []
   * @throws by AWS alone, in the update
   */
  drop?: string[];
}

/** What a container has of Linux. */
export interface LinuxParameters {
  /**
   * Whether an init process reaps what ended processes leave behind.
   * @default true for the service's own container where `executeCommand` is, false for others
   */
  initProcessEnabled?: boolean;
  /**
   * Folders in memory, e.g. `/tmp` beside a read-only root.
   * @default []
   */
  tmpfs?: Tmpfs[];
  /**
   * Capabilities beyond, or short of, Docker's own.
   * @default Docker's own
   */
  capabilities?: KernelCapabilities;
}

/** Where a container sees a volume of the task. */
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
   * Whether the container can only read there.
   * @default false
   */
  readOnly?: boolean;
}

/** A limit of a container's processes. */
export interface Ulimit {
  /**
   * `nofile` and others of setrlimit(2), in lower case; on Fargate only `nofile` can be set.
   * @throws if it is none, is there twice, or is another on Fargate
   */
  name: string;
  /**
   * What counts at first, 0 to `hardLimit`; in the unit that the limit has in setrlimit(2): files for `nofile`.
   * @throws outside the range
   */
  softLimit: number;
  /**
   * What the container may raise it to, 0 to 2147483647, in the same unit.
   * @throws outside the range
   */
  hardLimit: number;
}

/** Where a container's output goes, if not to the log group that comes with the task. */
export interface LogConfiguration {
  /**
   * `awslogs`, `splunk` or `awsfirelens`; on instances `fluentd`, `gelf`, `journald`, `json-file` and `syslog` too.
   * @throws if it is not to be had there, or `awsfirelens` without a log router
   */
  logDriver: LogDriver;
  /**
   * The driver's options. For `awslogs` group, region and prefix are there already, and the group cannot be another:
   * it is the only one that the execution role may write to.
   * @default {}
   * @throws if `awslogs-group` is among them
   */
  options?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Options that ECS fills from Secrets Manager or Parameter Store, e.g. `splunk-token`.
   * @default {}
   * @throws if a name begins with a digit or has other characters than letters, digits and `_`, or stands in both; if
   * a secret's ARN is none
   */
  secretOptions?: Secrets;
}

/** Makes a container the task's log router: others send to it by the log driver `awsfirelens`. */
export interface FirelensConfiguration {
  /**
   * Which log router the image has.
   * @throws if two containers are one
   */
  type: FirelensType;
  /**
   * What the router is told, e.g. `{ "enable-ecs-log-metadata": "true" }`.
   * @default {}
   * @throws by AWS alone, in the update
   */
  options?: Readonly<Record<string, string>>;
}

/** A container's environment variables, none of them secret; what is no text is written as one. */
export type Environment = Readonly<Record<string, pulumi.Input<string | number | boolean>>>;

/** What every container of a task may be told, beside its variables. */
export interface ContainerSettings {
  /**
   * Environment variables that ECS fills from Secrets Manager or Parameter Store whenever a task
   * starts; the execution role may read these secrets and no others.
   * @default {}
   * @throws if a name begins with a digit or has other characters than letters, digits and `_`, or stands in both; if
   * a secret's ARN is none
   */
  secrets?: Secrets;
  /**
   * What is run, or the arguments of `entryPoint`.
   * @default the image's
   * @throws if it is empty
   */
  command?: string[];
  /**
   * What is run, to which `command` is added.
   * @default the image's
   * @throws if it is empty
   */
  entryPoint?: string[];
  /**
   * Folder in which it is run: a path that begins with `/`.
   * @default the image's
   * @throws if it begins otherwise
   */
  workingDirectory?: string;
  /**
   * User that the processes run as: `1000`, `1000:1000`, `app` or `app:app`; the pack advises another than root.
   * @default the image's
   * @throws in another form
   */
  user?: string;
  /**
   * Whether nothing can be written but to volumes and `linuxParameters.tmpfs`. Not for a service's own container
   * together with `executeCommand`, which writes to the root.
   * @default false
   * @throws if it is true and `executeCommand` too
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
   * What the container has of Linux.
   * @default the platform's, but for `initProcessEnabled`
   */
  linuxParameters?: LinuxParameters;
  /**
   * Which of the task's volumes the container sees.
   * @default []
   */
  mountPoints?: MountPoint[];
  /**
   * Limits of the container's processes.
   * @default the image's and the platform's
   */
  ulimits?: Ulimit[];
  /**
   * Seconds that others wait for this one to come to what they depend on, 2 to 120.
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
   * @default awslogs, to the log group that comes with the task, in a stream of the container's own
   */
  logConfiguration?: LogConfiguration;
}

/** A container that runs beside the service's own in every task, without its variables. */
export interface SidecarSettings extends ContainerSettings {
  /**
   * Name, 1 to 255 letters, digits, `_` and `-`; another than the other containers'.
   * @throws if it has other characters, or another container has it
   */
  name: string;
  /**
   * Image, with a tag or digest.
   * @throws if it is text and no image's name
   */
  image: pulumi.Input<string>;
  /**
   * ARN of the image's private ECR repository; may be left out where `image` is plain text.
   * @default that which `image` names
   * @throws by AWS alone, in the update
   */
  repositoryArn?: pulumi.Input<string>;
  /**
   * Port that it listens on, 1 to 65535; another than the other containers', who share its address.
   * @default none: nobody sends to it
   * @throws outside the range; if another container has it
   */
  port?: number;
  /**
   * CPU units (1024 = one vCPU) that it has before others, 0 to those of the task.
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
   * Memory in MiB that is kept for it, 6 to `memory`.
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

/** A container that runs beside the service's own in every task, e.g. a proxy before it. */
export interface Sidecar extends SidecarSettings {
  /**
   * Environment variables of the container, none of them secret.
   * @default {}
   * @throws if a name begins with a digit or has other characters than letters, digits and `_`, or stands in both; if
   * a secret's ARN is none
   */
  environment?: Environment;
}

/** A file system of EFS. */
export interface EfsVolumeConfiguration {
  /**
   * `fs-…`; its mount targets must let the tasks' security group in on port 2049.
   * @throws if it is text and no such id
   */
  fileSystemId: pulumi.Input<string>;
  /**
   * Folder of it: a path that begins with `/`; not with `accessPointId`, which has its own.
   * @default "/"
   * @throws if it begins otherwise, or `accessPointId` is given too
   */
  rootDirectory?: string;
  /**
   * Id of an access point, `fsap-…`.
   * @default none
   * @throws if it is text and no such id
   */
  accessPointId?: pulumi.Input<string>;
  /**
   * Whether the task role must be allowed to mount it (`elasticfilesystem:ClientMount` in `taskPolicies`).
   * @default false
   */
  iam?: boolean;
}

/** A folder that containers of a task share by their `mountPoints`. */
export interface Volume {
  /**
   * 1 to 255 letters, digits, `_` and `-`.
   * @throws if it has other characters, or another volume has it
   */
  name: string;
  /**
   * The EFS file system that it is on; what goes there is encrypted in transit.
   * @default none: it is empty at first, and ends with its task
   */
  efsVolumeConfiguration?: EfsVolumeConfiguration;
}
