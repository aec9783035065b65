/** What CloudWatch calls a metric: one with other dimensions is another metric. */
export interface MetricName {
  readonly namespace: string;
  readonly metric: string;
  /** In the order in which they are listed. */
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The same text for the same metric: its dimensions may be given in any order. */
export const metricKey = ({ namespace, metric, dimensions }: MetricName): string =>
  JSON.stringify([
    namespace,
    metric,
    Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

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
