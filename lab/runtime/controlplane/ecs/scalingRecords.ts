import { z } from "zod";

import { STATISTICS } from "../../../shared/metric";

/** Type tokens of the resources of Application Auto Scaling, and of alarms. */
export const SCALING_TYPES = {
  target: "aws:appautoscaling/target:Target",
  policy: "aws:appautoscaling/policy:Policy",
  scheduledAction: "aws:appautoscaling/scheduledAction:ScheduledAction",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
} as const;

export const scalableTarget = z.object({
  resourceId: z.string(),
  scalableDimension: z.string(),
  minCapacity: z.coerce.number(),
  maxCapacity: z.coerce.number(),
});

/** A bound of a step, as text; absent or empty means no bound. */
const boundOr = (otherwise: number) =>
  z
    .string()
    .nullish()
    .transform((text) => (text ? Number(text) : otherwise));

const stepScaling = z.object({
  adjustmentType: z
    .string()
    .nullish()
    .transform((type) => type ?? "ChangeInCapacity"),
  minAdjustmentMagnitude: z.coerce
    .number()
    .nullish()
    .transform((least) => least ?? 0),
  stepAdjustments: z
    .array(
      z.object({
        metricIntervalLowerBound: boundOr(-Infinity),
        metricIntervalUpperBound: boundOr(Infinity),
        scalingAdjustment: z.coerce.number(),
      }),
    )
    .nullish()
    .transform((steps) => steps ?? []),
});

/** The settings of a step scaling policy. */
export type StepScaling = z.infer<typeof stepScaling>;

export const scalingPolicy = z.object({
  arn: z.string().nullish(),
  name: z.string(),
  resourceId: z.string(),
  stepScalingPolicyConfiguration: stepScaling.nullish(),
  targetTrackingScalingPolicyConfiguration: z
    .object({
      targetValue: z.coerce.number(),
      disableScaleIn: z.boolean().nullish(),
      customizedMetricSpecification: z
        .object({
          dimensions: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
          metricName: z.string().nullish(),
          namespace: z.string().nullish(),
          statistic: z.enum(STATISTICS).nullish(),
        })
        .nullish(),
      predefinedMetricSpecification: z
        .object({ predefinedMetricType: z.string(), resourceLabel: z.string().nullish() })
        .nullish(),
    })
    .nullish(),
});

const capacity = z.coerce
  .number()
  .nullish()
  .transform((count) => count ?? undefined);

export const scheduledAction = z.object({
  name: z.string(),
  resourceId: z.string(),
  schedule: z.string().optional(),
  timezone: z.string().nullish(),
  startTime: z.string().nullish(),
  endTime: z.string().nullish(),
  scalableTargetAction: z.object({ minCapacity: capacity, maxCapacity: capacity }).optional(),
});

const arns = z
  .array(z.string())
  .nullish()
  .transform((all) => all ?? []);

export const metricAlarm = z.object({
  name: z.string(),
  namespace: z.string().nullish(),
  metricName: z.string().nullish(),
  dimensions: z.record(z.string(), z.string()).nullish(),
  threshold: z.coerce.number().nullish(),
  evaluationPeriods: z.coerce
    .number()
    .nullish()
    .transform((periods) => periods ?? 1),
  datapointsToAlarm: z.coerce.number().nullish(),
  actionsEnabled: z.boolean().nullish(),
  alarmActions: arns,
  okActions: arns,
  comparisonOperator: z.string(),
});
