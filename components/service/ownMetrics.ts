import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import { choiceProblem, rangeProblem, repeated } from "../shared/problems";

/** How a period's data points are aggregated. */
export const MetricStatistic = {
  Average: "Average",
  Maximum: "Maximum",
  Minimum: "Minimum",
  SampleCount: "SampleCount",
  Sum: "Sum",
} as const;
export type MetricStatistic = (typeof MetricStatistic)[keyof typeof MetricStatistic];

/** A custom metric that a service scales by, such as the number of waiting messages per task. */
export interface ScalingMetric {
  /**
   * Name of the policy, 1 to 100 letters, digits, `_` and `-`, unique in the service; not `cpu`, `memory`, `requests` or
   * `target`.
   * @throws if it has another form
   */
  name: string;
  /**
   * Namespace of the metric in CloudWatch, 1 to 255 letters, digits and `. - _ / # :`, e.g. `Shop`.
   * @throws if it has another form
   */
  namespace: string;
  /**
   * Name of the metric, 1 to 255 characters, e.g. `BacklogPerTask`. It must go down as tasks are added.
   * @throws if it is empty or longer
   */
  metricName: string;
  /**
   * Its dimensions, at most 30: with different ones it is a different metric.
   * @default {}
   * @throws if there are more
   */
  dimensions?: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * How a minute's data points are aggregated.
   * @default "Average"
   */
  statistic?: MetricStatistic;
  /**
   * Target value, 1 to 1000000, in the metric's own unit.
   * @throws outside the range
   */
  targetValue: number;
}

/** The metric as a policy takes it. Source: Application Auto Scaling API reference, "CustomizedMetricSpecification". */
export function customizedMetric({
  namespace,
  metricName,
  dimensions = {},
  statistic = "Average",
}: ScalingMetric): aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationCustomizedMetricSpecification {
  const named = Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    namespace,
    metricName,
    statistic,
    ...(named.length > 0 && { dimensions: named.map(([name, value]) => ({ name, value })) }),
  };
}

/**
 * Says what is wrong with custom metrics, a sentence for each fault.
 *
 * @param taken names already in use.
 *
 * Source: Application Auto Scaling API reference, "CustomizedMetricSpecification"; CloudWatch API reference,
 * "PutMetricData".
 */
export function metricProblems(
  metrics: readonly ScalingMetric[],
  taken: readonly string[],
): (string | undefined)[] {
  const key = "autoscaling.metrics";
  return [
    ...repeated(metrics.map(({ name }) => name)).map(
      (name) => `${key}: "${name}" is listed twice; give each its own name`,
    ),
    ...metrics.flatMap(({ name, namespace, metricName, dimensions = {}, ...more }) => {
      const where = `${key}.${name}`;
      const count = Object.keys(dimensions).length;
      return [
        /^[A-Za-z0-9_-]{1,100}$/.test(name) && !taken.includes(name)
          ? undefined
          : `${key}: name "${name}" must be 1 to 100 letters, digits, _ and -, and not ${taken.join(", ")}`,
        /^[\w.\-/#:]{1,255}$/.test(namespace)
          ? undefined
          : `${where}.namespace "${namespace}" must be 1 to 255 letters, digits and . - _ / # :`,
        metricName.length >= 1 && metricName.length <= 255
          ? undefined
          : `${where}.metricName has ${metricName.length} characters, it must have 1 to 255`,
        count > 30 ? `${where}.dimensions has ${count}; a metric can have at most 30` : undefined,
        choiceProblem(
          `${where}.statistic`,
          more.statistic ?? "Average",
          Object.values(MetricStatistic),
        ),
        rangeProblem(`${where}.targetValue`, more.targetValue, 1, 1_000_000),
      ];
    }),
  ];
}
