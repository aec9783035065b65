import type { DescribeAlarmsInput, SetAlarmStateInput } from "@aws-sdk/client-cloudwatch";

import type { ResourceRecord } from "../../../account/record";
import type { Properties } from "../../../account/resourceType";
import { METRIC_ALARM } from "../../../account/types/cloudwatch";
import { ApiError } from "../../apiError";
import { pagesBy } from "../../paging";
import { defined, recordsOf, refuseOthers } from "../../records";
import type { Api, Operation } from "../../service";

const INVALID = "InvalidParameterValue";

const page = pagesBy({
  size: "MaxRecords",
  token: "NextToken",
  most: 100,
  invalidCode: "InvalidNextToken",
});

/** Alarms do not follow metrics here; their state is set with SetAlarmState. */
export const alarmOperations: Record<string, Operation> = {
  DescribeAlarms: (input: DescribeAlarmsInput, api: Api) => {
    const filters = ["ActionPrefix", "AlarmNamePrefix", "AlarmNames", "AlarmTypes", "StateValue"];
    const known = [...filters, "MaxRecords", "NextToken"];
    refuseOthers("DescribeAlarms", input, known, INVALID);
    const { items, next } = page(
      recordsOf(api, METRIC_ALARM).filter((record) => isWanted(api, record, input)),
      input,
    );
    return {
      MetricAlarms: items.map((record) => describe(api, record)),
      CompositeAlarms: [],
      ...next,
    };
  },

  SetAlarmState: ({ AlarmName = "", StateValue }: SetAlarmStateInput, api: Api) => {
    const record = recordsOf(api, METRIC_ALARM).find(({ id }) => id === AlarmName);
    if (record === undefined) throw new ApiError("ResourceNotFound", `Unknown ${AlarmName}`, 404);
    if (StateValue !== "OK" && StateValue !== "ALARM") {
      throw new ApiError(INVALID, "The lab's alarms can only be set to OK or ALARM.");
    }
    api.plane.setAlarmState(AlarmName, StateValue);
    return {};
  },
};

const stateOf = ({ plane }: Api, { id }: ResourceRecord) =>
  plane.alarmState(id) ?? "INSUFFICIENT_DATA";

function isWanted(api: Api, record: ResourceRecord, input: DescribeAlarmsInput): boolean {
  const { ActionPrefix, AlarmNamePrefix = "", AlarmNames, AlarmTypes, StateValue } = input;
  const { id, outputs } = record;
  const actions = [outputs.alarmActions, outputs.okActions, outputs.insufficientDataActions]
    .map((one) => (one ?? []) as string[])
    .flat();
  return (
    AlarmNames?.includes(id) !== false &&
    id.startsWith(AlarmNamePrefix) &&
    AlarmTypes?.includes("MetricAlarm") !== false &&
    (StateValue === undefined || StateValue === stateOf(api, record)) &&
    (ActionPrefix === undefined || actions.some((one) => one.startsWith(ActionPrefix)))
  );
}

function describe(api: Api, record: ResourceRecord): object {
  const { outputs } = record;
  return defined({
    AlarmName: record.id,
    AlarmArn: outputs.arn,
    AlarmDescription: outputs.alarmDescription,
    ActionsEnabled: outputs.actionsEnabled,
    OKActions: outputs.okActions ?? [],
    AlarmActions: outputs.alarmActions ?? [],
    InsufficientDataActions: outputs.insufficientDataActions ?? [],
    StateValue: stateOf(api, record),
    EvaluationPeriods: outputs.evaluationPeriods,
    DatapointsToAlarm: outputs.datapointsToAlarm,
    Threshold: outputs.threshold,
    ThresholdMetricId: outputs.thresholdMetricId,
    ComparisonOperator: outputs.comparisonOperator,
    TreatMissingData: outputs.treatMissingData,
    ...describeMetric(outputs),
    Metrics: (outputs.metricQueries as Properties[] | undefined)?.map(describeQuery),
  });
}

function describeQuery({ id, expression, label, metric, period, returnData }: Properties): object {
  const { stat, period: every, unit, ...named } = (metric ?? {}) as Properties;
  return defined({
    Id: id,
    Expression: expression,
    Label: label,
    Period: period,
    ReturnData: returnData,
    MetricStat: metric && {
      ...defined({ Period: every, Stat: stat, Unit: unit }),
      Metric: describeMetric(named),
    },
  });
}

function describeMetric(named: Properties): Properties {
  const dimensions = Object.entries((named.dimensions ?? {}) as Record<string, string>);
  return defined({
    Namespace: named.namespace,
    MetricName: named.metricName,
    Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
    Period: named.period,
    Statistic: named.statistic,
    ExtendedStatistic: named.extendedStatistic,
    Unit: named.unit,
  });
}
