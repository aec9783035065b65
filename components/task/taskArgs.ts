import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { Network } from "../network/network";
import type { PolicyStatement } from "../shared/policyStatement";
import type { Transform } from "../shared/transform";
import type { ContainerSettings, Environment, Sidecar, Volume } from "./containerArgs";

/** Whom a task may open connections to: a port of a block of addresses, or of a security group's members. */
export interface Egress {
  /**
   * Port that they listen on, 1 to 65535.
   * @throws outside the range
   */
  port: number;
  /**
   * What is spoken there.
   * @default "tcp"
   */
  protocol?: "tcp" | "udp";
  /**
   * IPv4 block of those it may reach, in CIDR notation. Not together with `securityGroupId`.
   * @default "0.0.0.0/0": everywhere
   * @throws if it is text and no such block, or `securityGroupId` is given too
   */
  cidrIpv4?: pulumi.Input<string>;
  /**
   * Security group of those it may reach.
   * @default none
   * @throws if `cidrIpv4` is given too
   */
  securityGroupId?: pulumi.Input<string>;
}

/** What every task takes, whether a service keeps it running or not. */
export interface TaskArgs extends ContainerSettings {
  /** Where the tasks start. */
  network: Pick<Network, "vpcId" | "vpcCidrBlock" | "taskSubnetIds" | "assignPublicIp">;
  /**
   * Further security groups of the tasks, e.g. one that other services name in `allowedSecurityGroups`.
   * @default []
   * @throws by AWS alone, in the update
   */
  securityGroupIds?: pulumi.Input<string>[];
  /**
   * What the tasks may open connections to, by a short name each that stays with it:
   * `{ https: { port: 443 }, database: { port: 5432, securityGroupId } }`. On Fargate port 443 must be among it, by which
   * images, logs and secrets go, and port 2049 for volumes of EFS. The VPC's own DNS is never in the way.
   *
   * Source: Amazon VPC user guide, "Control traffic to your AWS resources using security groups".
   * @default everything, everywhere
   * @throws if a port that Fargate needs is missing, or a name has other characters than letters, digits and `-`
   */
  egress?: Readonly<Record<string, Egress>>;
  /**
   * Region of the log group, as the log driver must be told, e.g. `ap-northeast-1`.
   * @throws by AWS alone, in the update
   */
  region: string;
  /**
   * Image of the container, with a tag or digest.
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
   * Name of the task's own container, 1 to 255 letters, digits, `_` and `-`.
   * @default "nginx"
   * @throws if it has other characters, or another container has it
   */
  containerName?: string;
  /**
   * Environment variables of the task's own container, none of them secret.
   * @default {}
   * @throws if a name begins with a digit or has other characters than letters, digits and `_`, or stands in both; if
   * a secret's ARN is none
   */
  environment?: Environment;
  /**
   * CPU units (1024 = one vCPU) that the task's own container has before others, 0 to those of the task.
   * @default 0
   * @throws if it is negative, or the containers' are more than the task's
   */
  containerCpu?: number;
  /**
   * Hard limit of the own container's memory in MiB, at least 6. A container that needs more is killed.
   * @default on Fargate the task's, on instances 128
   * @throws if it is less, or more than the task's
   */
  containerMemory?: number;
  /**
   * Memory in MiB that is kept for the own container, 6 to `containerMemory`.
   * @default `containerMemory`
   * @throws if it is less or more, or the containers' are more than the task's
   */
  containerMemoryReservation?: number;
  /**
   * Containers beside the task's own.
   * @default []
   * @throws if there are more than nine
   */
  sidecars?: Sidecar[];
  /**
   * Folders that the containers share by their `mountPoints`.
   * @default []
   */
  volumes?: Volume[];
  /**
   * What the code in the containers may do in AWS, as statements of the task role's own policy. `taskRole` is there for
   * what only later resources know.
   * @default []
   */
  taskPolicies?: PolicyStatement[];
  /**
   * ARNs of policies that the task role gets besides, at most 10, by a short name each that stays with it:
   * `{ xray: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess" }`.
   * @default {}
   * @throws if there are more, a name has other characters than letters, digits and `-`, or one is text and no
   * policy's ARN
   */
  taskPolicyArns?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Whether `aws ecs execute-command` may open a shell in a task.
   * @default true, unless the own container has `readonlyRootFilesystem`
   * @throws if it is true and `readonlyRootFilesystem` too
   */
  executeCommand?: boolean;
  /**
   * Days that logs are kept, a value that CloudWatch Logs offers.
   * @default 30
   * @throws if it is not one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192,
   * 2557, 2922, 3288 and 3653
   */
  logRetentionDays?: number;
}

/** The last word on the arguments of each resource that a task consists of. */
export interface TaskTransform {
  logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
  executionRole?: Transform<aws.iam.RoleArgs>;
  /** `…-execution-logs`, and where there is something to read `…-execution-pull` and `…-execution-secrets`. */
  executionRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
  taskRole?: Transform<aws.iam.RoleArgs>;
  /** `…-task-exec` of `executeCommand` and `…-task-policies` of `taskPolicies`. */
  taskRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
  /** One for each of `taskPolicyArns`. */
  taskRolePolicyAttachment?: Transform<aws.iam.RolePolicyAttachmentArgs>;
  taskDefinition?: Transform<aws.ecs.TaskDefinitionArgs>;
  securityGroup?: Transform<aws.ec2.SecurityGroupArgs>;
  /** `…-ecs-out`, or with `egress` one `…-ecs-to-NAME` for each. */
  securityGroupEgressRule?: Transform<aws.vpc.SecurityGroupEgressRuleArgs>;
}

export type TaskSettings = ReturnType<typeof taskSettings>;

/** What every step of building a task needs. */
export interface TaskStep {
  /** Name of the component; children's names start with it. */
  name: string;
  settings: TaskSettings & { transform?: TaskTransform };
  parent: pulumi.Resource;
}

/** Fills in the defaults. `name` is the base of the physical names, which each component has its own of. */
export function taskSettings(args: TaskArgs, name: string) {
  return {
    ...args,
    name,
    securityGroupIds: args.securityGroupIds ?? [],
    containerName: args.containerName ?? "nginx",
    environment: args.environment ?? {},
    secrets: args.secrets ?? {},
    sidecars: args.sidecars ?? [],
    volumes: args.volumes ?? [],
    taskPolicies: args.taskPolicies ?? [],
    taskPolicyArns: args.taskPolicyArns ?? {},
    executeCommand: args.executeCommand ?? args.readonlyRootFilesystem !== true,
    logRetentionDays: args.logRetentionDays ?? 30,
  };
}
