/** A metric that somebody puts data points of: one with other dimensions is another metric. */
export interface OwnMetric {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** What of some data points counts, as CloudWatch names it. */
export const STATISTICS = ["Average", "Maximum", "Minimum", "SampleCount", "Sum"] as const;
export type Statistic = (typeof STATISTICS)[number];

/** @param values at least one */
export function statisticOf(statistic: Statistic, values: readonly number[]): number {
  const sum = values.reduce((total, one) => total + one, 0);
  switch (statistic) {
    case "Average":
      return sum / values.length;
    case "Maximum":
      return Math.max(...values);
    case "Minimum":
      return Math.min(...values);
    case "SampleCount":
      return values.length;
    case "Sum":
      return sum;
  }
}

/** Data points that nobody has looked at yet, of metrics that somebody scales by. */
export class OwnMetrics {
  private readonly values = new Map<string, number[]>();

  put(metric: OwnMetric, values: readonly number[]): void {
    const key = keyOf(metric);
    this.values.set(key, [...(this.values.get(key) ?? []), ...values].slice(-MOST_VALUES));
  }

  /** What was put since the last call; a period in which nothing was has no data point. */
  takePeriod(): (metric: OwnMetric, statistic: Statistic) => number | undefined {
    const period = new Map(this.values);
    this.values.clear();
    return (metric, statistic) => {
      const values = period.get(keyOf(metric));
      return values && statisticOf(statistic, values);
    };
  }
}

/** Kept of a metric in one period. */
const MOST_VALUES = 1000;

/** Its dimensions have no order. */
const keyOf = ({ namespace, metric, dimensions }: OwnMetric) =>
  JSON.stringify([
    namespace,
    metric,
    Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
