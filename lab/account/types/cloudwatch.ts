import type { cloudwatch } from "@pulumi/aws";
import { z } from "zod";

import { STATISTICS } from "../../shared/metric";
import { AwsError } from "../errors";
import { resourceType } from "../resourceType";
import { arn, exclusive, inputsOf, tags, text, unsupported } from "./shared";

export const METRIC_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

const statistic = z.enum(STATISTICS);
const extendedStatistic = z
  .string()
  .regex(
    /^((p|tm|wm|tc|ts)(\d{1,2}(\.\d{1,2})?|100)|IQM|(TM|WM|PR|TC|TS)\((\d+(\.\d+)?%?)?:(\d+(\.\d+)?%?)?\))$/,
    "invalid statistic, see CloudWatch's statistics definitions",
  );
const name = z.string().min(1).max(255);
/** Includes the actions on instances, `arn:aws:automate:<region>:ec2:stop`. */
const action = z.union([arn, z.string().regex(/^arn:[\w-]+:automate:[\w-]+:ec2:\w+$/)]);
const actions = z.array(action).max(5).optional();
const dimensions = z.record(z.string(), z.string()).optional();

/** In seconds. */
const periodOf = (...short: readonly number[]) =>
  z
    .int()
    .positive()
    .refine(
      (seconds) => short.includes(seconds) || seconds % 60 === 0,
      `must be ${short.join(", ")} or a multiple of 60`,
    );

const metricQuery = z
  .strictObject({
    accountId: name.optional(),
    expression: z.string().min(1).max(1024).optional(),
    id: name,
    label: text,
    metric: z
      .strictObject({
        dimensions,
        metricName: name,
        namespace: name.optional(),
        period: periodOf(1, 5, 10, 20, 30),
        stat: z.union([statistic, extendedStatistic]),
        unit: text,
      })
      .optional(),
    period: periodOf(1, 5, 10, 20, 30).optional(),
    returnData: z.boolean().default(false),
  })
  .refine(({ expression, metric }) => expression === undefined || metric === undefined, {
    path: ["metric"],
    error: "No metric_query may have both `expression` and a `metric` specified",
  });

/**
 * An alarm. The lab measures no metrics that it could follow, so its state is set by hand.
 *
 * Source: terraform-provider-aws, internal/service/cloudwatch/metric_alarm.go, `resourceMetricAlarm`.
 */
export const metricAlarm = resourceType({
  token: METRIC_ALARM,
  inputs: inputsOf<cloudwatch.MetricAlarmArgs>()({
    actionsEnabled: z.boolean().default(true),
    alarmActions: actions,
    alarmDescription: z.string().max(1024).optional(),
    comparisonOperator: z.enum([
      "GreaterThanOrEqualToThreshold",
      "GreaterThanThreshold",
      "LessThanThreshold",
      "LessThanOrEqualToThreshold",
      "LessThanLowerOrGreaterThanUpperThreshold",
      "LessThanLowerThreshold",
      "GreaterThanUpperThreshold",
    ]),
    datapointsToAlarm: z.int().min(1).optional(),
    dimensions,
    evaluateLowSampleCountPercentiles: z.enum(["evaluate", "ignore"]).optional(),
    evaluationCriteria: unsupported,
    evaluationInterval: unsupported,
    evaluationPeriods: z.int().min(1),
    extendedStatistic: extendedStatistic.optional(),
    insufficientDataActions: actions,
    metricName: name.optional(),
    metricQueries: z.array(metricQuery).optional(),
    name: name.optional(),
    namespace: name.optional(),
    okActions: actions,
    period: periodOf(10, 20, 30).optional(),
    region: text,
    statistic: statistic.optional(),
    tags,
    threshold: z.number().optional(),
    thresholdMetricId: name.optional(),
    treatMissingData: z.enum(["missing", "ignore", "breaching", "notBreaching"]).default("missing"),
    unit: text,
    warmUpConfiguration: unsupported,
  }),
  autoNameMaxLength: 255,
  immutable: ["name", "region"],
  sets: ["alarmActions", "insufficientDataActions", "metricQueries", "okActions"],
  computed: ["arn", "evaluateLowSampleCountPercentiles", "name"],
  rules: [
    exclusive("metricQueries", "metricName"),
    exclusive("metricQueries", "dimensions"),
    exclusive("metricQueries", "namespace"),
    exclusive("metricQueries", "period"),
    exclusive("statistic", "extendedStatistic", "metricQueries"),
    exclusive("threshold", "thresholdMetricId"),
    {
      keys: ["metricName", "statistic", "extendedStatistic"],
      check: ({ extendedStatistic: extended, metricName, statistic: plain }) =>
        metricName !== undefined && extended === undefined && plain === undefined
          ? "One of `statistic` or `extended_statistic` must be set for a cloudwatch metric alarm"
          : undefined,
    },
  ],
  validate(context, inputs, before) {
    if (!before && context.get(METRIC_ALARM, inputs.name ?? "")) {
      throw new AwsError(
        "ResourceAlreadyExists",
        `CloudWatch metric alarm "${inputs.name ?? ""}" already exists`,
      );
    }
    if (inputs.metricName === undefined && inputs.metricQueries === undefined) {
      throw new AwsError("ValidationError", "Either MetricName or Metrics must be specified.");
    }
    if (inputs.metricName !== undefined && [inputs.namespace, inputs.period].includes(undefined)) {
      throw new AwsError(
        "ValidationError",
        "Namespace and Period must be specified with a metric.",
      );
    }
  },
  create: (context, { name: alarmName = "" }) => ({
    id: alarmName,
    outputs: {
      arn: context.arn("cloudwatch", `alarm:${alarmName}`),
      evaluateLowSampleCountPercentiles: "",
      name: alarmName,
    },
  }),
});

export const cloudwatchTypes = [metricAlarm];
