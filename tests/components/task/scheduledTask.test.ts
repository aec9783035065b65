import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import {
  FargateCluster,
  FargateTask,
  type FargateTaskArgs,
  ScheduledTask,
  type ScheduledTaskArgs,
} from "../../../components";
import { evaluate } from "../../program/mocks";
import { refuses } from "../refusals";
import { webArgs } from "../webService";

const QUEUE = "arn:aws:sqs:ap-northeast-1:123456789012:dead";
const { network, region } = webArgs;

const task = (changes: Partial<FargateTaskArgs> = {}) =>
  new FargateTask("migrate", {
    cluster: new FargateCluster("shop", { name: "shop" }),
    name: "migrate",
    network,
    region,
    image: "app:1",
    containerName: "app",
    command: ["migrate"],
    ...changes,
  });

const declareTask = (changes?: Partial<FargateTaskArgs>) => evaluate(() => task(changes));

const declare = (
  changes: Partial<ScheduledTaskArgs> = {},
  taskChanges?: Partial<FargateTaskArgs>,
) =>
  evaluate(
    () =>
      new ScheduledTask("nightly", {
        task: task(taskChanges),
        scheduleExpression: "cron(0 3 * * ? *)",
        ...changes,
      }),
  );

async function scheduleOf(
  changes?: Partial<ScheduledTaskArgs>,
  taskChanges?: Partial<FargateTaskArgs>,
) {
  const { resources } = await declare(changes, taskChanges);
  const schedule = resources.find(({ type }) => type === "aws:scheduler/schedule:Schedule");
  assert.ok(schedule);
  return { ...schedule, target: schedule.inputs.target as Record<string, unknown>, resources };
}

describe("a task without a service", () => {
  it("has a definition, roles, logs and a security group that lets nothing in", async () => {
    const { resources } = await declareTask();
    const names = resources
      .filter(({ parentType }) => parentType === "ecs-handson:ecs:FargateTask")
      .map(({ name }) => name)
      .sort();
    assert.deepEqual(names, [
      "migrate-ecs",
      "migrate-ecs-out",
      "migrate-execution",
      "migrate-execution-logs",
      "migrate-logs",
      "migrate-task",
      "migrate-task",
      "migrate-task-exec",
    ]);
    const definition = resources.find(({ type }) => type.endsWith(":TaskDefinition"));
    const [container] = JSON.parse(String(definition?.inputs.containerDefinitions)) as object[];
    assert.ok(container && !("portMappings" in container));
  });

  it("prints the command that runs it", async () => {
    const { outputs } = await evaluate(() => task().commands);
    assert.equal(
      outputs.run,
      "aws ecs run-task --region ap-northeast-1 --cluster shop-dev --task-definition migrate-dev " +
        "--launch-type FARGATE --network-configuration " +
        '"awsvpcConfiguration={subnets=[subnet-1,subnet-2],securityGroups=[migrate-ecs-id],assignPublicIp=DISABLED}" ' +
        "--enable-execute-command",
    );
    assert.match(outputs.logs, /aws logs tail .* \/ecs\/migrate-dev --follow/);
  });

  it("may run on Spot", async () => {
    const { outputs } = await evaluate(
      () => task({ capacity: { fargateSpot: { weight: 1 } }, executeCommand: false }).commands,
    );
    assert.match(
      outputs.run,
      /--capacity-provider-strategy capacityProvider=FARGATE_SPOT,weight=1,base=0 .*DISABLED}"$/,
    );
  });

  it("reports everything that is wrong with its arguments at once", async () => {
    await refuses(
      declareTask({ name: "A", cpu: 300, user: "", capacity: { ec2: {} } }),
      /"A" must be lower-case/,
      /cpu 300 is not a Fargate size/,
      /user "" must be a user/,
      /capacity ec2: a FargateTask has no instances/,
    );
  });
});

describe("a scheduled task", () => {
  it("is started by EventBridge Scheduler just as by its command", async () => {
    const { inputs, target, dependencies } = await scheduleOf({
      scheduleExpressionTimezone: "Asia/Tokyo",
      flexibleTimeWindowMinutes: 15,
      taskCount: 2,
      command: ["migrate", "--all"],
      retryPolicy: { maximumRetryAttempts: 3 },
      deadLetterQueueArn: pulumi.output(QUEUE),
    });
    assert.equal(inputs.name, "migrate-dev");
    assert.equal(inputs.state, "ENABLED");
    assert.equal(inputs.scheduleExpressionTimezone, "Asia/Tokyo");
    assert.deepEqual(inputs.flexibleTimeWindow, { mode: "FLEXIBLE", maximumWindowInMinutes: 15 });
    assert.deepEqual(target, {
      arn: "arn:aws:mock:::shop-cluster",
      roleArn: "arn:aws:mock:::nightly-scheduler",
      ecsParameters: {
        taskDefinitionArn: "arn:aws:mock:::migrate-task",
        taskCount: 2,
        launchType: "FARGATE",
        networkConfiguration: {
          subnets: ["subnet-1", "subnet-2"],
          securityGroups: ["migrate-ecs-id"],
          assignPublicIp: false,
        },
        enableExecuteCommand: true,
      },
      input: '{"containerOverrides":[{"name":"app","command":["migrate","--all"]}]}',
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 3 },
      deadLetterConfig: { arn: QUEUE },
    });
    for (const name of ["nightly-scheduler-run", "migrate-execution-logs", "shop-providers"]) {
      assert.ok(dependencies.includes(name), `${name} exists before it`);
    }
  });

  it("starts exactly on time, in UTC, and drops what cannot be started, unless told otherwise", async () => {
    const { inputs, target } = await scheduleOf();
    assert.deepEqual(inputs.flexibleTimeWindow, { mode: "OFF" });
    assert.equal(inputs.scheduleExpressionTimezone, "UTC");
    assert.ok(!("input" in target) && !("deadLetterConfig" in target));
  });

  it("does not run if it is not enabled", async () => {
    assert.equal((await scheduleOf({ enabled: false })).inputs.state, "DISABLED");
  });

  it("may run on Spot", async () => {
    const { target } = await scheduleOf({}, { capacity: { fargateSpot: {} } });
    const { launchType, capacityProviderStrategies } = target.ecsParameters as Record<
      string,
      unknown
    >;
    assert.equal(launchType, undefined);
    assert.deepEqual(capacityProviderStrategies, [
      { capacityProvider: "FARGATE_SPOT", weight: 1, base: 0 },
    ]);
  });

  it("has a role that only Scheduler may assume, for schedules of this account's default group", async () => {
    const { resources } = await scheduleOf();
    const role = resources.find(({ name }) => name === "nightly-scheduler");
    const { Statement } = JSON.parse(String(role?.inputs.assumeRolePolicy)) as {
      Statement: object[];
    };
    assert.deepEqual(Statement, [
      {
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "scheduler.amazonaws.com" },
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: {
            "aws:SourceArn": "arn:aws:scheduler:ap-northeast-1:123456789012:schedule-group/default",
          },
        },
      },
    ]);
  });

  for (const [title, changes, problem] of [
    [
      "an invalid schedule",
      { scheduleExpression: "daily" },
      /"daily" must be rate\(…\), cron\(…\) or at\(…\)/,
    ],
    [
      "a rate without a unit",
      { scheduleExpression: "rate(5)" },
      /a rate must be a whole number and minutes/,
    ],
    [
      "an invalid time",
      { scheduleExpression: "at(tomorrow)" },
      /a time must be written as in at\(/,
    ],
    [
      "a cron with five fields",
      { scheduleExpression: "cron(0 3 * * ?)" },
      /a cron must have six fields .*, not 5/,
    ],
    [
      "a cron with both kinds of day",
      { scheduleExpression: "cron(0 3 * * * *)" },
      /either day of month or day of week/,
    ],
    [
      "a time zone for a rate",
      { scheduleExpression: "rate(1 hour)", scheduleExpressionTimezone: "UTC" },
      /a rate is the same in every time zone/,
    ],
    ["an unknown time zone", { scheduleExpressionTimezone: "Tokyo" }, /"Tokyo" is not a time zone/],
    [
      "too wide a window",
      { flexibleTimeWindowMinutes: 1441 },
      /flexibleTimeWindowMinutes 1441 .* 1 to 1440/,
    ],
    ["too many tasks", { taskCount: 11 }, /taskCount 11 .* 1 to 10/],
    ["an empty command", { command: [] }, /command is empty/],
    [
      "retries out of range",
      { retryPolicy: { maximumEventAgeInSeconds: 59, maximumRetryAttempts: 186 } },
      /maximumEventAgeInSeconds 59 [^]*maximumRetryAttempts 186 /,
    ],
    [
      "an invalid queue ARN",
      { deadLetterQueueArn: "dead" },
      /"dead" must be the ARN of a standard queue/,
    ],
    [
      "a FIFO queue",
      { deadLetterQueueArn: `${QUEUE}.fifo` },
      /must be the ARN of a standard queue/,
    ],
    ["an invalid name", { name: "Night" }, /"Night" must be lower-case/],
  ] as [string, Partial<ScheduledTaskArgs>, RegExp][]) {
    it(`refuses ${title}`, async () => {
      await refuses(declare(changes), problem);
    });
  }
});
