import assert from "node:assert/strict";
import { mock } from "node:test";

import {
  ApplicationAutoScalingClient,
  DescribeScalingActivitiesCommand,
} from "@aws-sdk/client-application-auto-scaling";
import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  type ScanBy,
} from "@aws-sdk/client-cloudwatch";

import { Account } from "../../../lab/account/account";
import { ApiServer } from "../../../lab/api/apiServer";
import type { ApiTargets } from "../../../lab/api/service";
import type { PlaneEvent } from "../../../lab/runtime/dataplane/events";
import { create, createWorld, REGION } from "../account/fixtures";
import { KEY } from "./servedApi";

const Dimensions = [
  { Name: "ClusterName", Value: "handson" },
  { Name: "ServiceName", Value: "handson" },
];
const ELB = `arn:aws:elasticloadbalancing:${REGION}:123456789012`;
const Requests = { Namespace: "AWS/ApplicationELB", MetricName: "RequestCountPerTarget" };
const ofGroup = { Name: "TargetGroup", Value: "targetgroup/web/1" };
const ofBalancer = { Name: "LoadBalancer", Value: "app/web/2" };
const Metric = { Namespace: "AWS/ECS", MetricName: "CPUUtilization", Dimensions };

describe("the lab's APIs for metrics", () => {
  let api: ApiServer;
  let cloudWatch: CloudWatchClient;
  let client: { endpoint: string; region: string; credentials: typeof KEY };
  let changed = () => assert.fail("nobody listens");
  let requestCount = 0;
  const put: unknown[][] = [];
  let emit: (event: PlaneEvent) => void = () => assert.fail("nobody listens");
  const range = () => ({
    StartTime: new Date(Date.now() - 600_000),
    EndTime: new Date(Date.now() + 600_000),
  });

  before(async () => {
    const account = Account.inMemory();
    await createWorld(account);
    const scaled = {
      resourceId: "service/handson/handson",
      scalableDimension: "ecs:service:DesiredCount",
      serviceNamespace: "ecs",
    };
    await create(account, "scalableTarget", { ...scaled, minCapacity: 1, maxCapacity: 3 });
    const utilization = { CPUUtilization: 40, MemoryUtilization: 10 };
    const plane = {
      status: () => ({
        services: [{ arn: "a", cluster: "handson", name: "handson", utilization }],
        targetGroups: [
          {
            arn: `${ELB}:targetgroup/web/1`,
            targets: [{ state: "healthy" }, { state: "healthy" }, { state: "draining" }],
            requestCount,
          },
        ],
        loadBalancers: [
          {
            arn: `${ELB}:loadbalancer/app/web/2`,
            listeners: [{ rules: [{ targetGroups: [{ arn: `${ELB}:targetgroup/web/1` }] }] }],
          },
        ],
      }),
      putMetric: (...one: unknown[]) => put.push(one),
      onChange: (listener: () => never) => {
        changed = listener;
        return () => undefined;
      },
      onEvent: (listener: typeof emit) => {
        emit = listener;
        return () => undefined;
      },
    };
    const targets = { account, plane } as unknown as ApiTargets;
    api = await ApiServer.start({ port: 0, key: KEY, isStrict: true, targets });
    client = { endpoint: api.url, region: REGION, credentials: KEY };
    cloudWatch = new CloudWatchClient({ ...client, maxAttempts: 1 });
    changed();
  });
  after(() => api.close());

  describe("custom metrics", () => {
    const Backlog = {
      MetricName: "Backlog",
      Dimensions: [{ Name: "Queue", Value: "orders" }],
      Unit: "Count" as const,
    };

    it("accept data points, which scale services and can be read back", async () => {
      const MetricData = [{ ...Backlog, Values: [3, 5], Counts: [2, 1] }];
      await cloudWatch.send(new PutMetricDataCommand({ Namespace: "Shop", MetricData }));
      const metric = { namespace: "Shop", metric: "Backlog", dimensions: { Queue: "orders" } };
      assert.deepEqual(put, [[metric, [3, 3, 5]]]);
      const { Datapoints } = await cloudWatch.send(
        new GetMetricStatisticsCommand({
          Namespace: "Shop",
          MetricName: "Backlog",
          Dimensions: Backlog.Dimensions,
          Statistics: ["SampleCount", "Maximum"],
          Period: 3600,
          ...range(),
        }),
      );
      const [point] = Datapoints ?? [];
      assert.deepEqual([point?.SampleCount, point?.Maximum, point?.Unit], [3, 5, "Count"]);
    });

    it("are the same metric whatever the order of their dimensions", async () => {
      const [Queue, Region] = [
        { Name: "Queue", Value: "orders" },
        { Name: "Region", Value: "east" },
      ];
      const [one, other] = [
        [Queue, Region],
        [Region, Queue],
      ];
      const MetricData = [one, other].map((given) => ({
        MetricName: "Age",
        Dimensions: given,
        Value: 1,
      }));
      await cloudWatch.send(new PutMetricDataCommand({ Namespace: "Shop", MetricData }));
      const { Metrics } = await cloudWatch.send(
        new ListMetricsCommand({ Namespace: "Shop", MetricName: "Age" }),
      );
      assert.equal(Metrics?.length, 1);
    });

    const sums = { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 };
    const refused: [string, string, object, RegExp][] = [
      [
        "in AWS's own namespaces",
        "AWS/ECS",
        { Value: 1 },
        /AWS\/ for parameter Namespace is invalid/,
      ],
      ["without a value", "Shop", {}, /must have a Value/],
      ["with both a value and values", "Shop", { Value: 1, Values: [1] }, /mutually exclusive/],
      ["with fewer counts than values", "Shop", { Values: [1, 2], Counts: [1] }, /as many Counts/],
      [
        "with too many data points",
        "Shop",
        { Values: [1, 2], Counts: [1, 1000] },
        /1001.*at most 1000/,
      ],
      [
        "with statistics in place of values",
        "Shop",
        { StatisticValues: sums },
        /does not support StatisticValues/,
      ],
    ];
    for (const [why, Namespace, datum, expected] of refused) {
      it(`are refused ${why}`, async () => {
        const MetricData = [{ ...Backlog, ...datum }];
        const command = new PutMetricDataCommand({ Namespace, MetricData });
        await assert.rejects(cloudWatch.send(command), expected);
      });
    }
  });

  it("lists the metrics that have data points", async () => {
    const { Metrics } = await cloudWatch.send(new ListMetricsCommand({ Namespace: "AWS/ECS" }));
    assert.deepEqual(
      Metrics?.map(({ MetricName }) => MetricName),
      ["CPUUtilization", "MemoryUtilization"],
    );
    assert.deepEqual(Metrics[0]?.Dimensions, Dimensions);
    const { Metrics: others } = await cloudWatch.send(
      new ListMetricsCommand({ Namespace: "AWS/EC2" }),
    );
    assert.deepEqual(others, []);
  });

  it("returns statistics of one metric, and data of several", async () => {
    const { Datapoints } = await cloudWatch.send(
      new GetMetricStatisticsCommand({
        ...Metric,
        ...range(),
        Period: 60,
        Statistics: ["Average", "SampleCount"],
      }),
    );
    assert.equal(Datapoints?.[0]?.Average, 40);
    assert.equal(Datapoints[0].SampleCount, 1);
    const { MetricDataResults } = await cloudWatch.send(
      new GetMetricDataCommand({
        ...range(),
        MetricDataQueries: [{ Id: "cpu", MetricStat: { Metric, Period: 60, Stat: "Maximum" } }],
      }),
    );
    assert.deepEqual(MetricDataResults?.[0]?.Values, [40]);
    assert.equal(MetricDataResults[0].Timestamps?.length, 1);
  });

  it("returns the newest data first, or the oldest on request", async () => {
    mock.timers.enable({ apis: ["Date"], now: Date.now() + 60_000 });
    try {
      changed();
      const times = async (ScanBy?: ScanBy) => {
        const { MetricDataResults } = await cloudWatch.send(
          new GetMetricDataCommand({
            ...range(),
            ...(ScanBy && { ScanBy }),
            MetricDataQueries: [{ Id: "cpu", MetricStat: { Metric, Period: 1, Stat: "Maximum" } }],
          }),
        );
        return (MetricDataResults?.[0]?.Timestamps ?? []).map(Number);
      };
      const [newer = 0, older = 0] = await times();
      assert.ok(newer > older && older > 0);
      assert.deepEqual(await times("TimestampDescending"), [newer, older]);
      assert.deepEqual(await times("TimestampAscending"), [older, newer]);
    } finally {
      mock.timers.reset();
    }
  });

  it("divides requests among the healthy targets, for a target group alone and with its load balancer", async () => {
    const none = await cloudWatch.send(new ListMetricsCommand(Requests));
    assert.deepEqual(none.Metrics, []);
    requestCount = 90;
    changed();
    const { Metrics } = await cloudWatch.send(new ListMetricsCommand(Requests));
    assert.deepEqual(
      Metrics?.map((one) => one.Dimensions),
      [[ofGroup], [ofGroup, ofBalancer]],
    );
    for (const dimensions of [[ofGroup], [ofBalancer, ofGroup]]) {
      const { Datapoints } = await cloudWatch.send(
        new GetMetricStatisticsCommand({
          ...Requests,
          Dimensions: dimensions,
          ...range(),
          Period: 60,
          Statistics: ["Sum"],
        }),
      );
      assert.deepEqual(
        Datapoints?.map(({ Sum, Unit }) => [Sum, Unit]),
        [[45, "None"]],
      );
    }
    const metric = { ...Requests, Dimensions: [ofBalancer] };
    const { MetricDataResults } = await cloudWatch.send(
      new GetMetricDataCommand({
        ...range(),
        MetricDataQueries: [
          { Id: "one", MetricStat: { Metric: metric, Period: 60, Stat: "Sum" } },
          {
            Id: "both",
            MetricStat: {
              Metric: { ...Requests, Dimensions: [ofGroup, ofBalancer] },
              Period: 60,
              Stat: "Sum",
            },
          },
        ],
      }),
    );
    assert.deepEqual(
      MetricDataResults?.map(({ Values }) => Values),
      [[], [45]],
    );
  });

  it("returns nothing for an earlier time, and refuses expressions", async () => {
    const before = { StartTime: new Date(0), EndTime: new Date(1000) };
    const { Datapoints } = await cloudWatch.send(
      new GetMetricStatisticsCommand({ ...Metric, ...before, Period: 60, Statistics: ["Sum"] }),
    );
    assert.deepEqual(Datapoints, []);
    const MetricDataQueries = [{ Id: "e", Expression: "SUM(METRICS())" }];
    await assert.rejects(
      cloudWatch.send(new GetMetricDataCommand({ ...range(), MetricDataQueries })),
      /does not support expressions/,
    );
  });

  it("reports how a service was scaled, and no other scaling events", async () => {
    const event = { at: "2026-01-01T00:00:00.000Z", source: "service-scaling" as const };
    emit({ ...event, resource: "handson", message: "does not simulate something" });
    emit({
      ...event,
      resource: "handson",
      message: "Message: Successfully set desired count to 2: 80 percent of the tasks' CPU.",
    });
    emit({ ...event, resource: "other", message: "Successfully set desired count to 3." });
    const scaling = new ApplicationAutoScalingClient(client);
    const { ScalingActivities } = await scaling.send(
      new DescribeScalingActivitiesCommand({ ServiceNamespace: "ecs" }),
    );
    assert.deepEqual(
      ScalingActivities?.map(({ Description }) => Description),
      ["Setting desired count to 2."],
    );
  });
});
