import { rangeProblem, repeated } from "../shared/problems";
import { shiftsTraffic } from "./deploymentStrategy";
import type { ServiceSettings, ServiceTarget } from "./serviceArgs";

/**
 * Maximum number of target groups of a service. Source: Amazon ECS developer guide, "Registering multiple target
 * groups".
 */
const mostTargetGroups = 5;

/** The longest grace period in seconds. Source: Amazon ECS API reference, "CreateService". */
const longestGrace = 2_147_483_647;

/** Problems with the containers that get requests, and with the target groups. */
export function targetProblems(settings: ServiceSettings): (string | undefined)[] {
  const { target, loadBalancers, healthCheckGracePeriodSeconds: grace, listenerArn } = settings;
  const groups = loadBalancers.length + (listenerArn === undefined ? 0 : 1);
  const isElsewhere = settings.deploymentController === "CODE_DEPLOY";
  const { given } = settings;
  return [
    ...[given.target, ...(given.loadBalancers ?? [])].map((one, i) =>
      one?.containerPort === undefined
        ? undefined
        : rangeProblem(
            `${i === 0 ? "target" : `loadBalancers[${i - 1}]`}.containerPort`,
            one.containerPort,
            1,
            65_535,
          ),
    ),
    target && targetProblem("target", target, settings),
    ...loadBalancers.map((one, i) => targetProblem(`loadBalancers[${i}]`, one, settings)),
    groups > mostTargetGroups
      ? `loadBalancers: the service has ${groups} target groups; ECS takes at most ${mostTargetGroups}`
      : undefined,
    loadBalancers.length > 0 && (isElsewhere || shiftsTraffic(settings.deployment))
      ? `loadBalancers with ${isElsewhere ? "CODE_DEPLOY" : settings.deployment.strategy}: ` +
        "only the service's own target group has a second one; use ROLLING by ECS"
      : undefined,
    grace === undefined
      ? undefined
      : groups === 0
        ? "healthCheckGracePeriodSeconds without a listenerArn or loadBalancers: nothing checks the tasks; leave it out"
        : rangeProblem("healthCheckGracePeriodSeconds", grace, 0, longestGrace),
    settings.allowedSecurityGroups !== undefined && target === undefined
      ? "allowedSecurityGroups without a containerPort: there is no port to open; leave them out"
      : undefined,
    ...groupProblems(settings.allowedSecurityGroups),
    ...repeated(loadBalancers.map(({ targetGroupArn }) => targetGroupArn)).map(
      (arn) =>
        `loadBalancers: ${typeof arn === "string" ? arn : "a target group"} is listed twice; leave one out`,
    ),
    ...loadBalancers.map(({ targetGroupArn: arn }, i) =>
      typeof arn !== "string" ||
      /^arn:[\w-]+:elasticloadbalancing:[^:]*:[^:]*:targetgroup\/.+$/.test(arn)
        ? undefined
        : `loadBalancers[${i}].targetGroupArn "${arn}" must be the ARN of a target group`,
    ),
  ];
}

/** The names are parts of resources' names, which AWS shows as descriptions too. */
function groupProblems(groups: ServiceSettings["allowedSecurityGroups"]): (string | undefined)[] {
  if (groups === undefined) return [];
  const names = Object.keys(groups);
  return [
    names.length === 0
      ? "allowedSecurityGroups is empty, so nobody could reach the tasks; name a group or leave it out"
      : undefined,
    ...names.map((name) =>
      /^[A-Za-z0-9-]+$/.test(name)
        ? undefined
        : `allowedSecurityGroups: "${name}" must be letters, digits and hyphens`,
    ),
  ];
}

/** Reports that a task lacks the container or port that should get requests, or nothing if it has them. */
function targetProblem(
  key: string,
  { containerName, containerPort }: ServiceTarget,
  settings: ServiceSettings,
): string | undefined {
  const ports = [
    { name: settings.containerName, port: settings.containerPort },
    ...settings.sidecars.map(({ name, port }) => ({ name, port })),
  ];
  const wanted = ports.find(({ name }) => name === containerName);
  if (!wanted) {
    return (
      `${key}: the task has no container "${containerName}"; choose from ` +
      ports.map(({ name }) => name).join(", ")
    );
  }
  if (wanted.port === containerPort) return undefined;
  const asked = containerPort === 0 ? "" : ` ${containerPort}`;
  const remedy = wanted.port === undefined ? "give it one" : `use ${wanted.port}`;
  return `${key}: container "${containerName}" has no port${asked}; ${remedy}`;
}
