import { metricKey, type MetricName, type Statistic, statisticOf } from "../../../shared/metric";

/** Maximum number of values kept per metric and period. */
export const MOST_VALUES = 1000;

/** Data points of custom metrics that have not been evaluated yet. */
export class OwnMetrics {
  private readonly values = new Map<string, number[]>();

  put(metric: MetricName, values: readonly number[]): void {
    const key = metricKey(metric);
    this.values.set(key, [...(this.values.get(key) ?? []), ...values].slice(-MOST_VALUES));
  }

  /** The values put since the last call; a period without values has no data point. */
  takePeriod(): (metric: MetricName, statistic: Statistic) => number | undefined {
    const period = new Map(this.values);
    this.values.clear();
    return (metric, statistic) => {
      const values = period.get(metricKey(metric));
      return values && statisticOf(statistic, values);
    };
  }
}
