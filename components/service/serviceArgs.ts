import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import type { SchedulingStrategy } from "../cluster/capacity";
import type { TargetGroupSlot } from "../shared/targetGroupNames";
import type { Transform } from "../shared/transform";
import { type TaskArgs, taskSettings, type TaskTransform } from "../task/taskArgs";
import type { DeploymentPercents } from "./deployment";
import { type StrategyArgs, strategySettings } from "./deploymentStrategy";
import type { AutoscalingTransform, ScalingRules } from "./serviceAutoscaling";
import type { ServiceConnect } from "./serviceConnect";
import type { TargetGroupSettings } from "./targetGroupArgs";

/** Arguments of every service, whatever it runs on. */
export interface EcsServiceArgs extends TaskArgs {
  /**
   * Security groups whose members may reach the tasks, to the exclusion of all others, each under a short name that
   * must not change:
   * `{ alb: loadBalancer.securityGroupId }`. Services that call this one directly (Service Connect) belong in it too.
   * On a shared network it keeps others' tasks out.
   * @default none: the VPC's whole CIDR block may, the first tutorial's rule
   * @throws if it is empty, a name has characters other than letters, digits and `-`, or the service has no port
   */
  allowedSecurityGroups?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * ARN of the load balancer's listener that serves requests. The service gets a target group and a rule there.
   * @default none: a service that others reach by `serviceConnect` or `loadBalancers`, or a worker that nobody calls
   * @throws only from AWS, during the update
   */
  listenerArn?: pulumi.Input<string>;
  /**
   * ARN of the HTTP listener that redirects to it, if it serves HTTPS. The service gets a rule there too, which
   * redirects its HTTP requests: when the service moves from HTTP to HTTPS or back, one rule replaces the other without
   * a moment in which no rule matches. It counts towards the 100 rules of a load balancer.
   * @default none; the HTTP listener itself redirects requests that match no rule
   * @throws if it is the same as `listenerArn`, or there is no `listenerArn`
   */
  httpListenerArn?: pulumi.Input<string>;
  /**
   * Whether this update moves the service from one listener to another. If ECS or CodeDeploy chooses the target group,
   * the rule then forwards to `ownTargetGroup`, which must be the one with the tasks.
   * @default false
   */
  listenerMoves?: boolean;
  /**
   * Place of the service's rule on the listener, 1 (first) to 50000; no two rules share one. With a deployment strategy
   * other than ROLLING, the rule for test traffic also takes the place before it.
   * @default 50000, after every more specific rule
   * @throws outside the range; if another service of the program has the place; without a listener
   */
  priority?: number;
  /**
   * Paths whose requests the listener sends here, 1 to 5, with `*` and `?` as wildcards; each begins with `/` or `*`
   * and has at
   * most 128 characters.
   * @default ["*"]
   * @throws if there are more or none, or one is not such a path; without a listener
   */
  pathPatterns?: string[];
  /**
   * Hosts whose requests the listener sends here, with `*` and `?` as wildcards, e.g. `nginx.*`; each has a dot and at
   * most 128 characters; together with the paths at most 5.
   * @default [], any host
   * @throws if there are more, or one is not such a host; without a listener
   */
  hostHeaders?: string[];
  /**
   * Port that the container listens on, 1 to 65535; target group and security group follow it.
   * @default 80; none for a worker, which nobody calls
   * @throws outside the range
   */
  containerPort?: number;
  /**
   * Takes part in Service Connect: calls other services by name, and may be called by one.
   * @default none
   */
  serviceConnect?: ServiceConnect;
  /**
   * The container and port that get the load balancer's requests, if it is not the service's own container.
   * @default { containerName, containerPort }
   * @throws if the task has no such container, or the container no such port
   */
  target?: ServiceTarget;
  /**
   * Existing target groups in which tasks are also registered, e.g. those of an internal load balancer or of a Network
   * Load Balancer; with the service's own at most 5. Each must belong to a listener before the service is created: let
   * the component wait for that (`dependsOn`). Only with ROLLING by ECS.
   *
   * Source: Amazon ECS developer guide, "Registering multiple target groups with an Amazon ECS service".
   * @default []
   * @throws if there are more, one is listed twice, or the deployments move requests
   */
  loadBalancers?: ServiceLoadBalancer[];
  /**
   * How the service's own target group connects to the tasks and checks them; only with `listenerArn`.
   * @default HTTP/1.1, draining for 15 seconds, and a check every 10 seconds
   */
  targetGroup?: TargetGroupSettings;
  /**
   * Seconds after a task's start in which failed checks of a load balancer do not count, 0 to 2147483647; only with a
   * load balancer.
   * @default 30
   * @throws outside the range; without a load balancer
   */
  healthCheckGracePeriodSeconds?: number;
  /**
   * Number of tasks to keep running, 0 to 5000 (the quota of a service).
   * @default 1
   * @throws outside the range; if the instances have no room for so many
   */
  desiredCount?: number;
  /**
   * REPLICA keeps `desiredCount` tasks running, DAEMON one on each instance of the cluster.
   * @default "REPLICA"
   * @throws DAEMON without instances, or with CODE_DEPLOY
   */
  schedulingStrategy?: SchedulingStrategy;
  /**
   * How a new revision takes over from the old one: by which strategy, and within which limits.
   * @default rolling, between 100 and 200 percent
   */
  deployment?: DeploymentPercents & StrategyArgs;
  /**
   * Who deploys: ECS by rolling updates, or CodeDeploy, which then controls the task definition and the choice of
   * target group, so that updates of the stack do not change those.
   * @default "ECS"
   */
  deploymentController?: "ECS" | "CODE_DEPLOY";
  /**
   * Whether a pipeline deploys the service. It then decides which task definition runs, and updates of the stack
   * register new revisions without deploying them.
   * @default false
   */
  deployedByPipeline?: boolean;
  /**
   * Path that the load balancer requests to check a task's health; `targetGroup.healthCheck` has the other settings.
   * @default "/"; with gRPC "/AWS.ALB/healthcheck"
   * @throws if it does not start with a slash or is longer than 1024 characters; with gRPC if it is not a method;
   * without a listener
   */
  healthCheckPath?: string;
  /**
   * Which of two target groups is the service's own. With CodeDeploy and strategies that move requests, deployments
   * alternate between the two. A service that returns to `ROLLING` must use the one that has its tasks at that time, or
   * its requests fail until the other has some.
   * @default "first"
   */
  ownTargetGroup?: TargetGroupSlot;
  /**
   * Whether a `ROLLING` service still has its second target group. Needed in the update that returns to `ROLLING`, in
   * which the program takes the listener rule back from ECS or CodeDeploy. The next update can delete the group.
   * @default false
   */
  keepAlternateTargetGroup?: boolean;
  /**
   * Whether an update waits until the service's deployment has completed: at most 20 minutes, plus the time that its
   * strategy takes to move the requests. A deployment that is rolled back then fails the update with
   * ECS's reason; `pulumi up --refresh` tries again. Not for CODE_DEPLOY, whose deployments come later.
   * @default true
   */
  waitForSteadyState?: boolean;
  /**
   * Adjusts the number of tasks to the load, starting from `desiredCount`. Updates then do not change that number.
   * @default none
   */
  autoscaling?: ScalingRules;
  /**
   * Last part of the load balancer's ARN, for `autoscaling.requestsPerTarget`.
   * @default none: requests are not counted
   * @throws only from AWS, during the update
   */
  loadBalancerArnSuffix?: pulumi.Input<string>;
}

/** A container of the task, and a port of it. */
export interface ServiceTarget {
  /**
   * Name of the container.
   * @throws if the task has no such container
   */
  containerName: string;
  /**
   * The port, 1 to 65535.
   * @throws outside the range; if the container has another, or none
   */
  containerPort: number;
}

/** An existing target group in which a service's tasks are registered. */
export interface ServiceLoadBalancer {
  /**
   * ARN of the target group, whose targets are IP addresses (`targetType: "ip"`).
   * @throws if it is text but not a target group's ARN
   */
  targetGroupArn: pulumi.Input<string>;
  /**
   * The container that gets its requests.
   * @default that of `target`
   * @throws if the task has no such container
   */
  containerName?: string;
  /**
   * Port of it, 1 to 65535.
   * @default the container's own
   * @throws outside the range; if the container has another, or none
   */
  containerPort?: number;
}

/** Overrides for the arguments of each resource that a service consists of. */
export interface ServiceTransform extends TaskTransform {
  /** One for each port and each source that may reach it. */
  securityGroupIngressRule?: Transform<aws.vpc.SecurityGroupIngressRuleArgs>;
  /** `…-targets`, and if deployments move requests `…-targets-alternate`. */
  targetGroup?: Transform<aws.lb.TargetGroupArgs>;
  /** `…-rule` or `…-https-rule`, which serves; `…-rule`, which redirects; `…-test-rule` for test traffic. */
  listenerRule?: Transform<aws.lb.ListenerRuleArgs>;
  /** The role with which ECS moves requests. */
  infrastructureRole?: Transform<aws.iam.RoleArgs>;
  infrastructureRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
  service?: Transform<aws.ecs.ServiceArgs>;
  /** The resources that `autoscaling` creates. */
  autoscaling?: AutoscalingTransform;
}

export type ServiceSettings = ReturnType<typeof serviceSettings>;

/** What every step of building a service needs. */
export interface ServiceStep {
  /** Name of the component; children's names start with it. */
  name: string;
  settings: ServiceSettings & { transform?: ServiceTransform };
  parent: pulumi.Resource;
}

/** Fills in the defaults. `name` is the base of the physical names; its default differs between components. */
export function serviceSettings(args: EcsServiceArgs, name: string) {
  const schedulingStrategy = args.schedulingStrategy ?? "REPLICA";
  const daemon = schedulingStrategy === "DAEMON";
  const task = taskSettings(args, name);
  const desiredCount = args.desiredCount ?? 1;
  const containerPort = args.containerPort ?? (isCalled(args) ? 80 : undefined);
  const target =
    args.target ??
    (containerPort === undefined
      ? undefined
      : { containerName: task.containerName, containerPort });
  return {
    ...args,
    ...task,
    containerPort,
    listenerMoves: args.listenerMoves ?? false,
    priority: args.priority ?? 50000,
    pathPatterns: args.pathPatterns ?? ["*"],
    hostHeaders: args.hostHeaders ?? [],
    target,
    loadBalancers: (args.loadBalancers ?? []).map((given) => ({
      targetGroupArn: given.targetGroupArn,
      ...targetOf(given, target, task),
    })),
    desiredCount,
    schedulingStrategy,
    deployment: {
      ...strategySettings(args.deployment),
      minimumHealthyPercent: args.deployment?.minimumHealthyPercent ?? (daemon ? 0 : 100),
      maximumPercent: args.deployment?.maximumPercent ?? (daemon ? 100 : 200),
    },
    deploymentController: args.deploymentController ?? "ECS",
    deployedByPipeline: args.deployedByPipeline ?? false,
    autoscaling: args.autoscaling && {
      ...args.autoscaling,
      minCount: args.autoscaling.minCount ?? desiredCount,
    },
    ownTargetGroup: args.ownTargetGroup ?? "first",
    keepAlternateTargetGroup: args.keepAlternateTargetGroup ?? false,
    waitForSteadyState: args.waitForSteadyState ?? true,
    /** As given, for problems to report. */
    given: args,
  };
}

/** Whether the tasks receive requests. */
const isCalled = ({ listenerArn, loadBalancers = [], serviceConnect, target }: EcsServiceArgs) =>
  listenerArn !== undefined ||
  loadBalancers.length > 0 ||
  serviceConnect?.dnsName !== undefined ||
  target !== undefined;

/** The container and port of an additional target group; port 0 means that the container has none. */
function targetOf(
  { containerName, containerPort }: ServiceLoadBalancer,
  target: ServiceTarget | undefined,
  { containerName: ownName, sidecars }: ReturnType<typeof taskSettings>,
): ServiceTarget {
  const name = containerName ?? target?.containerName ?? ownName;
  const port =
    name === target?.containerName
      ? target.containerPort
      : sidecars.find((sidecar) => sidecar.name === name)?.port;
  return { containerName: name, containerPort: containerPort ?? port ?? 0 };
}
