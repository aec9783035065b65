import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import type { Properties } from "../../../../lab/account/resourceType";
import { create, createWorld, trustPolicy, type World } from "../fixtures";
import { itRefuses, type Malformed, type Refused } from "./cases";

type ScheduleWorld = World & Record<"schedulerRole" | "standing" | "queue", ResourceRecord>;

function schedule(w: ScheduleWorld, patch: Properties = {}, targetPatch: Properties = {}) {
  return {
    name: "nightly",
    scheduleExpression: "cron(0 3 * * ? *)",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: w.cluster.outputs.arn,
      roleArn: w.schedulerRole.outputs.arn,
      ecsParameters: {
        taskDefinitionArn: w.taskDefinition.id,
        launchType: "FARGATE",
        networkConfiguration: { subnets: [w.subnetA.id] },
      },
      ...targetPatch,
    },
    ...patch,
  };
}

async function createScheduleWorld(account: Account): Promise<ScheduleWorld> {
  const world = await createWorld(account);
  const schedulerRole = await create(account, "role", {
    name: "scheduler",
    assumeRolePolicy: trustPolicy("scheduler"),
  });
  const queue = await create(account, "queue", { name: "jobs" });
  const parts = { ...world, schedulerRole, queue };
  const standing = await create(
    account,
    "schedule",
    schedule({ ...parts, standing: queue }, { name: "standing" }),
  );
  return { ...parts, standing };
}

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<ScheduleWorld>[] = [
  [
    "a schedule name that is taken",
    "schedule",
    (w) => schedule(w, { name: "standing" }),
    /^ConflictException: Schedule standing already exists\.$/,
  ],
  ...["daily", "rate(0 days)", "cron(0 3 * * * *)", "at(tomorrow)"].map(
    (scheduleExpression): Refused<ScheduleWorld> => [
      `the expression ${scheduleExpression}`,
      "schedule",
      (w) => schedule(w, { scheduleExpression }),
      /^ValidationException: Invalid Schedule Expression /,
    ],
  ),
  [
    "an unknown time zone",
    "schedule",
    (w) => schedule(w, { scheduleExpressionTimezone: "Tokyo" }),
    /^ValidationException: Invalid Schedule Expression Timezone Tokyo\.$/,
  ],
  [
    "a flexible window without its length",
    "schedule",
    (w) => schedule(w, { flexibleTimeWindow: { mode: "FLEXIBLE" } }),
    /^ValidationException: FlexibleTimeWindow of mode FLEXIBLE needs/,
  ],
  [
    "a cluster without a task to start",
    "schedule",
    (w) => schedule(w, {}, { ecsParameters: undefined }),
    /^ValidationException: EcsParameters must be specified/,
  ],
  [
    "a task for a target that is not a cluster",
    "schedule",
    (w) => schedule(w, {}, { arn: w.queue.outputs.arn }),
    /^ValidationException: EcsParameters are not valid/,
  ],
  [
    "a role that Scheduler cannot assume",
    "schedule",
    (w) => schedule(w, {}, { roleArn: w.role.outputs.arn }),
    /^ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role\.$/,
  ],
  [
    "a queue name that is taken",
    "queue",
    () => ({ name: "jobs" }),
    /^QueueAlreadyExists: A queue already exists with the same name/,
  ],
  [
    "a dead-letter queue that does not exist",
    "queue",
    () => ({
      name: "other",
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: "arn:aws:sqs:ap-northeast-1:123456789012:none",
        maxReceiveCount: 3,
      }),
    }),
    /^InvalidParameterValue: .*Dead letter target does not exist/,
  ],
  [
    "a redrive after 0 receives",
    "queue",
    (w) => ({
      name: "other",
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: w.queue.outputs.arn,
        maxReceiveCount: 0,
      }),
    }),
    /^InvalidParameterValue: .*maxReceiveCount from 1 to 1000/,
  ],
  [
    "a queue policy that is not JSON",
    "queue",
    () => ({ name: "other", policy: "{" }),
    /^InvalidAttributeValue: Invalid value for the parameter Policy\.$/,
  ],
];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  ["a queue's name with a slash", "queue", { name: "a/b" }, ["name"]],
  [
    "a FIFO queue whose name does not end in .fifo",
    "queue",
    { name: "a", fifoQueue: true },
    ["name"],
  ],
  ["a delay that is too long", "queue", { delaySeconds: 901 }, ["delaySeconds"]],
  [
    "deduplication without FIFO",
    "queue",
    { name: "a", contentBasedDeduplication: true },
    ["contentBasedDeduplication"],
  ],
  [
    "two kinds of encryption",
    "queue",
    { name: "a", kmsMasterKeyId: "alias/a", sqsManagedSseEnabled: true },
    ["kmsMasterKeyId"],
  ],
];

describe("the account's EventBridge Scheduler and SQS", () => {
  let account: Account;
  let world: ScheduleWorld;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createScheduleWorld(account);
  });

  itRefuses(() => ({ account, world }), { refused: REFUSED, malformed: MALFORMED });

  it("fill in the defaults of AWS and of its provider", () => {
    const { id, outputs } = world.standing;
    assert.equal(id, "default/standing");
    assert.equal(
      outputs.arn,
      "arn:aws:scheduler:ap-northeast-1:123456789012:schedule/default/standing",
    );
    assert.deepEqual(
      [outputs.state, outputs.scheduleExpressionTimezone, outputs.groupName],
      ["ENABLED", "UTC", "default"],
    );
    const { queue } = world;
    assert.equal(queue.id, "https://sqs.ap-northeast-1.amazonaws.com/123456789012/jobs");
    assert.deepEqual(
      [queue.outputs.arn, queue.outputs.url, queue.outputs.visibilityTimeoutSeconds],
      ["arn:aws:sqs:ap-northeast-1:123456789012:jobs", queue.id, 30],
    );
    assert.equal(queue.outputs.sqsManagedSseEnabled, true);
  });

  it("accept rates with singular or plural units, and a point in time", async () => {
    for (const [i, scheduleExpression] of [
      "rate(1 hours)",
      "rate(5 minute)",
      "at(2030-01-01T03:00:00)",
    ].entries()) {
      const patch = { scheduleExpression, scheduleExpressionTimezone: "Asia/Tokyo" };
      await create(account, "schedule", schedule(world, { name: `s${i}`, ...patch }));
    }
  });

  it("accept a queue that sends messages to another one after several receives", async () => {
    const redrivePolicy = JSON.stringify({
      deadLetterTargetArn: world.queue.outputs.arn,
      maxReceiveCount: 3,
    });
    const { outputs } = await create(account, "queue", { name: "work", redrivePolicy });
    assert.equal(outputs.redrivePolicy, redrivePolicy);
  });
});
