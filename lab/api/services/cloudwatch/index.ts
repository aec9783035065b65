import type {
  GetMetricDataInput,
  GetMetricStatisticsInput,
  ListMetricsInput,
  MetricDataQuery,
  MetricDatum,
  PutMetricDataInput,
} from "@aws-sdk/client-cloudwatch";

import { MOST_VALUES } from "../../../runtime/controlplane/ecs/ownMetrics";
import { metricKey, type MetricName, STATISTICS, statisticOf } from "../../../shared/metric";
import { ApiError } from "../../apiError";
import { clients } from "../../clients";
import type { DataPoint } from "../../measures";
import { pageOf } from "../../paging";
import type { Api, ApiService, Operation } from "../../service";
import { alarmOperations } from "./alarms";

const INVALID = "InvalidParameterValue";
const MOST_LISTED = 500;

interface Metric {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?:
    | readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[]
    | undefined;
}

const operations: Record<string, Operation> = {
  ListMetrics: (input: ListMetricsInput, api: Api) => {
    const known = new Map(api.history.dataPoints.map((one) => [metricKey(one), one]));
    const metrics = [...known.values()].filter((one) => isOf(one, input)).map(describeMetric);
    const { items, nextToken } = pageOf(metrics, {
      token: input.NextToken,
      most: MOST_LISTED,
      invalidCode: INVALID,
    });
    return { Metrics: items, ...(nextToken === undefined ? {} : { NextToken: nextToken }) };
  },

  GetMetricStatistics: (input: GetMetricStatisticsInput, api: Api) => {
    const { Statistics = [], ExtendedStatistics = [], MetricName } = input;
    if (ExtendedStatistics.length > 0) throw notKnown("percentiles");
    return {
      Label: MetricName,
      Datapoints: periodsOf(api, input, input).map(({ at, unit, values }) => ({
        Timestamp: at,
        Unit: unit,
        ...Object.fromEntries(Statistics.map((name) => [name, statistic(name, values)])),
      })),
    };
  },

  GetMetricData: (input: GetMetricDataInput, api: Api) => ({
    MetricDataResults: (input.MetricDataQueries ?? [])
      .filter(({ ReturnData }) => ReturnData !== false)
      .map((query) => resultOf(api, query, input)),
    Messages: [],
  }),

  PutMetricData: ({ Namespace = "", MetricData = [] }: PutMetricDataInput, api: Api) => {
    if (Namespace.startsWith("AWS/")) {
      throw new ApiError(INVALID, "The value AWS/ for parameter Namespace is invalid.");
    }
    for (const datum of MetricData) put(api, Namespace, datum);
    return {};
  },
  ...alarmOperations,
};

/** Records the values of one datum, each as often as its count says. */
function put({ history, plane }: Api, namespace: string, datum: MetricDatum): void {
  const { MetricName = "", Unit = "None", Timestamp = new Date(), Dimensions = [] } = datum;
  const metric = {
    namespace,
    metric: MetricName,
    dimensions: Object.fromEntries(
      Dimensions.map(({ Name = "", Value = "" }) => [Name, Value] as const),
    ),
  };
  const values = valuesOf(datum);
  plane.putMetric(metric, values);
  history.putDataPoints(values.map((value) => ({ ...metric, at: Timestamp, value, unit: Unit })));
}

/** @throws ApiError if it has no value, too many, both kinds of values, or counts that do not match them. */
function valuesOf({
  MetricName = "",
  Value,
  Values,
  Counts,
  StatisticValues,
}: MetricDatum): number[] {
  if (StatisticValues !== undefined) throw notKnown("StatisticValues");
  if (Value !== undefined && Values !== undefined) {
    throw new ApiError(
      INVALID,
      `The parameters Value and Values of MetricData for ${MetricName} are mutually exclusive.`,
    );
  }
  const values = Value === undefined ? (Values ?? []) : [Value];
  const counts = Counts ?? values.map(() => 1);
  if (values.length === 0 || counts.length !== values.length) {
    throw new ApiError(
      INVALID,
      `MetricData for ${MetricName} must have a Value, or Values with as many Counts.`,
    );
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > MOST_VALUES) {
    throw new ApiError(
      INVALID,
      `MetricData for ${MetricName} counts ${total} values; the lab takes at most ${MOST_VALUES} at once.`,
    );
  }
  return values.flatMap((value, i) => Array.from({ length: counts[i] ?? 1 }, () => value));
}

export const cloudWatch: ApiService = {
  title: "Amazon CloudWatch",
  signingName: "monitoring",
  protocol: "json",
  target: "GraniteServiceVersion20100801",
  xmlNamespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
  invalidCode: INVALID,
  model: clients.cloudWatch,
  operations,
  refused: {
    GetMetricData: ["LabelOptions", "MaxDatapoints"],
    ListMetrics: ["IncludeLinkedAccounts", "OwningAccount"],
  },
};

function describeMetric({ namespace, metric, dimensions }: MetricName) {
  return {
    Namespace: namespace,
    MetricName: metric,
    Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
  };
}

function isOf(point: DataPoint, { Namespace, MetricName: name, Dimensions = [] }: Metric): boolean {
  const { namespace, metric, dimensions } = point;
  return (
    (Namespace ?? namespace) === namespace &&
    (name ?? metric) === metric &&
    Dimensions.every(
      ({ Name = "", Value }) =>
        Object.hasOwn(dimensions, Name) && (Value ?? dimensions[Name]) === dimensions[Name],
    )
  );
}

interface Range {
  readonly StartTime?: Date | undefined;
  readonly EndTime?: Date | undefined;
  readonly Period?: number | undefined;
}

/** A metric's data points, grouped by period; with exactly its dimensions, as in CloudWatch. */
function periodsOf({ history }: Api, metric: Metric, { StartTime, EndTime, Period = 60 }: Range) {
  const count = metric.Dimensions?.length ?? 0;
  const periods = new Map<number, DataPoint[]>();
  for (const point of history.dataPoints) {
    const isWithin = point.at >= (StartTime ?? point.at) && (EndTime ?? Infinity) > point.at;
    const isExact = Object.keys(point.dimensions).length === count;
    if (!isWithin || !isExact || !isOf(point, metric)) continue;
    const start = Math.floor(point.at.getTime() / (Period * 1000)) * Period * 1000;
    periods.set(start, [...(periods.get(start) ?? []), point]);
  }
  return [...periods].map(([start, points]) => ({
    at: new Date(start),
    unit: points[0]?.unit,
    values: points.map(({ value }) => value),
  }));
}

function statistic(name: string, values: readonly number[]): number {
  const known = STATISTICS.find((one) => one === name);
  if (known === undefined) throw notKnown(`the statistic ${name}`);
  return statisticOf(known, values);
}

function resultOf(
  api: Api,
  { Id, Label, MetricStat, Expression }: MetricDataQuery,
  range: GetMetricDataInput,
) {
  if (Expression !== undefined || MetricStat === undefined) throw notKnown("expressions");
  const { Metric: metric = {}, Period, Stat = "Average" } = MetricStat;
  const oldestFirst = periodsOf(api, metric, { ...range, Period });
  const periods = range.ScanBy === "TimestampAscending" ? oldestFirst : [...oldestFirst].reverse();
  return {
    Id,
    Label: Label ?? metric.MetricName,
    Timestamps: periods.map(({ at }) => at),
    Values: periods.map(({ values }) => statistic(Stat, values)),
    StatusCode: "Complete",
  };
}

const notKnown = (what: string) =>
  new ApiError(INVALID, `The lab's CloudWatch does not support ${what}.`);
