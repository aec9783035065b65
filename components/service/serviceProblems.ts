import { takePriority } from "../network/listenerPriorities";
import { baseNameProblem } from "../shared/names";
import { rangeProblem } from "../shared/problems";
import { shiftsTraffic, strategyProblems } from "./deploymentStrategy";
import { mostTasks, type ServiceSettings } from "./serviceArgs";
import { scalingProblems } from "./serviceAutoscaling";
import { serviceConnectProblems } from "./serviceConnect";
import { containerProblems } from "./taskDefinition";
import { variableProblems } from "./taskSecrets";

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
