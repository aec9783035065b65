import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { TargetGroupSlot } from "../shared/targetGroupNames";
import { type BlueGreen, createBlueGreen } from "./blueGreen";
import { shiftMinutes, shiftsTraffic } from "./deploymentStrategy";
import type { DeployTarget } from "./deployTarget";
import type { ServiceSettings, Step } from "./serviceArgs";
import { ServiceAutoscaling } from "./serviceAutoscaling";
import { serviceConnectConfiguration } from "./serviceConnect";
import { logGroupName, type ServiceCommands, serviceCommands, serviceName } from "./serviceNames";
import { createListenerRules, createSecurityGroup, createTargetGroup } from "./serviceTraffic";
import {
  createTaskDefinition,
  logConfiguration,
  taskDefinitionTemplate,
  type TaskShape,
} from "./taskDefinition";
import { createTaskRoles } from "./taskRoles";

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
  listenerRule: aws.lb.ListenerRule;
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
  const { securityGroup, ingress } = createSecurityGroup(step);
  const [own, other] = slots(settings);
  const targetGroup = createTargetGroup(step, own);
  const byEcs = shiftsTraffic(settings.deployment);
  const byCodeDeploy = settings.deploymentController === "CODE_DEPLOY";
  const { keepAlternateTargetGroup: keeps } = settings;
  const alternate = byEcs || byCodeDeploy || keeps ? createTargetGroup(step, other) : undefined;
  const { serving: listenerRule, redirect } = createListenerRules(
    step,
    targetGroup,
    byCodeDeploy ? undefined : alternate,
  );
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
    // And tasks need their permissions for as long as they run. The redirect comes before a deployment empties the
    // target group that requests over HTTP went to.
    dependsOn: [
      listenerRule,
      ...(redirect ? [redirect] : []),
      ...ingress,
      ...(blueGreen?.dependsOn ?? []),
      ...roles.policies,
      ...plan.dependsOn,
    ],
  });
  createAutoscaling(step, plan, service, targetGroup);
  return {
    service,
    logGroup,
    listenerRule,
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

/** The service's own target group, and the one for the tasks of every other deployment. */
function slots({ ownTargetGroup }: ServiceSettings): [TargetGroupSlot, TargetGroupSlot] {
  return ownTargetGroup === "first" ? ["first", "alternate"] : ["alternate", "first"];
}

function createLogGroup({ name, settings, parent }: Step): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { name: logGroupName(settings), retentionInDays: settings.logRetentionDays },
    { parent },
  );
}

/** How long tasks may take to start and become healthy, before requests move to them. */
const steadyMinutes = 20;

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
  // CodeDeploy's deployments are not ECS's to tell of.
  const waits = settings.waitForSteadyState && settings.deploymentController !== "CODE_DEPLOY";
  const minutes = waits ? `${steadyMinutes + shiftMinutes(settings.deployment)}m` : undefined;
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
        securityGroups: [parts.securityGroup.id, ...settings.securityGroupIds],
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
      waitForSteadyState: waits,
      ...settings.transform?.service,
    },
    {
      parent,
      dependsOn: parts.dependsOn,
      ignoreChanges: ownedByOthers(settings),
      // Two services of one name cannot stand beside each other while one replaces the other.
      deleteBeforeReplace: true,
      customTimeouts: { create: minutes, update: minutes },
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
