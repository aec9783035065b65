import { isDeepStrictEqual } from "node:util";

import { z } from "zod";

import { STATISTICS } from "../../../shared/metric";
import type { AccountContext } from "../../resourceType";
import { balancersOf } from "../elasticloadbalancingv2/lookups";
import { TARGET_GROUP } from "../elasticloadbalancingv2/tokens";
import { count, flag, text } from "../shared";
import { validationException } from "./scaled";

const ALB_REQUESTS = "ALBRequestCountPerTarget";

const dimensions = z.array(z.strictObject({ name: z.string(), value: z.string() })).optional();

/** A custom metric: one of CloudWatch's, or an expression over several. */
const customizedMetric = z
  .strictObject({
    dimensions,
    metricName: text,
    metrics: z
      .array(
        z.strictObject({
          expression: z.string().max(2047).optional(),
          id: z.string().min(1).max(255),
          label: z.string().max(2047).optional(),
          metricStat: z
            .strictObject({
              metric: z.strictObject({ dimensions, metricName: z.string(), namespace: z.string() }),
              stat: z.string(),
              unit: text,
            })
            .optional(),
          returnData: z.boolean().default(true),
        }),
      )
      .optional(),
    namespace: text,
    statistic: z.enum(STATISTICS).optional(),
    unit: text,
  })
  .refine(({ metrics, ...single }) => metrics === undefined || Object.keys(single).length === 0, {
    path: ["metrics"],
    error: "conflicts with the properties of a single metric",
  });

/**
 * Source: terraform-provider-aws, internal/service/appautoscaling/policy.go, `resourcePolicy`.
 */
export const targetTracking = z
  .strictObject({
    customizedMetricSpecification: customizedMetric.optional(),
    disableScaleIn: flag,
    predefinedMetricSpecification: z
      .strictObject({
        predefinedMetricType: z.enum([
          "ECSServiceAverageCPUUtilization",
          "ECSServiceAverageMemoryUtilization",
          ALB_REQUESTS,
        ]),
        resourceLabel: z.string().max(1023).optional(),
      })
      .optional(),
    scaleInCooldown: count,
    scaleOutCooldown: count,
    targetValue: z.number().positive(),
  })
  .refine(
    ({ customizedMetricSpecification: own, predefinedMetricSpecification: predefined }) =>
      own === undefined || predefined === undefined,
    {
      path: ["customizedMetricSpecification"],
      error: "conflicts with predefinedMetricSpecification",
    },
  );

type TargetTracking = z.output<typeof targetTracking>;

/** @param others configurations of the target's other policies. */
export function checkTargetTracking(
  context: AccountContext,
  tracking: TargetTracking,
  others: readonly TargetTracking[],
): void {
  const { customizedMetricSpecification: own, predefinedMetricSpecification: predefined } =
    tracking;
  if (own === undefined && predefined === undefined) {
    throw validationException(
      "Either PredefinedMetricSpecification or CustomizedMetricSpecification must be specified.",
    );
  }
  const isSingle = own !== undefined && own.metrics === undefined;
  if (isSingle && [own.metricName, own.namespace, own.statistic].includes(undefined)) {
    throw validationException(
      "CustomizedMetricSpecification needs Metrics, or MetricName, Namespace and Statistic.",
    );
  }
  if (others.some((other) => isDeepStrictEqual(metricOf(other), metricOf(tracking)))) {
    throw validationException(
      "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
    );
  }
  if (predefined !== undefined) checkResourceLabel(context, predefined);
}

function metricOf(tracking: TargetTracking): unknown {
  return (
    tracking.customizedMetricSpecification ??
    tracking.predefinedMetricSpecification?.predefinedMetricType
  );
}

/** Checks which load balancer's requests are counted, and to which of its target groups. */
function checkResourceLabel(
  context: AccountContext,
  {
    predefinedMetricType,
    resourceLabel,
  }: NonNullable<TargetTracking["predefinedMetricSpecification"]>,
): void {
  if (predefinedMetricType !== ALB_REQUESTS) {
    if (resourceLabel === undefined) return;
    throw validationException(
      `The predefined metric type ${predefinedMetricType} does not support a resource label.`,
    );
  }
  const match = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(resourceLabel ?? "");
  const [, balancer, group] = match ?? [];
  const record = context.list(TARGET_GROUP).find(({ outputs }) => outputs.arnSuffix === group);
  const isAttached =
    record !== undefined &&
    balancersOf(context, record.id).some((id) => id.endsWith(`:loadbalancer/${balancer ?? ""}`));
  if (!isAttached) {
    throw validationException(
      `The resource label '${resourceLabel ?? ""}' does not name a load balancer and one of its ` +
        "target groups: app/<name>/<id>/targetgroup/<name>/<id>.",
    );
  }
}
