import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { FargateCluster } from "../cluster/fargateCluster";
import type { Network } from "../network/network";
import type { Transform } from "../shared/transform";
import type { TaskArgs } from "../task/taskArgs";
import type { TaskRolesTransform } from "../task/taskRoles";

/** The limits between which ECS scales an Express service, and the metric that it scales by. */
export interface ExpressScaling {
  /**
   * Minimum number of tasks, 0 to `maxCount`.
   * @default 1
   * @throws outside the range
   */
  minCount?: number;
  /**
   * Maximum number of tasks, 1 to 5000.
   * @default 20
   * @throws outside the range
   */
  maxCount?: number;
  /**
   * Target for the average CPU, in percent of what the tasks reserve, 1 to 100.
   * @default 60, if no other metric is given
   * @throws outside the range; if `memory` or `requestsPerTarget` is also given
   */
  cpu?: number;
  /**
   * Target for the average memory, in percent of what the tasks reserve, 1 to 100; instead of `cpu`.
   * @default none: it scales by `cpu`
   * @throws outside the range; if `cpu` or `requestsPerTarget` is also given
   */
  memory?: number;
  /**
   * Target for the requests per minute to each task, 1 to 2147483647; instead of `cpu`.
   * @default none: it scales by `cpu`
   * @throws outside the range; if `cpu` or `memory` is also given
   */
  requestsPerTarget?: number;
}

/** What an Express service takes in any language. */
export interface ExpressServiceInputs extends Pick<
  TaskArgs,
  | "environment"
  | "logRetentionDays"
  | "repositoryArn"
  | "secrets"
  | "taskPolicies"
  | "taskPolicyArns"
> {
  /**
   * Base of the physical names of service, roles and log group; the stack is added.
   * @default "express"
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /** The cluster of the service. If it changes, the service is replaced. */
  cluster: FargateCluster;
  /** Network for the load balancer and the tasks: its public subnets, or with `internal` those for tasks. */
  network: Pick<Network, "publicSubnetIds" | "taskSubnetIds">;
  /**
   * Whether only the VPC can reach the service: its load balancer and its tasks are then in `network.taskSubnetIds`.
   * Express services in the same subnets share a load balancer, up to 25 of them.
   * @default false
   */
  internal?: boolean;
  /**
   * Region of the service and its log group, e.g. `ap-northeast-1`.
   * @throws only from AWS, during the update
   */
  region: string;
  /**
   * Image of the container, with a tag or digest; for X86_64, as all tasks of Express services are.
   * @throws if it is text but not an image's name
   */
  image: pulumi.Input<string>;
  /**
   * Port that the container listens on, 1 to 65535.
   * @default 80
   * @throws outside the range
   */
  containerPort?: number;
  /**
   * Path that must answer 200 for a task to be healthy; it starts with a slash.
   * @default "/", unlike ECS's own default /ping
   * @throws if it does not start with a slash
   */
  healthCheckPath?: string;
  /**
   * Command to run, or the arguments of the image's entry point.
   * @default the image's
   * @throws if it is empty
   */
  command?: string[];
  /**
   * CPU units of a task (1024 = one vCPU), a Fargate size of at most 4096.
   * @default 256
   * @throws if it is another
   */
  cpu?: number;
  /**
   * Memory of a task in MiB, one that Fargate offers for `cpu`, at most 8192. A task that needs more is killed.
   * @default 512
   * @throws if it is another
   */
  memory?: number;
  /** How many tasks there are. @default 1 to 20, by CPU */
  scaling?: ExpressScaling;
  /**
   * Security groups of the tasks in addition to the one that ECS creates, at most 4.
   * @default []
   * @throws if there are more
   */
  securityGroupIds?: pulumi.Input<string>[];
  /**
   * Whether an update waits until the service's deployment has completed, on AWS about ten minutes for a canary and at
   * most 30. A deployment that is rolled back then fails the update with ECS's reason; `pulumi up --refresh` tries
   * again.
   * @default true
   */
  waitForSteadyState?: boolean;
}

/** Overrides for the arguments of each resource that an Express service consists of. */
export interface ExpressServiceTransform extends TaskRolesTransform {
  service?: Transform<aws.ecs.ExpressGatewayServiceArgs>;
  logGroup?: Transform<aws.cloudwatch.LogGroupArgs>;
  /** The role with which ECS creates the load balancer and the rest. */
  infrastructureRole?: Transform<aws.iam.RoleArgs>;
  infrastructureRolePolicyAttachment?: Transform<aws.iam.RolePolicyAttachmentArgs>;
}

export interface ExpressServiceArgs extends ExpressServiceInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: ExpressServiceTransform;
}

export type ExpressSettings = ReturnType<typeof expressSettings>;

/** Fills in the defaults. */
export function expressSettings(args: ExpressServiceArgs) {
  return {
    ...args,
    name: args.name ?? "express",
    internal: args.internal ?? false,
    containerPort: args.containerPort ?? 80,
    healthCheckPath: args.healthCheckPath ?? "/",
    environment: args.environment ?? {},
    secrets: args.secrets ?? {},
    cpu: args.cpu ?? 256,
    memory: args.memory ?? 512,
    scaling: {
      ...args.scaling,
      minCount: args.scaling?.minCount ?? 1,
      maxCount: args.scaling?.maxCount ?? 20,
    },
    securityGroupIds: args.securityGroupIds ?? [],
    taskPolicies: args.taskPolicies ?? [],
    taskPolicyArns: args.taskPolicyArns ?? {},
    logRetentionDays: args.logRetentionDays ?? 30,
    waitForSteadyState: args.waitForSteadyState ?? true,
  };
}
