import { z } from "zod";

import { count, text } from "../shared";
import { validationException } from "./scaled";

/** A number as text; empty means none. */
const bound = z
  .string()
  .refine((value) => value === "" || Number.isFinite(Number(value)), "must be a number as text")
  .optional();

/**
 * Source: terraform-provider-aws, internal/service/appautoscaling/policy.go, `resourcePolicy` and
 * `expandStepAdjustments`.
 */
export const stepScaling = z.strictObject({
  adjustmentType: z
    .enum(["ChangeInCapacity", "PercentChangeInCapacity", "ExactCapacity"])
    .optional(),
  cooldown: count,
  metricAggregationType: text,
  minAdjustmentMagnitude: count,
  stepAdjustments: z
    .array(
      z.strictObject({
        metricIntervalLowerBound: bound,
        metricIntervalUpperBound: bound,
        scalingAdjustment: z.int(),
      }),
    )
    .optional(),
});

type StepScaling = z.output<typeof stepScaling>;

/** What PutScalingPolicy rejects: Application Auto Scaling API, "StepScalingPolicyConfiguration", "StepAdjustment". */
export function checkStepScaling(configuration: StepScaling): void {
  const { adjustmentType, minAdjustmentMagnitude, stepAdjustments = [] } = configuration;
  if (minAdjustmentMagnitude !== undefined && adjustmentType !== "PercentChangeInCapacity") {
    throw validationException(
      "MinAdjustmentMagnitude is only supported for the adjustment type PercentChangeInCapacity.",
    );
  }
  if (stepAdjustments.length === 0) {
    throw validationException("At least one step adjustment must be specified.");
  }
  const intervals = stepAdjustments
    .map((step) => ({
      from: numberOr(step.metricIntervalLowerBound, -Infinity),
      to: numberOr(step.metricIntervalUpperBound, Infinity),
    }))
    .sort((one, other) => one.from - other.from);
  for (const [i, { from, to }] of intervals.entries()) {
    const next = intervals[i + 1];
    if (from >= to) {
      throw validationException("A step's lower bound must be less than its upper bound.");
    }
    if (next !== undefined && next.from !== to) {
      const what = next.from < to ? "overlap" : "have a gap between them";
      throw validationException(`The ranges of the step adjustments ${what}.`);
    }
  }
  const least = intervals[0]?.from ?? 0;
  const most = intervals.at(-1)?.to ?? 0;
  if (least < 0 && least !== -Infinity) {
    throw validationException(
      "There must be a step adjustment with an unspecified lower bound when one has a negative lower bound.",
    );
  }
  if (most > 0 && most !== Infinity) {
    throw validationException(
      "There must be a step adjustment with an unspecified upper bound when one has a positive upper bound.",
    );
  }
}

/** The canonical form of a configuration: the order of the steps has no meaning. */
export function stepScalingMeaning(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { stepAdjustments: steps, ...rest } = value as Partial<StepScaling>;
  if (!Array.isArray(steps)) return value;
  const texts = steps.map((step) =>
    [step.metricIntervalLowerBound, step.metricIntervalUpperBound, step.scalingAdjustment].join(
      "|",
    ),
  );
  return { ...rest, stepAdjustments: texts.sort() };
}

function numberOr(value: string | undefined, otherwise: number): number {
  return value === undefined || value === "" ? otherwise : Number(value);
}
