import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { Network } from "../network/network";
import type { PolicyStatement } from "../shared/policyStatement";
import type { Transform } from "../shared/transform";
import type { ContainerSettings, Environment, Sidecar, Volume } from "./containerArgs";
import type { TaskRolesTransform } from "./taskRoles";

/** A destination to which a task may open connections: a port of a CIDR block, or of a security group's members. */
export interface Egress {
  /**
   * Port of the destination, 1 to 65535.
   * @throws outside the range
   */
  port: number;
  /** Protocol of the connections. @default "tcp"
   */
  protocol?: "tcp" | "udp";
  /**
   * IPv4 block of the destination, in CIDR notation. Not together with `securityGroupId`.
   * @default "0.0.0.0/0": everywhere
   * @throws if it is text but not such a block, or `securityGroupId` is also given
   */
  cidrIpv4?: pulumi.Input<string>;
  /**
   * Security group of the destination.
   * @default none
   * @throws if `cidrIpv4` is also given
   */
  securityGroupId?: pulumi.Input<string>;
}

/** Arguments of every task, whether a service keeps it running or not. */
export interface TaskArgs extends ContainerSettings {
  /** Network in which the tasks start. */
  network: Pick<Network, "vpcId" | "vpcCidrBlock" | "taskSubnetIds" | "assignPublicIp">;
  /**
   * Additional security groups of the tasks, e.g. one that other services name in `allowedSecurityGroups`.
   * @default []
   * @throws only from AWS, during the update
   */
  securityGroupIds?: pulumi.Input<string>[];
  /**
   * Destinations to which the tasks may open connections, each under a short name that must not change:
   * `{ https: { port: 443 }, database: { port: 5432, securityGroupId } }`. On Fargate this must include port 443, for
   * images, logs and secrets, and port 2049 for EFS volumes. The VPC's own DNS is always reachable.
   *
   * Source: Amazon VPC user guide, "Control traffic to your AWS resources using security groups".
   * @default everything, everywhere
   * @throws if a port that Fargate needs is missing, or a name has characters other than letters, digits and `-`
   */
  egress?: Readonly<Record<string, Egress>>;
  /**
   * Region of the log group, for the log driver, e.g. `ap-northeast-1`.
   * @throws only from AWS, during the update
   */
  region: string;
  /**
   * Image of the container, with a tag or digest.
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
   * Name of the task's own container, 1 to 255 letters, digits, `_` and `-`.
   * @default "nginx"
   * @throws if it has other characters, or another container has it
   */
  containerName?: string;
  /**
   * Environment variables of the task's own container, none of them secret.
   * @default {}
   * @throws if a name begins with a digit or has other characters than letters, digits and `_`, or appears in both; if
   * a secret's ARN is invalid
   */
  environment?: Environment;
  /**
   * CPU units (1024 = one vCPU) guaranteed to the task's own container, 0 to those of the task.
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
   * Memory in MiB that is reserved for the own container, 6 to `containerMemory`.
   * @default `containerMemory`
   * @throws if it is less or more, or the containers' are more than the task's
   */
  containerMemoryReservation?: number;
  /**
   * Additional containers of the task.
   * @default []
   * @throws if there are more than nine
   */
  sidecars?: Sidecar[];
  /**
   * Folders that the containers share through their `mountPoints`.
   * @default []
   */
  volumes?: Volume[];
  /**
   * Permissions of the code in the containers, as statements of the task role's own policy. For permissions that depend
   * on later resources, use the output `taskRole`.
   * @default []
   */
  taskPolicies?: PolicyStatement[];
  /**
   * ARNs of additional policies of the task role, at most 10, each under a short name that must not change:
   * `{ xray: "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess" }`.
   * @default {}
   * @throws if there are more, a name has characters other than letters, digits and `-`, or one is text but not a
   * policy's ARN
   */
  taskPolicyArns?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Whether `aws ecs execute-command` may open a shell in a task.
   * @default true, unless the own container has `readonlyRootFilesystem`
   * @throws if both it and `readonlyRootFilesystem` are true
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

/** Overrides for the arguments of each resource that a task consists of. */
export interface TaskTransform extends TaskRolesTransform {
  logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
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

/** Fills in the defaults. `name` is the base of the physical names; its default differs between components. */
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
