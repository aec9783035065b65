import type * as pulumi from "@pulumi/pulumi";

import { takePriority } from "../network/listenerPriorities";
import { baseNameProblem } from "../shared/names";
import { about, rangeProblem } from "../shared/problems";
import { type TaskFrame, taskProblems } from "../task/taskProblems";
import { shiftsTraffic, strategyProblems } from "./deploymentStrategy";
import type { ServiceSettings } from "./serviceArgs";
import { mostTasks, scalingProblems } from "./serviceAutoscaling";
import { serviceConnectProblems } from "./serviceConnect";
import { targetProblems } from "./targetProblems";
import { targetGroupProblems } from "./targetGroupArgs";

/**
 * Problems with the arguments that all kinds of service share.
 *
 * @param frame what the service's tasks run on and in.
 */
export function serviceProblems(
  component: string,
  settings: ServiceSettings,
  frame: Omit<TaskFrame, "containerPort">,
) {
  const { schedulingStrategy, deploymentController, containerPort, listenerArn } = settings;
  const daemon = schedulingStrategy === "DAEMON";
  return [
    about("name", baseNameProblem(settings.name)),
    containerPort === undefined
      ? undefined
      : rangeProblem("containerPort", containerPort, 1, 65535),
    ...taskProblems(settings, { ...frame, containerPort }),
    ...targetProblems(settings),
    ...serviceConnectProblems(settings.serviceConnect),
    rangeProblem("desiredCount", settings.desiredCount, 0, mostTasks),
    ...(listenerArn === undefined
      ? withoutListenerProblems(settings)
      : listenerProblems(component, settings, listenerArn)),
    ...autoscalingProblems(settings),
    daemon && deploymentController === "CODE_DEPLOY"
      ? "schedulingStrategy DAEMON cannot be deployed by CODE_DEPLOY; use REPLICA or the deploymentController ECS"
      : undefined,
    ...(deploymentController === "CODE_DEPLOY" ? codeDeployProblems(settings) : []),
    ...strategyProblems(settings.given.deployment),
    daemon && settings.deployment.maximumPercent !== 100
      ? `maximumPercent ${settings.deployment.maximumPercent} with DAEMON must be 100: one task per instance`
      : undefined,
  ];
}

/** What is wrong with the service's rules and target group on a listener. */
function listenerProblems(
  component: string,
  settings: ServiceSettings,
  listenerArn: pulumi.Input<string>,
): (string | undefined)[] {
  const { pathPatterns, hostHeaders, priority } = settings;
  return [
    rangeProblem("priority", priority, 1, 50000) ?? takePriority(listenerArn, priority, component),
    rangeProblem("pathPatterns.length", pathPatterns.length, 1, 5),
    pathPatterns.length + hostHeaders.length > 5 && pathPatterns.length <= 5
      ? `pathPatterns and hostHeaders have ${pathPatterns.length + hostHeaders.length} values; a rule can have at most 5`
      : undefined,
    ...pathPatterns.map(pathProblem),
    ...hostHeaders.map(hostProblem),
    settings.httpListenerArn !== undefined && settings.httpListenerArn === listenerArn
      ? "httpListenerArn is the same as listenerArn: its rule would redirect to itself; leave it out"
      : undefined,
    ...targetGroupProblems(settings.targetGroup ?? {}, settings.healthCheckPath),
    ...(shiftsTraffic(settings.deployment) ? shiftProblems(component, settings, listenerArn) : []),
  ];
}

/** Source: Elastic Load Balancing API reference, "RuleCondition", `Values`. */
const pathProblem = (path: string) =>
  /^[*/][\w.$/~"'@:+&*?-]{0,127}$/.test(path)
    ? undefined
    : `pathPatterns: "${path}" must be a path such as /api/*: 1 to 128 characters that begin with / or *`;

/** Source: the same, and "HostHeaderConditionConfig". */
const hostProblem = (host: string) =>
  /^[A-Za-z0-9.*?-]{1,128}$/.test(host) && host.includes(".")
    ? undefined
    : `hostHeaders: "${host}" must be a host such as api.example.com or api.*: at most 128 characters, one of them a dot`;

/**
 * Arguments that only ECS's own deployments support: CodeDeploy has its own limits and alarms, and no proxy.
 *
 * Source: Amazon ECS developer guide, "CodeDeploy blue/green deployments for Amazon ECS", "Amazon ECS Service Connect
 * considerations".
 */
function codeDeployProblems({ given }: ServiceSettings): (string | undefined)[] {
  const { minimumHealthyPercent, maximumPercent, alarms } = given.deployment ?? {};
  const needless = Object.entries({ minimumHealthyPercent, maximumPercent, alarms })
    .filter(([, value]) => value !== undefined)
    .map(([key]) => `deployment.${key}`);
  return [
    needless.length > 0
      ? `${needless.join(", ")} with CODE_DEPLOY, which ignores it; leave it out or use the deploymentController ECS`
      : undefined,
    given.serviceConnect === undefined
      ? undefined
      : "serviceConnect with CODE_DEPLOY: Service Connect needs ECS's own deployments; use the deploymentController ECS",
  ];
}

/** Arguments that only make sense with a listener. */
const onListeners = [
  "httpListenerArn",
  "listenerMoves",
  "priority",
  "pathPatterns",
  "hostHeaders",
  "targetGroup",
  "healthCheckPath",
  "ownTargetGroup",
  "keepAlternateTargetGroup",
] as const;

function withoutListenerProblems(settings: ServiceSettings): (string | undefined)[] {
  const { strategy } = settings.deployment;
  const needless = onListeners.filter((key) => settings.given[key] !== undefined);
  return [
    needless.length > 0
      ? `${needless.join(", ")} without a listenerArn: no listener sends requests here; give it or leave them out`
      : undefined,
    shiftsTraffic(settings.deployment)
      ? `deployment.strategy ${strategy} without a listenerArn has no requests to move; use ROLLING`
      : undefined,
    settings.deploymentController === "CODE_DEPLOY"
      ? "deploymentController CODE_DEPLOY without a listenerArn has no requests to move; use ECS"
      : undefined,
  ];
}

/** Arguments that a deployment strategy with two target groups does not support. */
function shiftProblems(
  component: string,
  settings: ServiceSettings,
  listenerArn: pulumi.Input<string>,
): (string | undefined)[] {
  const { strategy } = settings.deployment;
  const values = settings.pathPatterns.length + settings.hostHeaders.length;
  return [
    settings.deploymentController === "CODE_DEPLOY"
      ? `deployment.strategy ${strategy} needs the deploymentController ECS, not CODE_DEPLOY; leave one out`
      : undefined,
    settings.schedulingStrategy === "DAEMON"
      ? `deployment.strategy ${strategy} with DAEMON: an instance has no room for a second task; use ROLLING`
      : undefined,
    settings.priority === 1
      ? `priority 1 leaves ${strategy} no place before it for the rule for test traffic; use 2 or more`
      : takePriority(listenerArn, settings.priority - 1, `${component}-test-rule`),
    values === 5
      ? `pathPatterns and hostHeaders have 5 values; with ${strategy} at most 4, as the rule for test traffic has one more`
      : undefined,
    settings.autoscaling?.requestsPerTarget === undefined
      ? undefined
      : `autoscaling.requestsPerTarget cannot follow ${strategy} from one target group to the other; use cpu or memory`,
  ];
}

function autoscalingProblems(settings: ServiceSettings): (string | undefined)[] {
  const { autoscaling, desiredCount, schedulingStrategy, deploymentController } = settings;
  if (!autoscaling) return [];
  if (schedulingStrategy === "DAEMON") {
    return [
      "autoscaling with DAEMON: the number of tasks is that of the instances; leave it out, and scale the cluster",
    ];
  }
  return [
    ...scalingProblems(autoscaling, settings.loadBalancerArnSuffix !== undefined),
    desiredCount > autoscaling.maxCount
      ? `desiredCount ${desiredCount} is more than autoscaling.maxCount ${autoscaling.maxCount}; raise that or lower it`
      : undefined,
    autoscaling.requestsPerTarget !== undefined && deploymentController === "CODE_DEPLOY"
      ? "autoscaling.requestsPerTarget cannot follow CODE_DEPLOY from one target group to the other; use cpu or memory"
      : undefined,
    autoscaling.requestsPerTarget !== undefined && settings.listenerArn === undefined
      ? "autoscaling.requestsPerTarget without a listenerArn: no requests are counted; use cpu or memory"
      : undefined,
  ];
}
