import assert from "node:assert/strict";
import { PATIENCE_MS } from "../patience";
import { startLoad } from "./load";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, runningTasks, service, siteUrl, startPlane, steady, until } from "./plane";

const resourceId = "service/handson/site";

/** Between one and three tasks, by a policy of the metric. */
function scaled(account: MemoryAccount, metric: string, resourceLabel?: string): void {
  account.put("aws:appautoscaling/target:Target", resourceId, {
    resourceId,
    scalableDimension: "ecs:service:DesiredCount",
    minCapacity: 1,
    maxCapacity: 3,
  });
  account.put("aws:appautoscaling/policy:Policy", metric, {
    name: metric,
    resourceId,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: 60,
      predefinedMetricSpecification: { predefinedMetricType: metric, resourceLabel },
    },
  });
}

describe("ServiceScaling", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  it("follows the requests to each target out and in again, within the limits", async () => {
    const account = new MemoryAccount();
    account.site();
    scaled(account, "ALBRequestCountPerTarget", "app/site/1/targetgroup/site/1");
    const plane = await startPlane(account, { scalingPeriodSeconds: 0.05 });
    await steady(plane);
    const load = startLoad(siteUrl(plane));
    await until(plane, () => runningTasks(plane).length === 3);
    await load.stop();
    await until(plane, () => service(plane).desiredCount === 1);
    await steady(plane);
    assert.equal(runningTasks(plane).length, 1);

    account.remove("aws:appautoscaling/policy:Policy", "ALBRequestCountPerTarget");
    account.service("site", { desiredCount: 2 });
    await steady(plane);
    assert.equal(service(plane).desiredCount, 2);
  });

  it("scales by a step when an alarm rings that names the policy", async () => {
    const account = new MemoryAccount();
    account.site();
    scaled(account, "ECSServiceAverageCPUUtilization");
    const plane = await startPlane(account);
    await steady(plane);
    for (const [name, scalingAdjustment] of [
      ["out", 2],
      ["in", -1],
    ] as const) {
      account.put("aws:appautoscaling/policy:Policy", name, {
        arn: `arn:aws:autoscaling:${name}`,
        name,
        resourceId,
        stepScalingPolicyConfiguration: { stepAdjustments: [{ scalingAdjustment }] },
      });
      account.put("aws:cloudwatch/metricAlarm:MetricAlarm", name, {
        name,
        alarmActions: [`arn:aws:autoscaling:${name}`],
        comparisonOperator: name === "out" ? "GreaterThanThreshold" : "LessThanThreshold",
      });
    }
    plane.setAlarmState("out", "ALARM");
    plane.setAlarmState("out", "OK");
    assert.equal(service(plane).desiredCount, 3);
    plane.setAlarmState("in", "ALARM");
    plane.setAlarmState("unheard of", "ALARM");
    assert.equal(service(plane).desiredCount, 2);
    await steady(plane);
    assert.equal(runningTasks(plane).length, 2);
  });

  it("says once of each what it cannot simulate", async () => {
    const account = new MemoryAccount();
    account.site();
    const plane = await startPlane(account);
    const said: string[] = [];
    plane.onEvent(({ source, message }) => {
      if (source === "service-scaling") said.push(message);
    });
    scaled(account, "ECSServiceAverageCPUUtilization");
    account.put("aws:appautoscaling/policy:Policy", "steps", {
      name: "steps",
      resourceId,
      stepScalingPolicyConfiguration: { stepAdjustments: [{ scalingAdjustment: 1 }] },
    });
    account.put("aws:appautoscaling/policy:Policy", "queue", {
      name: "queue",
      resourceId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 10,
        customizedMetricSpecification: { metricName: "Messages", namespace: "AWS/SQS" },
      },
    });
    account.put("aws:appautoscaling/scheduledAction:ScheduledAction", "morning", {
      name: "morning",
      resourceId,
    });
    await steady(plane);
    account.service("site", { desiredCount: 2 });
    await steady(plane);
    assert.deepEqual(said, [
      "does not simulate policy ECSServiceAverageCPUUtilization: the lab does not measure " +
        "ECSServiceAverageCPUUtilization",
      "does not simulate policy steps: no alarm names it",
      "does not simulate policy queue: the lab does not measure Messages",
      "does not simulate scheduled action morning: the lab runs no schedules",
    ]);
  });
});
