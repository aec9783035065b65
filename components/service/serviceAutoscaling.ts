import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { rangeProblem, rejectProblems, repeated } from "../shared/problems";
import { scheduleExpressionProblem, timeZoneProblem } from "../shared/scheduleExpression";
import { type Transform, transformed } from "../shared/transform";
import { customizedMetric, metricProblems, type ScalingMetric } from "./ownMetrics";

/** The largest desired count of a service, an ECS quota. */
export const mostTasks = 5000;

/** A scheduled change of a service's limits, e.g. more tasks in the morning. */
export interface ScalingSchedule {
  /**
   * Name of the action, 1 to 100 letters, digits, `_` and `-`, unique in the service; not a metric's name, nor
   * `target`.
   * @throws if it has another form
   */
  name: string;
  /**
   * `at(2026-04-01T09:00:00)`, `rate(1 day)` or `cron(0 9 ? * MON-FRI *)`.
   * @throws if it has another form
   */
  schedule: string;
  /**
   * Time zone of an `at` or `cron` schedule.
   * @default "UTC"
   * @throws if it is not a name of a time zone
   */
  timezone?: string;
  /**
   * Minimum number of tasks from then on, 0 to 5000; at least one of the two limits.
   * @default as it is
   * @throws outside the range; if it is more than `maxCount`, or neither is given
   */
  minCount?: number;
  /**
   * Maximum number of tasks from then on, 0 to 5000; at least one of the two limits.
   * @default as it is
   * @throws outside the range; if it is less than `minCount`, or neither is given
   */
  maxCount?: number;
}

/** The limits between which a service is scaled, and the metrics and schedules that it is scaled by. */
export interface ScalingRules {
  /**
   * Minimum number of tasks, 0 to `maxCount`.
   * @default the service's desiredCount
   * @throws outside the range
   */
  minCount?: number;
  /**
   * Maximum number of tasks, 1 to 5000.
   * @throws outside the range; if it is less than `desiredCount`
   */
  maxCount: number;
  /**
   * Target for the average CPU, in percent of what the tasks reserve, 1 to 100.
   * @default none: it does not scale by it
   * @throws outside the range
   */
  cpu?: number;
  /**
   * Target for the average memory, in percent of what the tasks reserve, 1 to 100.
   * @default none: it does not scale by it
   * @throws outside the range
   */
  memory?: number;
  /**
   * Target for the requests per minute to each task, 1 to 1000000; needs the load balancer.
   * @default none: it does not scale by it
   * @throws outside the range; without the load balancer, or if deployments move requests
   */
  requestsPerTarget?: number;
  /**
   * Custom metrics, each with a target value. Something must publish their data points, e.g. with
   * `aws cloudwatch put-metric-data`.
   * @default []
   */
  metrics?: ScalingMetric[];
  /**
   * Scheduled changes of the limits.
   * @default []
   */
  schedules?: ScalingSchedule[];
}

/** Overrides for the arguments of each resource of a service's autoscaling. */
export interface AutoscalingTransform {
  target?: Transform<aws.appautoscaling.TargetArgs>;
  /** One for each metric: `…-cpu`, `…-memory`, `…-requests`, and `…-NAME` of `metrics`. */
  policy?: Transform<aws.appautoscaling.PolicyArgs>;
  scheduledAction?: Transform<aws.appautoscaling.ScheduledActionArgs>;
}

/** What autoscaling takes in any language. */
export interface ServiceAutoscalingInputs extends ScalingRules {
  /**
   * Minimum number of tasks, 0 to `maxCount`.
   * @throws outside the range
   */
  minCount: number;
  /**
   * Physical name of the cluster.
   * @throws only from AWS, during the update
   */
  clusterName: pulumi.Input<string>;
  /**
   * Physical name of the service.
   * @throws only from AWS, during the update
   */
  serviceName: pulumi.Input<string>;
  /**
   * Last part of the load balancer's ARN, for `requestsPerTarget`.
   * @default none: requests are not counted
   * @throws only from AWS, during the update
   */
  loadBalancerArnSuffix?: pulumi.Input<string>;
  /**
   * Last part of the target group's ARN, for `requestsPerTarget`.
   * @default none: requests are not counted
   * @throws only from AWS, during the update
   */
  targetGroupArnSuffix?: pulumi.Input<string>;
}

export interface ServiceAutoscalingArgs extends ServiceAutoscalingInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: AutoscalingTransform;
}

/**
 * Lets Application Auto Scaling choose a service's desired count: by target tracking, which keeps a
 * metric near a value, and by schedule. The instances under it are scaled by their cluster.
 *
 * Source: Amazon ECS developer guide, "Automatically scale your Amazon ECS service"; the second
 * tutorial, "オートスケーリング".
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class ServiceAutoscaling extends pulumi.ComponentResource {
  /** Id of the scalable target: `service/<cluster>/<service>`. */
  readonly resourceId: pulumi.Output<string>;

  constructor(name: string, args: ServiceAutoscalingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ecs:ServiceAutoscaling", name, {}, opts);
    rejectProblems(this, scalingProblems(args, args.loadBalancerArnSuffix !== undefined));

    const target = createTarget(name, args, this);
    const scaled = {
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      serviceNamespace: target.serviceNamespace,
    };
    for (const { metric, ...tracking } of trackedMetrics(args)) {
      // #region policy
      new aws.appautoscaling.Policy(
        `${name}-${metric}`,
        transformed(
          `${name}-${metric}`,
          {
            name: metric,
            policyType: "TargetTrackingScaling",
            ...scaled,
            targetTrackingScalingPolicyConfiguration: {
              ...tracking,
              // Scale out fast, in slowly: a superfluous task costs less than waiting requests.
              scaleOutCooldown: 60,
              scaleInCooldown: 300,
            },
          },
          args.transform?.policy,
        ),
        { parent: this },
      );
      // #endregion
    }
    for (const { name: action, schedule, timezone = "UTC", minCount, maxCount } of args.schedules ??
      []) {
      new aws.appautoscaling.ScheduledAction(
        `${name}-${action}`,
        transformed(
          `${name}-${action}`,
          {
            name: action,
            schedule,
            timezone,
            ...scaled,
            scalableTargetAction: { minCapacity: minCount, maxCapacity: maxCount },
          },
          args.transform?.scheduledAction,
        ),
        { parent: this },
      );
    }

    this.resourceId = target.resourceId;
    this.registerOutputs({ resourceId: this.resourceId });
  }
}

function createTarget(name: string, args: ServiceAutoscalingArgs, parent: pulumi.Resource) {
  // #region target
  return new aws.appautoscaling.Target(
    `${name}-target`,
    transformed(
      `${name}-target`,
      {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
        minCapacity: args.minCount,
        maxCapacity: args.maxCount,
      },
      args.transform?.target,
    ),
    { parent },
  );
  // #endregion
}

/** Source: Application Auto Scaling API reference, "PredefinedMetricSpecification". */
function trackedMetrics(args: ServiceAutoscalingArgs) {
  const { loadBalancerArnSuffix = "", targetGroupArnSuffix = "" } = args;
  const metrics = [
    { metric: "cpu", targetValue: args.cpu, type: "ECSServiceAverageCPUUtilization" },
    { metric: "memory", targetValue: args.memory, type: "ECSServiceAverageMemoryUtilization" },
    {
      metric: "requests",
      targetValue: args.requestsPerTarget,
      type: "ALBRequestCountPerTarget",
      resourceLabel: pulumi.interpolate`${loadBalancerArnSuffix}/${targetGroupArnSuffix}`,
    },
  ];
  const own = (args.metrics ?? []).map((metric) => ({
    metric: metric.name,
    targetValue: metric.targetValue,
    customizedMetricSpecification: customizedMetric(metric),
  }));
  const predefined = metrics.flatMap(({ metric, targetValue, type, resourceLabel }) =>
    targetValue === undefined
      ? []
      : [
          {
            metric,
            targetValue,
            predefinedMetricSpecification: { predefinedMetricType: type, resourceLabel },
          },
        ],
  );
  return [...predefined, ...own];
}

/**
 * Says what is wrong with a service's scaling, a sentence for each fault.
 *
 * @param rules as given.
 * @param hasLoadBalancer whether the load balancer is known, so that its requests can be counted.
 */
export function scalingProblems(
  rules: ScalingRules & { minCount: number },
  hasLoadBalancer: boolean,
): (string | undefined)[] {
  const {
    minCount,
    maxCount,
    cpu,
    memory,
    requestsPerTarget,
    metrics = [],
    schedules = [],
  } = rules;
  const given = (key: string, value: number | undefined, max: number) =>
    value === undefined ? undefined : rangeProblem(`autoscaling.${key}`, value, 1, max);
  return [
    rangeProblem("autoscaling.maxCount", maxCount, 1, mostTasks) ??
      rangeProblem("autoscaling.minCount", minCount, 0, maxCount),
    given("cpu", cpu, 100),
    given("memory", memory, 100),
    given("requestsPerTarget", requestsPerTarget, 1_000_000),
    requestsPerTarget !== undefined && !hasLoadBalancer
      ? "autoscaling.requestsPerTarget needs loadBalancerArnSuffix, to count its requests; give it"
      : undefined,
    [cpu, memory, requestsPerTarget].every((value) => value === undefined) &&
    metrics.length + schedules.length === 0
      ? "autoscaling has nothing to scale by: give cpu, memory, requestsPerTarget, metrics or schedules"
      : undefined,
    ...metricProblems(metrics, takenNames),
    ...scheduleProblems(schedules),
    ...metrics
      .filter(({ name }) => schedules.some((schedule) => schedule.name === name))
      .map(({ name }) => `autoscaling.schedules: "${name}" is a metric's name; give it another`),
  ];
}

function scheduleProblems(schedules: readonly ScalingSchedule[]): (string | undefined)[] {
  const key = "autoscaling.schedules";
  return [
    ...repeated(schedules.map(({ name }) => name)).map(
      (name) => `${key}: "${name}" is listed twice; give each its own name`,
    ),
    ...schedules.flatMap(({ name, schedule, timezone, minCount, maxCount }) => {
      const where = `${key}.${name}`;
      return [
        /^[A-Za-z0-9_-]{1,100}$/.test(name) && !takenNames.includes(name)
          ? undefined
          : `${key}: name "${name}" must be 1 to 100 letters, digits, _ and -, and not ${takenNames.join(", ")}`,
        scheduleExpressionProblem(`${where}.schedule`, schedule),
        timezone === undefined ? undefined : timeZoneProblem(`${where}.timezone`, timezone),
        minCount === undefined && maxCount === undefined
          ? `${where} changes nothing: give minCount or maxCount`
          : undefined,
        minCount === undefined
          ? undefined
          : rangeProblem(`${where}.minCount`, minCount, 0, mostTasks),
        maxCount === undefined
          ? undefined
          : rangeProblem(`${where}.maxCount`, maxCount, 0, mostTasks),
        minCount !== undefined && maxCount !== undefined && minCount > maxCount
          ? `${where}: minCount ${minCount} is more than maxCount ${maxCount}; lower one or raise the other`
          : undefined,
      ];
    }),
  ];
}

/** Names of the resources other than the schedules'. */
const takenNames = ["cpu", "memory", "requests", "target"];
