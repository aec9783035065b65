import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type BlueGreen, createAlternateTargetGroup, createBlueGreen } from "./blueGreen";
import type { SchedulingStrategy } from "./capacity";
import type { DeploymentPercents } from "./deployment";
import {
  shiftMinutes,
  shiftsTraffic,
  type StrategyArgs,
  strategyProblems,
  strategySettings,
} from "./deploymentStrategy";
import type { DeployTarget } from "./deployTarget";
import { takePriority } from "./listenerPriorities";
import { baseNameProblem } from "./names";
import type { Network } from "./network";
import { rangeProblem } from "./problems";
import { type ScalingRules, scalingProblems, ServiceAutoscaling } from "./serviceAutoscaling";
import {
  type ServiceConnect,
  serviceConnectConfiguration,
  serviceConnectProblems,
} from "./serviceConnect";
import { logGroupName, type ServiceCommands, serviceCommands, serviceName } from "./serviceNames";
import { createListenerRule, createSecurityGroup, createTargetGroup } from "./serviceTraffic";
import {
  containerProblems,
  createTaskDefinition,
  logConfiguration,
  type Sidecar,
  taskDefinitionTemplate,
  type TaskShape,
} from "./taskDefinition";
import { createTaskRoles } from "./taskRoles";
import { type Secrets, variableProblems } from "./taskSecrets";

/** What a service takes whatever it runs on. */
export interface EcsServiceArgs {
  /** Where the tasks start; its block is the only source that they accept requests from. */
  network: Pick<Network, "vpcId" | "vpcCidrBlock" | "taskSubnetIds" | "assignPublicIp">;
  /** ARN of the load balancer's listener. */
  listenerArn: pulumi.Input<string>;
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
    logRetentionDays: args.logRetentionDays ?? 30,
  };
}

/** What is wrong with the arguments that both kinds of service take. */
export function serviceProblems(component: string, settings: ServiceSettings) {
  const { schedulingStrategy, deploymentController, pathPatterns, hostHeaders } = settings;
  const daemon = schedulingStrategy === "DAEMON";
  return [
    baseNameProblem(settings.name),
    rangeProblem("containerPort", settings.containerPort, 1, 65535),
    ...containerProblems(settings),
    ...variableProblems(settings.environment, settings.secrets),
    ...serviceConnectProblems(settings.serviceConnect),
    rangeProblem("desiredCount", settings.desiredCount, 0, mostTasks),
    rangeProblem("priority", settings.priority, 1, 50000) ??
      takePriority(settings.listenerArn, settings.priority, component),
    rangeProblem("pathPatterns.length", pathPatterns.length, 1, 5),
    pathPatterns.length + hostHeaders.length > 5 && pathPatterns.length <= 5
      ? `pathPatterns and hostHeaders have ${pathPatterns.length + hostHeaders.length} values; a rule takes 5`
      : undefined,
    settings.healthCheckPath.startsWith("/")
      ? undefined
      : `healthCheckPath "${settings.healthCheckPath}" must start with /`,
    ...autoscalingProblems(settings),
    daemon && deploymentController === "CODE_DEPLOY"
      ? "DAEMON cannot be deployed by CODE_DEPLOY; use REPLICA or the deploymentController ECS"
      : undefined,
    ...strategyProblems(settings.deploymentArgs),
    ...(shiftsTraffic(settings.deployment) ? shiftProblems(component, settings) : []),
    daemon && settings.deployment.maximumPercent !== 100
      ? `maximumPercent ${settings.deployment.maximumPercent} with DAEMON: one task an instance is 100`
      : undefined,
  ];
}

/** What does not go with a deployment strategy that moves requests between two target groups. */
function shiftProblems(component: string, settings: ServiceSettings): (string | undefined)[] {
  const { strategy } = settings.deployment;
  const values = settings.pathPatterns.length + settings.hostHeaders.length;
  return [
    settings.deploymentController === "CODE_DEPLOY"
      ? `${strategy} is a strategy of the deploymentController ECS, not of CODE_DEPLOY`
      : undefined,
    settings.schedulingStrategy === "DAEMON"
      ? `${strategy} with DAEMON: an instance has no place for a second task; use ROLLING`
      : undefined,
    settings.priority === 1
      ? `priority 1 leaves ${strategy} no place before it for the rule of test traffic`
      : takePriority(settings.listenerArn, settings.priority - 1, `${component} (test traffic)`),
    values === 5
      ? `pathPatterns and hostHeaders have 5 values; with ${strategy} 4, for the rule of test traffic has one more`
      : undefined,
    settings.autoscaling?.requestsPerTarget === undefined
      ? undefined
      : `autoscaling.requestsPerTarget cannot follow ${strategy} from one target group to the other`,
  ];
}

function autoscalingProblems(settings: ServiceSettings): (string | undefined)[] {
  const { autoscaling, desiredCount, schedulingStrategy, deploymentController } = settings;
  if (!autoscaling) return [];
  if (schedulingStrategy === "DAEMON") {
    return [
      "autoscaling with DAEMON: the number of tasks is that of the instances; scale the cluster",
    ];
  }
  return [
    ...scalingProblems(autoscaling, settings.loadBalancerArnSuffix !== undefined),
    desiredCount > autoscaling.maxCount
      ? `desiredCount ${desiredCount} is more than autoscaling.maxCount ${autoscaling.maxCount}`
      : undefined,
    autoscaling.requestsPerTarget !== undefined && deploymentController === "CODE_DEPLOY"
      ? "autoscaling.requestsPerTarget cannot follow CODE_DEPLOY from one target group to the other"
      : undefined,
  ];
}

/** What a service runs on, and how it asks for it. */
export interface ServicePlan {
  cluster: { arn: pulumi.Input<string>; name: string };
  task: TaskShape;
  /** Bases of the roles' names. */
  roles: { executionRoleName: string; taskRoleName: string };
  /** The part of the service's arguments in which Fargate and instances differ. */
  capacity: Pick<
    aws.ecs.ServiceArgs,
    | "launchType"
    | "capacityProviderStrategies"
    | "forceNewDeployment"
    | "schedulingStrategy"
    | "orderedPlacementStrategies"
    | "placementConstraints"
  >;
  /** Whether tasks get a public address, which only Fargate can give. */
  assignPublicIp: boolean;
  /** What must be there before the first task and until the last is gone. */
  dependsOn: pulumi.Resource[];
}

export interface EcsServiceParts {
  service: aws.ecs.Service;
  logGroup: aws.cloudwatch.LogGroup;
  deployTarget: DeployTarget;
  commands: ServiceCommands;
}

/**
 * Builds a service from its task definition to its listener rule: the tutorials' steps in their
 * order, the same for Fargate and for instances.
 */
export function createEcsService(step: Step, plan: ServicePlan): EcsServiceParts {
  const { name, settings, parent } = step;
  const logGroup = createLogGroup(step);
  const roles = createTaskRoles(
    name,
    { ...settings, ...plan.roles, logGroupArn: logGroup.arn },
    parent,
  );
  const taskDefinition = createTaskDefinition(step, plan.task, roles, logGroup);
  const securityGroup = createSecurityGroup(step);
  const targetGroup = createTargetGroup(step);
  const byEcs = shiftsTraffic(settings.deployment);
  const byCodeDeploy = settings.deploymentController === "CODE_DEPLOY";
  const alternate = byEcs || byCodeDeploy ? createAlternateTargetGroup(step) : undefined;
  const listenerRule = createListenerRule(step, targetGroup, byEcs ? alternate : undefined);
  const blueGreen =
    alternate && byEcs
      ? createBlueGreen(step, { targetGroup, alternate }, listenerRule)
      : undefined;
  const service = createService(step, plan, {
    taskDefinition,
    securityGroup,
    targetGroup,
    blueGreen,
    // The first tutorial's depends_on: a target group must hang on a listener before a service may use it.
    // And tasks need their permissions for as long as they run.
    dependsOn: [
      listenerRule,
      ...(blueGreen?.dependsOn ?? []),
      ...roles.policies,
      ...plan.dependsOn,
    ],
  });
  createAutoscaling(step, plan, service, targetGroup);
  return {
    service,
    logGroup,
    deployTarget: {
      clusterName: plan.cluster.name,
      serviceName: serviceName(settings),
      serviceArn: service.arn,
      service,
      taskDefinition,
      template: taskDefinitionTemplate(taskDefinition, settings.containerName),
      roleArns: [roles.executionRole.arn, roles.taskRole.arn],
      imageContainer: settings.containerName,
      shiftMinutes: shiftMinutes(settings.deployment),
      codeDeploy:
        alternate && byCodeDeploy
          ? {
              listenerArn: settings.listenerArn,
              ruleArn: listenerRule.arn,
              targetGroupNames: [targetGroup.name, alternate.name],
              target: settings.target,
            }
          : undefined,
    },
    commands: serviceCommands(settings, plan.cluster.name),
  };
}

function createLogGroup({ name, settings, parent }: Step): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { name: logGroupName(settings), retentionInDays: settings.logRetentionDays },
    { parent },
  );
}

interface ServiceParts {
  taskDefinition: aws.ecs.TaskDefinition;
  securityGroup: aws.ec2.SecurityGroup;
  targetGroup: aws.lb.TargetGroup;
  blueGreen: BlueGreen | undefined;
  dependsOn: pulumi.Resource[];
}

function createService(
  { name, settings, parent }: Step,
  plan: ServicePlan,
  parts: ServiceParts,
): aws.ecs.Service {
  const daemon = settings.schedulingStrategy === "DAEMON";
  return new aws.ecs.Service(
    `${name}-service`,
    {
      name: serviceName(settings),
      cluster: plan.cluster.arn,
      taskDefinition: parts.taskDefinition.arn,
      ...plan.capacity,
      desiredCount: daemon ? undefined : settings.desiredCount,
      networkConfiguration: {
        subnets: settings.network.taskSubnetIds,
        securityGroups: [parts.securityGroup.id],
        assignPublicIp: plan.assignPublicIp,
      },
      loadBalancers: [
        {
          targetGroupArn: parts.targetGroup.arn,
          ...settings.target,
          advancedConfiguration: parts.blueGreen?.advancedConfiguration,
        },
      ],
      serviceConnectConfiguration: serviceConnect(settings),
      ...deployment(settings),
      healthCheckGracePeriodSeconds: 30,
      enableExecuteCommand: settings.executeCommand,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      ...settings.transform?.service,
    },
    {
      parent,
      dependsOn: parts.dependsOn,
      ignoreChanges: ownedByOthers(settings),
      // Two services of one name cannot stand beside each other while one replaces the other.
      deleteBeforeReplace: true,
      customTimeouts: { delete: "10m" },
    },
  );
}

function serviceConnect(settings: ServiceSettings) {
  const { containerPort } = settings;
  const logs = logConfiguration(settings, "service-connect");
  return (
    settings.serviceConnect &&
    serviceConnectConfiguration(settings.serviceConnect, containerPort, logs)
  );
}

function createAutoscaling(
  { name, settings, parent }: Step,
  { cluster }: ServicePlan,
  service: aws.ecs.Service,
  targetGroup: aws.lb.TargetGroup,
): void {
  if (!settings.autoscaling) return;
  new ServiceAutoscaling(
    `${name}-autoscaling`,
    {
      ...settings.autoscaling,
      clusterName: cluster.name,
      serviceName: service.name,
      loadBalancerArnSuffix: settings.loadBalancerArnSuffix,
      targetGroupArnSuffix: targetGroup.arnSuffix,
    },
    { parent },
  );
}

function deployment(settings: ServiceSettings): Partial<aws.ecs.ServiceArgs> {
  if (settings.deploymentController === "CODE_DEPLOY") {
    return { deploymentController: { type: "CODE_DEPLOY" } };
  }
  const { minimumHealthyPercent, maximumPercent, alarms } = settings.deployment;
  return {
    deploymentConfiguration: deploymentConfiguration(settings),
    deploymentMinimumHealthyPercent: minimumHealthyPercent,
    deploymentMaximumPercent: settings.schedulingStrategy === "DAEMON" ? undefined : maximumPercent,
    deploymentCircuitBreaker: { enable: true, rollback: true },
    alarms: alarms.length === 0 ? undefined : { alarmNames: alarms, enable: true, rollback: true },
  };
}

/** ROLLING is said too: left out, a service that had another strategy would keep it. */
function deploymentConfiguration({
  deployment: { strategy, bakeTimeInMinutes, canary, linear },
}: ServiceSettings): aws.types.input.ecs.ServiceDeploymentConfiguration {
  if (strategy === "ROLLING") return { strategy };
  return {
    strategy,
    bakeTimeInMinutes: String(bakeTimeInMinutes),
    canaryConfiguration:
      strategy === "CANARY"
        ? {
            canaryPercent: canary.percent,
            canaryBakeTimeInMinutes: String(canary.bakeTimeInMinutes),
          }
        : undefined,
    linearConfiguration:
      strategy === "LINEAR"
        ? {
            stepPercent: linear.stepPercent,
            stepBakeTimeInMinutes: String(linear.stepBakeTimeInMinutes),
          }
        : undefined,
  };
}

/** Arguments that something else changes while the service runs, which updates must not undo. */
function ownedByOthers(settings: ServiceSettings): string[] {
  const byCodeDeploy = settings.deploymentController === "CODE_DEPLOY";
  return [
    ...(settings.autoscaling ? ["desiredCount"] : []),
    ...(settings.deployedByPipeline || byCodeDeploy ? ["taskDefinition"] : []),
    ...(byCodeDeploy ? ["loadBalancers"] : []),
  ];
}
