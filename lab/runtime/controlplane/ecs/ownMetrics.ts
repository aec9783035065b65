import { metricKey, type MetricName, type Statistic, statisticOf } from "../../../shared/metric";

/** Kept of a metric in one period. */
export const MOST_VALUES = 1000;

/** Data points that nobody has looked at yet, of metrics that somebody puts and scales by. */
export class OwnMetrics {
  private readonly values = new Map<string, number[]>();

  put(metric: MetricName, values: readonly number[]): void {
    const key = metricKey(metric);
    this.values.set(key, [...(this.values.get(key) ?? []), ...values].slice(-MOST_VALUES));
  }

  /** What was put since the last call; a period in which nothing was has no data point. */
  takePeriod(): (metric: MetricName, statistic: Statistic) => number | undefined {
    const period = new Map(this.values);
    this.values.clear();
    return (metric, statistic) => {
      const values = period.get(metricKey(metric));
      return values && statisticOf(statistic, values);
    };
  }
}
