/** Identifies a CloudWatch metric; with other dimensions, it is another metric. */
export interface MetricName {
  readonly namespace: string;
  readonly metric: string;
  /** In the order in which they are listed. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A key that is the same for the same metric, whatever the order of its dimensions. */
export const metricKey = ({ namespace, metric, dimensions }: MetricName): string =>
  JSON.stringify([
    namespace,
    metric,
    Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

/** Statistics of data points, as named by CloudWatch. */
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
