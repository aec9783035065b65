/** The target that a policy keeps a metric at, e.g. requests per minute and target. */
export interface TrackingRule {
  /** More than 0. */
  readonly targetValue: number;
  readonly disableScaleIn: boolean;
  /** Minimum and maximum number of tasks. */
  readonly minCapacity: number;
  readonly maxCapacity: number;
}

/** Data points above the target after which a service grows. */
const POINTS_TO_GROW = 3;
/** Data points below nine tenths of the target after which it shrinks. */
export const POINTS_TO_SHRINK = 15;

/**
 * Target tracking: how many tasks bring the metric to its target, once enough consecutive data points are above or
 * below it. Grows fast, shrinks slowly, and stays within the limits. Source: Application Auto Scaling user guide, "How
 * target tracking scaling works"; the numbers are those of the alarms that it creates.
 * @param points data points since the last change of the count, oldest first
 * @param count present desired count
 * @returns `count` if nothing is to change
 */
export function trackedCount(points: readonly number[], count: number, rule: TrackingRule): number {
  const { targetValue, disableScaleIn, minCapacity, maxCapacity } = rule;
  const recent = points.slice(-POINTS_TO_GROW);
  const isAbove = recent.length === POINTS_TO_GROW && recent.every((one) => one > targetValue);
  if (isAbove) {
    const wanted = Math.ceil((count * (recent.at(-1) ?? 0)) / targetValue);
    return Math.max(count, Math.min(wanted, maxCapacity));
  }
  const long = points.slice(-POINTS_TO_SHRINK);
  const isBelow = long.length === POINTS_TO_SHRINK && long.every((one) => one < 0.9 * targetValue);
  if (disableScaleIn || !isBelow) return count;
  // Uses the highest point, so that a moment without requests does not remove a task.
  const wanted = Math.ceil((count * Math.max(...long)) / targetValue);
  return Math.min(count, Math.max(wanted, minCapacity));
}
