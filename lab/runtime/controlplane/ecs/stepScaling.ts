import type { StepScaling } from "./scalingRecords";

/** On which side of its threshold a metric is that made an alarm ring. */
export type Side = "above" | "below";

/** Minimum and maximum number of tasks. */
export interface Limits {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/**
 * How many tasks a policy by steps wants, by the step next to the alarm's threshold: the lab knows on
 * which side of it the metric is, and not how far.
 *
 * Source: Application Auto Scaling user guide, "How step scaling works".
 *
 * @param count tasks wanted now
 * @returns `count` when no step stands next to the threshold
 */
export function steppedCount(
  { adjustmentType, minAdjustmentMagnitude, stepAdjustments }: StepScaling,
  side: Side,
  count: number,
  { minCapacity, maxCapacity }: Limits,
): number {
  const step = stepAdjustments.find(
    ({ metricIntervalLowerBound: from, metricIntervalUpperBound: to }) =>
      side === "above" ? from <= 0 && to > 0 : from < 0 && to >= 0,
  );
  if (step === undefined) return count;
  const { scalingAdjustment } = step;
  const within = (wanted: number) => Math.min(Math.max(wanted, minCapacity), maxCapacity);
  if (adjustmentType === "ExactCapacity") return within(scalingAdjustment);
  if (adjustmentType !== "PercentChangeInCapacity") return within(count + scalingAdjustment);
  const part = (count * scalingAdjustment) / 100;
  // Less than one task is one; more is rounded towards none.
  const whole = Math.max(Math.floor(Math.abs(part)), 1, minAdjustmentMagnitude);
  return within(part === 0 ? count : count + Math.sign(part) * whole);
}
