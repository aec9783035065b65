import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import type { Properties } from "../../../../lab/account/resourceType";
import {
  create,
  createWorld,
  problemPaths,
  rejection,
  trustPolicy,
  type TypeName,
  TYPES,
  type World,
} from "../fixtures";

const ALARM = {
  name: "busy",
  comparisonOperator: "GreaterThanThreshold",
  evaluationPeriods: 1,
  metricName: "CPUUtilization",
  namespace: "AWS/ECS",
  period: 60,
  statistic: "Average",
  threshold: 70,
};

describe("the account's schedules and alarms", () => {
  let account: Account;
  let world: World;
  let roleArn: string;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createWorld(account);
    const role = { name: "events", assumeRolePolicy: trustPolicy("events") };
    roleArn = String((await create(account, "role", role)).outputs.arn);
    await create(account, "eventRule", { name: "nightly", scheduleExpression: "rate(1 day)" });
  });

  /** A target of the rule that starts the world's task. */
  function target(patch: Properties = {}): Properties {
    const { cluster, subnetA, taskDefinition } = world;
    const networkConfiguration = { subnets: [subnetA.id] };
    const ecsTarget = {
      taskDefinitionArn: taskDefinition.id,
      launchType: "FARGATE",
      networkConfiguration,
    };
    return { rule: "nightly", arn: cluster.id, roleArn, ecsTarget, ...patch };
  }

  // terraform-provider-aws: internal/service/events/target.go, resourceTarget.
  it("accept a task to start, with the provider's defaults", async () => {
    const { outputs } = await create(account, "eventTarget", target());
    assert.deepEqual(outputs.ecsTarget, {
      enableEcsManagedTags: false,
      enableExecuteCommand: false,
      launchType: "FARGATE",
      networkConfiguration: { assignPublicIp: false, subnets: [world.subnetA.id] },
      taskCount: 1,
      taskDefinitionArn: world.taskDefinition.id,
    });
  });

  const REFUSED: readonly [string, TypeName, () => Properties, RegExp][] = [
    [
      "an invalid schedule",
      "eventRule",
      () => ({ name: "x", scheduleExpression: "cron(0 3 * * *)" }),
      /^ValidationException: Parameter ScheduleExpression is not valid\.$/,
    ],
    [
      "a task without a role to start it",
      "eventTarget",
      () => target({ roleArn: undefined }),
      /^ValidationException: RoleArn is required for target arn:aws:ecs:/,
    ],
    [
      "a cluster without a task to start",
      "eventTarget",
      () => target({ ecsTarget: undefined }),
      /^ValidationException: Parameter\(s\) EcsParameters must be specified for target/,
    ],
    [
      "a task for a target that is not a cluster",
      "eventTarget",
      () => target({ arn: "arn:aws:sns:ap-northeast-1:123456789012:topic" }),
      /it is not an ECS cluster\.$/,
    ],
    ["an alarm name that is taken", "metricAlarm", () => ALARM, /"busy" already exists$/],
    [
      "an alarm without a metric",
      "metricAlarm",
      () => ({ name: "x", comparisonOperator: "LessThanThreshold", evaluationPeriods: 1 }),
      /^ValidationError: Either MetricName or Metrics must be specified\.$/,
    ],
  ];

  for (const [title, name, inputs, error] of REFUSED) {
    it(`refuse ${title}`, async () => {
      if (name === "metricAlarm") await create(account, "metricAlarm", ALARM);
      assert.match(await rejection(create(account, name, inputs())), error);
    });
  }

  // terraform-provider-aws: internal/service/cloudwatch/metric_alarm.go, resourceMetricAlarm.
  it("report what the provider refuses in an alarm", () => {
    for (const [patch, paths] of [
      [{ statistic: undefined }, ["metricName"]],
      [{ extendedStatistic: "p99" }, ["statistic"]],
      [{ extendedStatistic: "median", statistic: undefined }, ["extendedStatistic"]],
      [{ period: 45 }, ["period"]],
      [{ evaluationPeriods: 0 }, ["evaluationPeriods"]],
      [{ comparisonOperator: "GreaterThan" }, ["comparisonOperator"]],
      [{ thresholdMetricId: "e1" }, ["threshold"]],
      [{ alarmActions: ["scale"] }, ["alarmActions[0]"]],
    ] as const) {
      const given = Object.entries({ ...ALARM, ...patch }).filter(([, value]) => value != null);
      assert.deepEqual(problemPaths("metricAlarm", Object.fromEntries(given)), paths);
    }
  });

  it("keep an alarm, and return its ARN", async () => {
    const { id, outputs } = await create(account, "metricAlarm", ALARM);
    assert.equal(id, "busy");
    assert.equal(outputs.arn, "arn:aws:cloudwatch:ap-northeast-1:123456789012:alarm:busy");
    assert.equal(outputs.treatMissingData, "missing");
    assert.ok(account.get(TYPES.metricAlarm, "busy"));
  });
});
