import type * as pulumi from "@pulumi/pulumi";

import { takePriority } from "../network/listenerPriorities";
import { baseNameProblem } from "../shared/names";
import { rangeProblem } from "../shared/problems";
import { type TaskFrame, taskProblems } from "../task/taskProblems";
import { shiftsTraffic, strategyProblems } from "./deploymentStrategy";
import { mostTasks, type ServiceSettings } from "./serviceArgs";
import { scalingProblems } from "./serviceAutoscaling";
import { serviceConnectProblems } from "./serviceConnect";
import { targetProblems } from "./targetProblems";
import { targetGroupProblems } from "./targetGroupArgs";

/**
 * What is wrong with the arguments that both kinds of service take.
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
    baseNameProblem(settings.name),
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
      ? "DAEMON cannot be deployed by CODE_DEPLOY; use REPLICA or the deploymentController ECS"
      : undefined,
    ...strategyProblems(settings.given.deployment),
    daemon && settings.deployment.maximumPercent !== 100
      ? `maximumPercent ${settings.deployment.maximumPercent} with DAEMON: one task an instance is 100`
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
      ? `pathPatterns and hostHeaders have ${pathPatterns.length + hostHeaders.length} values; a rule takes 5`
      : undefined,
    ...targetGroupProblems(settings.targetGroup ?? {}, settings.healthCheckPath),
    ...(shiftsTraffic(settings.deployment) ? shiftProblems(component, settings, listenerArn) : []),
  ];
}

/** Arguments that say how a listener's requests come, of which there are none. */
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
      ? `${needless.join(", ")} without a listenerArn: no listener sends requests here`
      : undefined,
    shiftsTraffic(settings.deployment)
      ? `${strategy} without a listenerArn has no requests to move; use ROLLING`
      : undefined,
    settings.deploymentController === "CODE_DEPLOY"
      ? "CODE_DEPLOY without a listenerArn has no requests to move; use the deploymentController ECS"
      : undefined,
  ];
}

/** What does not go with a deployment strategy that moves requests between two target groups. */
function shiftProblems(
  component: string,
  settings: ServiceSettings,
  listenerArn: pulumi.Input<string>,
): (string | undefined)[] {
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
      : takePriority(listenerArn, settings.priority - 1, `${component} (test traffic)`),
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
    autoscaling.requestsPerTarget !== undefined && settings.listenerArn === undefined
      ? "autoscaling.requestsPerTarget without a listenerArn: no requests are counted; scale by cpu or memory"
      : undefined,
  ];
}
