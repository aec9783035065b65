import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { transformed } from "../shared/transform";
import { createTask } from "../task/task";
import { taskDefinitionTemplate, type TaskShape } from "../task/taskDefinition";
import { logTarget } from "../task/logGroup";
import type { TaskRoles } from "../task/taskRoles";
import { awslogs } from "../task/containers";
import { shiftMinutes } from "./deploymentStrategy";
import type { DeployTarget } from "./deployTarget";
import { createRequestPath, type RequestPath } from "./requestPath";
import type { ServiceSettings, ServiceStep } from "./serviceArgs";
import { ServiceAutoscaling } from "./serviceAutoscaling";
import { namedPort, serviceConnectConfiguration } from "./serviceConnect";
import { type ServiceCommands, serviceCommands, serviceName } from "./serviceNames";
import { createSecurityGroup } from "./serviceTraffic";

/** What a service runs on, and how it requests that. */
export interface ServicePlan {
  cluster: { arn: pulumi.Input<string>; name: string };
  task: Omit<TaskShape, "port">;
  /** Base names of the roles. */
  roles: { executionRoleName: string; taskRoleName: string };
  /** The part of the service's arguments in which Fargate and instances differ. */
  capacity: Pick<
    aws.ecs.ServiceArgs,
    | "launchType"
    | "capacityProviderStrategies"
    | "schedulingStrategy"
    | "orderedPlacementStrategies"
    | "placementConstraints"
  >;
  /** Whether tasks get a public address, which only Fargate supports. */
  assignPublicIp: boolean;
  /** What must exist before the first task and until the last is gone. */
  dependsOn: pulumi.Resource[];
}

export interface EcsServiceParts {
  service: aws.ecs.Service;
  logGroup: aws.cloudwatch.LogGroup;
  taskRole: aws.iam.Role;
  securityGroup: aws.ec2.SecurityGroup;
  /** How the listener's requests reach the tasks; missing without a listener. */
  requestPath: RequestPath | undefined;
  deployTarget: DeployTarget;
  commands: ServiceCommands;
}

/**
 * Builds a service from its task definition to its listener rule: the tutorials' steps in their
 * order, the same for Fargate and for instances.
 */
// #region steps
export function createEcsService(step: ServiceStep, plan: ServicePlan): EcsServiceParts {
  const { settings } = step;
  const port = ownPort(settings);
  const { logGroup, roles, taskDefinition } = createTask(step, { ...plan.task, port }, plan.roles);
  const { securityGroup, ingress } = createSecurityGroup(step);
  const requestPath = createRequestPath(step);
  const service = createService(step, plan, {
    taskDefinition,
    securityGroup,
    requestPath,
    // The first tutorial's depends_on: a target group must belong to a listener before a service may use it.
    // Also, tasks need their permissions for as long as they run.
    dependsOn: [
      ...(requestPath?.dependsOn ?? []),
      ...ingress,
      ...roles.policies,
      ...plan.dependsOn,
    ],
  });
  createAutoscaling(step, plan, service, requestPath);
  return {
    service,
    logGroup,
    taskRole: roles.taskRole,
    securityGroup,
    requestPath,
    deployTarget: deployTargetOf(step, plan, { service, taskDefinition, roles, requestPath }),
    commands: serviceCommands(settings, plan.cluster.name),
  };
}
// #endregion

function ownPort({ containerPort, serviceConnect }: ServiceSettings): TaskShape["port"] {
  return containerPort === undefined ? undefined : { containerPort, ...namedPort(serviceConnect) };
}

function deployTargetOf(
  { settings }: ServiceStep,
  plan: ServicePlan,
  {
    service,
    taskDefinition,
    roles,
    requestPath,
  }: {
    service: aws.ecs.Service;
    taskDefinition: aws.ecs.TaskDefinition;
    roles: TaskRoles;
    requestPath: RequestPath | undefined;
  },
): DeployTarget {
  return {
    clusterName: plan.cluster.name,
    serviceName: serviceName(settings),
    serviceArn: service.arn,
    service,
    taskDefinition,
    template: taskDefinitionTemplate(taskDefinition, {
      containerName: settings.containerName,
      hasVolumes: settings.volumes.length > 0 || settings.transform?.taskDefinition !== undefined,
    }),
    roleArns: [roles.executionRole.arn, roles.taskRole.arn],
    imageContainer: settings.containerName,
    cpuArchitecture: plan.task.cpuArchitecture,
    leavesTaskDefinition: ownedByOthers(settings).includes("taskDefinition"),
    shiftMinutes: shiftMinutes(settings.deployment),
    codeDeploy: requestPath?.codeDeploy,
  };
}

/** How long tasks may take to start and become healthy, before requests move to them. */
const steadyMinutes = 20;

interface ServiceParts {
  taskDefinition: aws.ecs.TaskDefinition;
  securityGroup: aws.ec2.SecurityGroup;
  requestPath: RequestPath | undefined;
  dependsOn: pulumi.Resource[];
}

function createService(
  { name, settings, parent }: ServiceStep,
  plan: ServicePlan,
  parts: ServiceParts,
): aws.ecs.Service {
  const daemon = settings.schedulingStrategy === "DAEMON";
  // ECS does not report CodeDeploy's deployments.
  const waits = settings.waitForSteadyState && settings.deploymentController !== "CODE_DEPLOY";
  const minutes = waits ? `${steadyMinutes + shiftMinutes(settings.deployment)}m` : undefined;
  // #region service
  return new aws.ecs.Service(
    `${name}-service`,
    transformed(
      `${name}-service`,
      {
        name: serviceName(settings),
        cluster: plan.cluster.arn,
        taskDefinition: parts.taskDefinition.arn,
        ...plan.capacity,
        desiredCount: daemon ? undefined : settings.desiredCount,
        networkConfiguration: {
          subnets: settings.network.taskSubnetIds,
          securityGroups: [parts.securityGroup.id, ...settings.securityGroupIds],
          assignPublicIp: plan.assignPublicIp,
        },
        ...loadBalancing(settings, parts.requestPath),
        serviceConnectConfiguration: serviceConnect(settings),
        ...deployment(settings),
        enableExecuteCommand: settings.executeCommand,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        waitForSteadyState: waits,
      },
      settings.transform?.service,
    ),
    {
      parent,
      dependsOn: parts.dependsOn,
      ignoreChanges: ownedByOthers(settings),
      // Two services of one name cannot exist at the same time while one replaces the other.
      deleteBeforeReplace: true,
      customTimeouts: { create: minutes, update: minutes },
    },
  );
  // #endregion
}

/** Its own target group and additional ones; ECS accepts a grace period only if there is one. */
function loadBalancing(
  { loadBalancers, healthCheckGracePeriodSeconds = 30 }: ServiceSettings,
  requestPath: RequestPath | undefined,
): Pick<aws.ecs.ServiceArgs, "loadBalancers" | "healthCheckGracePeriodSeconds"> {
  const all = [...(requestPath ? [requestPath.loadBalancer] : []), ...loadBalancers];
  return all.length === 0 ? {} : { loadBalancers: all, healthCheckGracePeriodSeconds };
}

function serviceConnect(settings: ServiceSettings) {
  const logs = awslogs("service-connect", logTarget(settings));
  return (
    settings.serviceConnect &&
    serviceConnectConfiguration(settings.serviceConnect, settings.containerPort, logs)
  );
}

function createAutoscaling(
  { name, settings, parent }: ServiceStep,
  { cluster }: ServicePlan,
  service: aws.ecs.Service,
  requestPath: RequestPath | undefined,
): void {
  if (!settings.autoscaling) return;
  new ServiceAutoscaling(
    `${name}-autoscaling`,
    {
      ...settings.autoscaling,
      clusterName: cluster.name,
      serviceName: service.name,
      loadBalancerArnSuffix: settings.loadBalancerArnSuffix,
      targetGroupArnSuffix: requestPath?.targetGroup.arnSuffix,
      transform: settings.transform?.autoscaling,
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

/** ROLLING is set explicitly: if left out, a service that had another strategy would keep it. */
// #region deployment
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
// #endregion

/** Arguments that others change while the service runs, which updates must not undo. */
function ownedByOthers(settings: ServiceSettings): string[] {
  const byCodeDeploy = settings.deploymentController === "CODE_DEPLOY";
  return [
    ...(settings.autoscaling ? ["desiredCount"] : []),
    ...(settings.deployedByPipeline || byCodeDeploy ? ["taskDefinition"] : []),
    ...(byCodeDeploy ? ["loadBalancers"] : []),
  ];
}
