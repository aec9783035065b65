import assert from "node:assert/strict";

import { ServiceAutoscaling, type ServiceAutoscalingArgs } from "../../../components";
import { evaluate } from "../../program/mocks";

const args: ServiceAutoscalingArgs = {
  clusterName: "handson-dev",
  serviceName: "handson-dev",
  loadBalancerArnSuffix: "app/handson-dev/1",
  targetGroupArnSuffix: "targetgroup/handson-80-dev/2",
  minCount: 1,
  maxCount: 4,
  cpu: 50,
};

const declare = (changes: Partial<ServiceAutoscalingArgs> = {}) =>
  evaluate(() => new ServiceAutoscaling("scale", { ...args, ...changes }));

async function inputsOf(type: string, changes?: Partial<ServiceAutoscalingArgs>) {
  const { resources } = await declare(changes);
  return resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs);
}

const policyType = "aws:appautoscaling/policy:Policy";
const actionType = "aws:appautoscaling/scheduledAction:ScheduledAction";
const scaled = {
  resourceId: "service/handson-dev/handson-dev",
  scalableDimension: "ecs:service:DesiredCount",
  serviceNamespace: "ecs",
};

describe("ServiceAutoscaling", () => {
  it("lets the desired count of one service move between its limits", async () => {
    assert.deepEqual(await inputsOf("aws:appautoscaling/target:Target"), [
      { ...scaled, minCapacity: 1, maxCapacity: 4 },
    ]);
  });

  it("keeps CPU, memory and requests near their values, scaling out fast and in slowly", async () => {
    const policies = await inputsOf(policyType, { cpu: 50, memory: 60, requestsPerTarget: 600 });
    const cooldowns = { scaleOutCooldown: 60, scaleInCooldown: 300 };
    const policy = (name: string, targetValue: number, predefinedMetricSpecification: object) => ({
      name,
      policyType: "TargetTrackingScaling",
      ...scaled,
      targetTrackingScalingPolicyConfiguration: {
        targetValue,
        predefinedMetricSpecification,
        ...cooldowns,
      },
    });
    assert.deepEqual(policies, [
      policy("cpu", 50, { predefinedMetricType: "ECSServiceAverageCPUUtilization" }),
      policy("memory", 60, { predefinedMetricType: "ECSServiceAverageMemoryUtilization" }),
      policy("requests", 600, {
        predefinedMetricType: "ALBRequestCountPerTarget",
        resourceLabel: "app/handson-dev/1/targetgroup/handson-80-dev/2",
      }),
    ]);
  });

  it("keeps a custom metric near its value", async () => {
    const metrics = [
      {
        name: "backlog",
        namespace: "Shop",
        metricName: "BacklogPerTask",
        dimensions: { Queue: "orders" },
        statistic: "Maximum" as const,
        targetValue: 100,
      },
    ];
    const [policy] = await inputsOf(policyType, { cpu: undefined, metrics });
    assert.equal(policy?.name, "backlog");
    assert.deepEqual(policy.targetTrackingScalingPolicyConfiguration, {
      targetValue: 100,
      customizedMetricSpecification: {
        namespace: "Shop",
        metricName: "BacklogPerTask",
        dimensions: [{ name: "Queue", value: "orders" }],
        statistic: "Maximum",
      },
      scaleOutCooldown: 60,
      scaleInCooldown: 300,
    });
  });

  it("changes the limits on a schedule", async () => {
    const schedule = "cron(0 9 ? * MON-FRI *)";
    const schedules = [{ name: "morning", schedule, timezone: "Asia/Tokyo", minCount: 2 }];
    assert.deepEqual(await inputsOf(actionType, { schedules }), [
      {
        name: "morning",
        schedule,
        timezone: "Asia/Tokyo",
        ...scaled,
        scalableTargetAction: { minCapacity: 2 },
      },
    ]);
  });

  it("reports everything that is wrong with its arguments at once", async () => {
    const wrong = declare({
      minCount: 5,
      cpu: 0,
      memory: 101,
      requestsPerTarget: 1,
      loadBalancerArnSuffix: undefined,
      schedules: [
        { name: "cpu", schedule: "rate(1 day)", minCount: 1 },
        { name: "noon", schedule: "12:00", minCount: 3, maxCount: 2 },
        { name: "idle", schedule: "at(2026-04-01T09:00:00)" },
      ],
    });
    await assert.rejects(wrong, (error: Error) => {
      for (const problem of [
        /autoscaling\.minCount 5 must be .* from 0 to 4/,
        /autoscaling\.cpu 0 must be .* from 1 to 100/,
        /autoscaling\.memory 101 must be .* from 1 to 100/,
        /requestsPerTarget needs loadBalancerArnSuffix/,
        /name "cpu" must be/,
        /schedules\.noon\.schedule "12:00" must be rate\(…\), cron\(…\) or at\(…\)/,
        /schedules\.noon: minCount 3 is more than maxCount 2/,
        /schedules\.idle changes nothing/,
      ]) {
        assert.match(error.message, problem);
      }
      assert.equal(error.message.split("\n").length, 9, "a heading, and one line for each");
      return true;
    });
  });

  it("must have something to scale by", async () => {
    await assert.rejects(declare({ cpu: undefined }), /autoscaling has nothing to scale by/);
  });
});
