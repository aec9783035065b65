import assert from "node:assert/strict";

import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type DescribeAlarmsInput,
  SetAlarmStateCommand,
  type StateValue,
} from "@aws-sdk/client-cloudwatch";

import type { Account } from "../../../lab/account/account";
import { create, createWorld } from "../account/fixtures";
import { PATIENCE_MS } from "../runtime/patience";
import { serveApi, type ServedApi } from "./servedApi";

const SCALED = {
  resourceId: "service/handson/handson",
  scalableDimension: "ecs:service:DesiredCount",
  serviceNamespace: "ecs",
};
const METRIC = {
  namespace: "AWS/ECS",
  metricName: "CPUUtilization",
  dimensions: { ClusterName: "handson", ServiceName: "handson" },
};

/** The tutorial's world, whose service grows by one task when the alarm `busy` goes off. */
async function createAlarmedWorld(account: Account) {
  const world = await createWorld(account);
  await create(account, "scalableTarget", { ...SCALED, minCapacity: 1, maxCapacity: 3 });
  const policy = await create(account, "scalingPolicy", {
    ...SCALED,
    name: "grow",
    policyType: "StepScaling",
    stepScalingPolicyConfiguration: {
      adjustmentType: "ChangeInCapacity",
      stepAdjustments: [{ metricIntervalLowerBound: "0", scalingAdjustment: 1 }],
    },
  });
  await create(account, "metricAlarm", {
    ...{ ...METRIC, name: "busy", statistic: "Average", period: 60 },
    ...{ comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 2, threshold: 80 },
    alarmActions: [policy.outputs.arn],
  });
  await create(account, "metricAlarm", {
    name: "errors",
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    threshold: 1,
    metricQueries: [
      { id: "e", metric: { ...METRIC, period: 60, stat: "Average" } },
      { id: "percent", expression: "e * 100", returnData: true },
    ],
  });
  return world;
}

describe("CloudWatch's alarms in the lab's API", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi;
  let cloudWatch: CloudWatchClient;

  before(async () => {
    served = await serveApi(createAlarmedWorld);
    cloudWatch = new CloudWatchClient(served.client);
  });
  after(async () => {
    cloudWatch.destroy();
    await served.close();
  });

  const described = async (input: DescribeAlarmsInput) =>
    (await cloudWatch.send(new DescribeAlarmsCommand(input))).MetricAlarms ?? [];
  const named = async (input: DescribeAlarmsInput) =>
    (await described(input)).map(({ AlarmName }) => AlarmName);
  const set = (AlarmName: string, StateValue: StateValue) =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: "a lesson" }));

  it("are described with their metric, or with their expression over metrics", async () => {
    const [busy, errors] = await described({});
    assert.equal(busy?.StateValue, "INSUFFICIENT_DATA");
    assert.deepEqual(
      [busy.MetricName, busy.Statistic, busy.Threshold],
      ["CPUUtilization", "Average", 80],
    );
    assert.deepEqual(busy.Dimensions?.[0], { Name: "ClusterName", Value: "handson" });
    const [metric, percent] = errors?.Metrics ?? [];
    assert.equal(metric?.MetricStat?.Metric?.Namespace, "AWS/ECS");
    assert.equal(metric.MetricStat.Period, 60);
    assert.deepEqual([percent?.Expression, percent?.ReturnData], ["e * 100", true]);
  });

  it("are found by name, name prefix, action prefix, type and state", async () => {
    assert.deepEqual(await named({ AlarmNames: ["errors", "none"] }), ["errors"]);
    assert.deepEqual(await named({ AlarmNamePrefix: "bus" }), ["busy"]);
    assert.deepEqual(await named({ ActionPrefix: "arn:aws:autoscaling" }), ["busy"]);
    assert.deepEqual(await named({ AlarmTypes: ["CompositeAlarm"] }), []);
    await set("errors", "OK");
    assert.deepEqual(await named({ StateValue: "OK" }), ["errors"]);
    assert.deepEqual(await named({ StateValue: "INSUFFICIENT_DATA" }), ["busy"]);
    await assert.rejects(described({ ChildrenOfAlarmName: "busy" }), {
      message: /does not support ChildrenOfAlarmName/,
    });
  });

  it("trigger the same actions when they are set as when they go off", async () => {
    const desired = () => served.plane.status().services[0]?.desiredCount;
    assert.equal(desired(), 1);
    await set("busy", "ALARM");
    assert.equal(desired(), 2);
    assert.deepEqual(await named({ StateValue: "ALARM" }), ["busy"]);
    await set("busy", "OK");
    assert.equal(desired(), 2);
  });

  it("cannot be set under an unknown name, or to a state that the lab does not support", async () => {
    await assert.rejects(set("none", "ALARM"), { name: "ResourceNotFound" });
    await assert.rejects(set("busy", "INSUFFICIENT_DATA"), { message: /OK or ALARM/ });
  });
});
