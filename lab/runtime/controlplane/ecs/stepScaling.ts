import type { StepScaling } from "./scalingRecords";

/** The side of the threshold on which the alarm's metric is. */
export type Side = "above" | "below";

/** Minimum and maximum number of tasks. */
export interface TaskLimits {
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/**
 * How many tasks a step scaling policy wants, by the step next to the alarm's threshold: the lab knows on which side of
 * it the metric is, but not how far.
 *
 * Source: Application Auto Scaling user guide, "How step scaling works".
 *
 * @param count present desired count
 * @returns `count` if no step is next to the threshold
 */
export function steppedCount(
  { adjustmentType, minAdjustmentMagnitude, stepAdjustments }: StepScaling,
  side: Side,
  count: number,
  { minCapacity, maxCapacity }: TaskLimits,
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
  // Less than one task counts as one; more is rounded down.
  const whole = Math.max(Math.floor(Math.abs(part)), 1, minAdjustmentMagnitude);
  return within(part === 0 ? count : count + Math.sign(part) * whole);
}
