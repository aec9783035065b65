import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { programFolder } from "../dataplane/nodeProgram";
import { PATIENCE_MS } from "../patience";
import { startLoad } from "./load";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, runningTasks, service, siteUrl, startPlane, steady, until } from "./plane";

const resourceId = "service/handson/site";

/** Scales the service between one and three tasks by a policy on `metric`. */
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

  it("scales out and in again with the requests per target, within the limits", async () => {
    const account = new MemoryAccount();
    account.site();
    scaled(account, "ALBRequestCountPerTarget", "app/site/1/targetgroup/site/1");
    const plane = await startPlane(account, { times: { scalingPeriodMs: 50 } });
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

  it("follows a custom metric, of exactly the policy's dimensions", async () => {
    const account = new MemoryAccount();
    account.site();
    scaled(account, "BacklogPerTask");
    account.put("aws:appautoscaling/policy:Policy", "BacklogPerTask", {
      name: "backlog",
      resourceId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 10,
        customizedMetricSpecification: {
          namespace: "Shop",
          metricName: "BacklogPerTask",
          dimensions: [{ name: "Queue", value: "orders" }],
          statistic: "Maximum",
        },
      },
    });
    const plane = await startPlane(account, { times: { scalingPeriodMs: 50 } });
    await steady(plane);
    const put = (Queue: string, ...values: number[]) => {
      plane.putMetric(
        { namespace: "Shop", metric: "BacklogPerTask", dimensions: { Queue } },
        values,
      );
    };
    // Data points in every period, until the service has scaled out.
    const putting = setInterval(() => {
      put("orders", 1, 30);
      put("mails", 0);
    }, 20);
    try {
      await until(plane, () => runningTasks(plane).length === 3);
    } finally {
      clearInterval(putting);
    }
    const fewer = setInterval(() => {
      put("orders", 1);
    }, 20);
    try {
      await until(plane, () => service(plane).desiredCount === 1);
    } finally {
      clearInterval(fewer);
    }
  });

  it("scales out and in again with the CPU that the tasks' processes use, and shows it", async () => {
    const account = new MemoryAccount();
    const folder = programFolder({
      main: `let busy = false;
        process.on("SIGUSR2", () => { busy = !busy; });
        setInterval(() => { const until = Date.now() + 40; while (busy && Date.now() < until); }, 50);
        console.log("ready");`,
    });
    try {
      const taskDefinition = account.taskDefinition("worker", {
        image: "worker",
        portMappings: [],
      });
      account.put("aws:ecs/taskDefinition:TaskDefinition", taskDefinition, {
        cpu: "64",
        memory: "512",
      });
      account.service("site", { taskDefinition });
      scaled(account, "ECSServiceAverageCPUUtilization");
      const plane = await startPlane(account, {
        images: () => folder,
        runtime: "static",
        times: { scalingPeriodMs: 300 },
      });
      await steady(plane);
      const [first] = runningTasks(plane);
      await until(plane, () => plane.logs(first?.arn ?? "").includes("ready"));
      await until(plane, () => service(plane).utilization !== undefined);
      const { MemoryUtilization = 0 } = service(plane).utilization ?? {};
      assert.ok(MemoryUtilization > 3 && MemoryUtilization < 60, String(MemoryUtilization));
      process.kill(first?.pid ?? 0, "SIGUSR2");
      await until(plane, () => service(plane).desiredCount > 1);
      process.kill(first?.pid ?? 0, "SIGUSR2");
      await until(plane, () => service(plane).desiredCount === 1);
      const { CPUUtilization = 100 } = service(plane).utilization ?? {};
      assert.ok(CPUUtilization < 60, String(CPUUtilization));
    } finally {
      await endPlanes();
      rmSync(folder, { recursive: true });
    }
  });

  it("sets new limits when a scheduled action is due, and brings the service within them", async () => {
    const account = new MemoryAccount();
    account.site();
    scaled(account, "ECSServiceAverageMemoryUtilization");
    account.put("aws:appautoscaling/scheduledAction:ScheduledAction", "morning", {
      name: "morning",
      resourceId,
      schedule: "cron(0 9 * * ? *)",
      timezone: "Asia/Tokyo",
      scalableTargetAction: { minCapacity: 2, maxCapacity: 5 },
    });
    const offset = Date.parse("2026-01-01T23:59:59.500Z") - Date.now();
    const plane = await startPlane(account, { clock: () => new Date(Date.now() + offset) });
    const said: string[] = [];
    plane.onEvent(({ source, message }) => {
      if (source === "service-scaling") said.push(message);
    });
    await until(plane, () => service(plane).desiredCount === 2);
    await steady(plane);
    const limits = account.get("aws:appautoscaling/target:Target", resourceId)?.outputs;
    assert.deepEqual([limits?.minCapacity, limits?.maxCapacity], [2, 5]);
    assert.ok(
      said.includes(
        "Message: Successfully set min capacity to 2 and max capacity to 5: scheduled action name " +
          "morning was triggered.",
      ),
      said.join("\n"),
    );
  });

  it("scales by a step when an alarm goes off whose action is the policy", async () => {
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

  it("reports only once what it cannot simulate", async () => {
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
      schedule: "sometimes",
    });
    await steady(plane);
    account.service("site", { desiredCount: 2 });
    await steady(plane);
    assert.deepEqual(said, [
      "does not simulate policy steps: no alarm refers to it",
      "does not simulate policy queue: the lab does not measure Messages",
      "does not simulate scheduled action morning: its schedule sometimes",
    ]);
  });
});
