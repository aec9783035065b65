import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { SchedulingStrategy } from "../cluster/capacity";
import type { Network } from "../network/network";
import type { TargetGroupSlot } from "../shared/targetGroupNames";
import type { DeploymentPercents } from "./deployment";
import { type StrategyArgs, strategySettings } from "./deploymentStrategy";
import type { ScalingRules } from "./serviceAutoscaling";
import type { ServiceConnect } from "./serviceConnect";
import type { Secrets } from "./taskSecrets";

/** A container that runs beside the service's own in every task, e.g. a proxy before it. */
export interface Sidecar {
  /** Name, another than the other containers'. */
  name: string;
  /** Image, with a tag or digest. */
  image: string;
  /** Port that it listens on, 1 to 65535; another than the other containers', who share its address. */
  port?: number;
  /**
   * Hard limit of its memory in MiB.
   * @default 128
   */
  memory?: number;
  /**
   * Whether the task ends when it does.
   * @default true
   */
  essential?: boolean;
}

/** What a service takes whatever it runs on. */
export interface EcsServiceArgs {
  /** Where the tasks start. */
  network: Pick<Network, "vpcId" | "vpcCidrBlock" | "taskSubnetIds" | "assignPublicIp">;
  /**
   * Security groups whose members alone may send to the tasks, by a short name each that stays with it:
   * `{ alb: loadBalancer.securityGroupId }`. Services that call this one directly (Service Connect) belong in it
   * too. On a network that others use it keeps their tasks out.
   * @default none: the whole block of the VPC may, the first tutorial's rule
   */
  allowedSecurityGroups?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Further security groups of the tasks, e.g. one that other services name in `allowedSecurityGroups`.
   * @default []
   */
  securityGroupIds?: pulumi.Input<string>[];
  /** ARN of the load balancer's listener that serves. */
  listenerArn: pulumi.Input<string>;
  /**
   * ARN of the HTTP listener that leads to it, where it serves HTTPS. The service gets a rule there too, which
   * redirects what was its own over HTTP: from HTTP to HTTPS and back, a rule then gives way to another without a
   * request in between that nobody takes. It counts towards the 100 rules of a load balancer.
   * @default none; what no rule takes is redirected by the HTTP listener itself
   */
  httpListenerArn?: pulumi.Input<string>;
  /**
   * Whether this update moves the service from one listener to another. Where ECS or CodeDeploy chooses the target
   * group, the rule then forwards to `ownTargetGroup`, which must be the one with the tasks.
   * @default false
   */
  listenerMoves?: boolean;
  /**
   * Place of the service's rule on the listener, 1 (first) to 50000; no two rules share one. With a
   * deployment strategy other than ROLLING the place before it is taken too, by the rule for test
   * traffic.
   * @default 50000, after every rule that is more particular
   */
  priority?: number;
  /**
   * Paths that the listener sends here, 1 to 5, with `*` and `?` as wildcards.
   * @default ["*"]
   */
  pathPatterns?: string[];
  /**
   * Hosts that the listener sends here, with `*` and `?` as wildcards, e.g. `nginx.*`; with the
   * paths at most 5.
   * @default [], any host
   */
  hostHeaders?: string[];
  /** Region of the log group, as the log driver must be told, e.g. `ap-northeast-1`. */
  region: string;
  /** Image of the container, with a tag or digest. */
  image: pulumi.Input<string>;
  /** ARN of the image's private ECR repository; may be left out where `image` is plain text. */
  repositoryArn?: pulumi.Input<string>;
  /** @default "nginx" */
  containerName?: string;
  /**
   * Port that the container listens on, 1 to 65535; target group and security group follow it.
   * @default 80
   */
  containerPort?: number;
  /**
   * Environment variables of the service's own container, none of them secret.
   * @default {}
   */
  environment?: Readonly<Record<string, string>>;
  /**
   * Environment variables that ECS fills from Secrets Manager or Parameter Store whenever a task
   * starts; the execution role may read these secrets and no others.
   * @default {}
   */
  secrets?: Secrets;
  /**
   * Takes part in Service Connect: calls other services by name, and may be called by one.
   * @default none
   */
  serviceConnect?: ServiceConnect;
  /**
   * Containers beside the service's own.
   * @default []
   */
  sidecars?: Sidecar[];
  /**
   * The container and its port that get the load balancer's requests, if it is not the service's
   * own.
   * @default { containerName, containerPort }
   */
  target?: { containerName: string; containerPort: number };
  /**
   * Number of tasks to keep running, 0 to 5000 (the quota of a service).
   * @default 1
   */
  desiredCount?: number;
  /**
   * REPLICA keeps `desiredCount` tasks running, DAEMON one on each instance of the cluster.
   * @default "REPLICA"
   */
  schedulingStrategy?: SchedulingStrategy;
  /** How a new revision takes over from the old one: by which strategy, and within which limits. */
  deployment?: DeploymentPercents & StrategyArgs;
  /**
   * Who deploys: ECS by rolling updates, or CodeDeploy, which then owns the task definition and the
   * choice of target group, so that updates of the stack leave those alone.
   * @default "ECS"
   */
  deploymentController?: "ECS" | "CODE_DEPLOY";
  /**
   * Whether a pipeline deploys the service. It then owns which task definition runs, and updates of
   * the stack register new revisions without running them.
   * @default false
   */
  deployedByPipeline?: boolean;
  /**
   * Path that must answer 200 for a task to be healthy.
   * @default "/"
   */
  healthCheckPath?: string;
  /**
   * Whether `aws ecs execute-command` may open a shell in a task.
   * @default true
   */
  executeCommand?: boolean;
  /**
   * Which of two target groups is the service's own; the other is for the tasks of every other deployment, under
   * strategies that move requests and CodeDeploy. A service that goes back to `ROLLING` takes the one that has
   * its tasks then, or its requests fail until the other has some.
   * @default "first"
   */
  ownTargetGroup?: TargetGroupSlot;
  /**
   * Whether a `ROLLING` service still has its second target group: in the update that goes back to `ROLLING`, in which
   * the listener rule, which ECS or CodeDeploy wrote so far, becomes the program's again. The next one lets go of it.
   * @default false
   */
  keepAlternateTargetGroup?: boolean;
  /**
   * Whether an update waits until the service's deployment has completed: at most 20 minutes and those that
   * its strategy takes to move the requests. A deployment that is rolled back then fails the update with
   * ECS's reason; `pulumi up --refresh` tries again. Not for CODE_DEPLOY, whose deployments come later.
   * @default true
   */
  waitForSteadyState?: boolean;
  /**
   * Days that logs are kept, a value that CloudWatch Logs offers.
   * @default 30
   */
  logRetentionDays?: number;
  /**
   * Lets the load choose the number of tasks, from `desiredCount` on. Updates then leave that
   * number alone.
   * @default none
   */
  autoscaling?: ScalingRules;
  /** Last part of the load balancer's ARN, for `autoscaling.requestsPerTarget`. */
  loadBalancerArnSuffix?: pulumi.Input<string>;
  /** The last word on the service's arguments, for what this component does not offer. */
  transform?: { service?: Partial<aws.ecs.ServiceArgs> };
}

/** The largest desired count of a service, an ECS quota. */
export const mostTasks = 5000;

export type ServiceSettings = ReturnType<typeof serviceSettings>;

/** What every step of building a service needs. */
export interface Step {
  /** Name of the component; children's names start with it. */
  name: string;
  settings: ServiceSettings;
  parent: pulumi.Resource;
}

/** Fills in the defaults. `name` is the base of the physical names, which each component has its own of. */
export function serviceSettings(args: EcsServiceArgs, name: string) {
  const schedulingStrategy = args.schedulingStrategy ?? "REPLICA";
  const daemon = schedulingStrategy === "DAEMON";
  const containerName = args.containerName ?? "nginx";
  const containerPort = args.containerPort ?? 80;
  const desiredCount = args.desiredCount ?? 1;
  return {
    ...args,
    name,
    securityGroupIds: args.securityGroupIds ?? [],
    listenerMoves: args.listenerMoves ?? false,
    priority: args.priority ?? 50000,
    pathPatterns: args.pathPatterns ?? ["*"],
    hostHeaders: args.hostHeaders ?? [],
    containerName,
    containerPort,
    environment: args.environment ?? {},
    secrets: args.secrets ?? {},
    sidecars: args.sidecars ?? [],
    target: args.target ?? { containerName, containerPort },
    desiredCount,
    schedulingStrategy,
    deployment: {
      ...strategySettings(args.deployment),
      minimumHealthyPercent: args.deployment?.minimumHealthyPercent ?? (daemon ? 0 : 100),
      maximumPercent: args.deployment?.maximumPercent ?? (daemon ? 100 : 200),
    },
    /** As given, for what must be told of it. */
    deploymentArgs: args.deployment,
    deploymentController: args.deploymentController ?? "ECS",
    deployedByPipeline: args.deployedByPipeline ?? false,
    healthCheckPath: args.healthCheckPath ?? "/",
    autoscaling: args.autoscaling && {
      ...args.autoscaling,
      minCount: args.autoscaling.minCount ?? desiredCount,
    },
    executeCommand: args.executeCommand ?? true,
    ownTargetGroup: args.ownTargetGroup ?? "first",
    keepAlternateTargetGroup: args.keepAlternateTargetGroup ?? false,
    waitForSteadyState: args.waitForSteadyState ?? true,
    logRetentionDays: args.logRetentionDays ?? 30,
  };
}
