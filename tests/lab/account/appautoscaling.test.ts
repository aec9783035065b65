import assert from "node:assert/strict";

import { Account } from "../../../lab/account/account";
import type { Properties } from "../../../lab/account/resourceType";
import {
  create,
  createWorld,
  problemPaths,
  rejection,
  TYPES,
  type TypeName,
  type World,
} from "./fixtures";

const SCALED = {
  resourceId: "service/handson/handson",
  scalableDimension: "ecs:service:DesiredCount",
  serviceNamespace: "ecs",
};

function policy(predefinedMetricSpecification: Properties, patch: Properties = {}): Properties {
  return {
    ...SCALED,
    name: "other",
    policyType: "TargetTrackingScaling",
    targetTrackingScalingPolicyConfiguration: { predefinedMetricSpecification, targetValue: 60 },
    ...patch,
  };
}

function tracking(configuration: Properties): Properties {
  return policy(
    {},
    {
      targetTrackingScalingPolicyConfiguration: { targetValue: 10, ...configuration },
    },
  );
}

/** A policy by steps, which is the provider's default type. */
function steps(configuration: Properties): Properties {
  const adjustmentType = "ChangeInCapacity";
  return {
    ...SCALED,
    name: "steps",
    stepScalingPolicyConfiguration: { adjustmentType, ...configuration },
  };
}

/** Steps between these bounds; without a bound, a step is open at that end. */
function between(...bounds: readonly (readonly [from?: number, to?: number])[]): Properties {
  const text = (bound: number | undefined) => (bound === undefined ? undefined : String(bound));
  const stepAdjustments = bounds.map(([from, to]) => ({
    metricIntervalLowerBound: text(from),
    metricIntervalUpperBound: text(to),
    scalingAdjustment: 1,
  }));
  return steps({ stepAdjustments });
}

const QUEUE = {
  namespace: "AWS/SQS",
  metricName: "ApproximateNumberOfMessagesVisible",
  statistic: "Average",
  dimensions: [{ name: "QueueName", value: "jobs" }],
};

const CPU = { predefinedMetricType: "ECSServiceAverageCPUUtilization" };
const MEMORY = { predefinedMetricType: "ECSServiceAverageMemoryUtilization" };

function requests(resourceLabel?: string): Properties {
  const predefinedMetricType = "ALBRequestCountPerTarget";
  return resourceLabel === undefined
    ? { predefinedMetricType }
    : { predefinedMetricType, resourceLabel };
}

function labelOf({ loadBalancer, targetGroup }: World): string {
  return `${String(loadBalancer.outputs.arnSuffix)}/${String(targetGroup.outputs.arnSuffix)}`;
}

function action(patch: Properties = {}): Properties {
  return {
    ...SCALED,
    name: "morning",
    schedule: "cron(0 9 ? * MON-FRI *)",
    timezone: "Asia/Tokyo",
    scalableTargetAction: { minCapacity: 2, maxCapacity: 6 },
    ...patch,
  };
}

const NOT_REGISTERED = /^ObjectNotFoundException: No scalable target registered .*service\/no\/no/;

const REFUSED: readonly [string, TypeName, (world: World) => Properties, RegExp][] = [
  [
    "a target whose service does not exist",
    "scalableTarget",
    () => ({ ...SCALED, resourceId: "service/no/no", minCapacity: 1, maxCapacity: 2 }),
    /^ValidationException: ECS service doesn't exist: service\/no\/no$/,
  ],
  [
    "a maximum below the minimum",
    "scalableTarget",
    () => ({ ...SCALED, minCapacity: 3, maxCapacity: 2 }),
    /^ValidationException: Maximum capacity cannot be less than minimum capacity$/,
  ],
  [
    "a policy without a registered target",
    "scalingPolicy",
    () => policy(MEMORY, { resourceId: "service/no/no" }),
    NOT_REGISTERED,
  ],
  [
    "two policies for one metric",
    "scalingPolicy",
    () => policy(CPU),
    /^ValidationException: Only one TargetTrackingScaling policy for a given metric/,
  ],
  [
    "requests without a resource label",
    "scalingPolicy",
    () => policy(requests()),
    /^ValidationException: The resource label ''/,
  ],
  [
    "requests through a load balancer that does not exist",
    "scalingPolicy",
    (w) => policy(requests(`app/none/0/${String(w.targetGroup.outputs.arnSuffix)}`)),
    /^ValidationException: The resource label 'app\/none\/0/,
  ],
  [
    "requests to a target group that does not exist",
    "scalingPolicy",
    (w) => policy(requests(`${String(w.loadBalancer.outputs.arnSuffix)}/targetgroup/none/0`)),
    /^ValidationException: The resource label /,
  ],
  [
    "a resource label on a metric that has none",
    "scalingPolicy",
    (w) => policy({ ...MEMORY, resourceLabel: labelOf(w) }),
    /^ValidationException: .*does not support a resource label\.$/,
  ],
  // Application Auto Scaling API, "StepAdjustment" and "StepScalingPolicyConfiguration".
  ...(
    [
      ["a policy without steps", steps({}), /At least one step adjustment/],
      ["steps that overlap", between([0, 20], [10]), /overlap\.$/],
      ["steps with a gap", between([0, 10], [20]), /have a gap/],
      ["a step with swapped bounds", between([10, 0]), /lower bound must be less/],
      [
        "negative steps without an open lower end",
        between([-10, 0]),
        /with an unspecified lower bound/,
      ],
      [
        "positive steps without an open upper end",
        between([0, 10]),
        /with an unspecified upper bound/,
      ],
      [
        "a minimum magnitude for absolute changes",
        steps({ minAdjustmentMagnitude: 2, stepAdjustments: [{ scalingAdjustment: 1 }] }),
        /only supported for the adjustment type PercentChangeInCapacity/,
      ],
      [
        "a step policy with a target to track",
        policy(CPU, { policyType: "StepScaling" }),
        /and no other/,
      ],
      ["a policy without a metric", tracking({}), /^ValidationException: Either PredefinedMetric/],
      [
        "a metric without its statistic",
        tracking({ customizedMetricSpecification: { ...QUEUE, statistic: undefined } }),
        /needs Metrics, or MetricName, Namespace and Statistic/,
      ],
    ] as const
  ).map(([title, inputs, error]): [string, TypeName, () => Properties, RegExp] => [
    title,
    "scalingPolicy",
    () => inputs,
    error,
  ]),
  [
    "an action without a registered target",
    "scheduledAction",
    () => action({ resourceId: "service/no/no" }),
    NOT_REGISTERED,
  ],
  ...["cron(0 9 * * MON)", "rate(0 days)", "at(tomorrow)", "every day"].map(
    (schedule): [string, TypeName, () => Properties, RegExp] => [
      `the schedule ${schedule}`,
      "scheduledAction",
      () => action({ schedule }),
      /^ValidationException: Invalid schedule expression: /,
    ],
  ),
  [
    "an unknown time zone",
    "scheduledAction",
    () => action({ timezone: "Asia/Edo" }),
    /^ValidationException: Invalid timezone: Asia\/Edo$/,
  ],
  [
    "an action with a maximum below the minimum",
    "scheduledAction",
    () => action({ scalableTargetAction: { minCapacity: 3, maxCapacity: 2 } }),
    /^ValidationException: Maximum capacity cannot be less/,
  ],
];

const MALFORMED: readonly [string, TypeName, Properties, readonly string[]][] = [
  [
    "a resource that is not a service",
    "scalableTarget",
    { ...SCALED, resourceId: "handson", minCapacity: 0, maxCapacity: 1 },
    ["resourceId"],
  ],
  [
    "a predictive policy",
    "scalingPolicy",
    policy(CPU, { policyType: "PredictiveScaling" }),
    ["policyType"],
  ],
  // policy.go: predefined_metric_specification ConflictsWith customized_metric_specification.
  [
    "a policy with two metrics",
    "scalingPolicy",
    tracking({ customizedMetricSpecification: QUEUE, predefinedMetricSpecification: CPU }),
    ["targetTrackingScalingPolicyConfiguration.customizedMetricSpecification"],
  ],
  [
    "a step whose bound is not a number",
    "scalingPolicy",
    steps({ stepAdjustments: [{ metricIntervalLowerBound: "low", scalingAdjustment: 1 }] }),
    ["stepScalingPolicyConfiguration.stepAdjustments[0].metricIntervalLowerBound"],
  ],
  [
    "an action that changes nothing",
    "scheduledAction",
    action({ scalableTargetAction: {} }),
    ["scalableTargetAction"],
  ],
];

describe("the account's service auto scaling", () => {
  let account: Account;
  let world: World;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createWorld(account);
    await create(account, "scalableTarget", { ...SCALED, minCapacity: 1, maxCapacity: 4 });
    await create(account, "scalingPolicy", policy(CPU, { name: "cpu" }));
  });

  for (const [title, name, inputs, error] of REFUSED) {
    it(`refuses ${title}, as AWS does`, async () => {
      assert.match(await rejection(create(account, name, inputs(world))), error);
    });
  }

  for (const [title, name, inputs, paths] of MALFORMED) {
    it(`reports ${title}`, () => {
      assert.deepEqual(problemPaths(name, inputs), paths);
    });
  }

  it("scales by memory and by requests as well", async () => {
    await create(account, "scalingPolicy", policy(MEMORY, { name: "memory" }));
    const { outputs } = await create(account, "scalingPolicy", policy(requests(labelOf(world))));
    assert.equal((outputs.alarmArns as string[]).length, 2);
  });

  it("scales by steps and by custom metrics, each metric once", async () => {
    const { outputs } = await create(account, "scalingPolicy", between([0, 10], [10]));
    assert.deepEqual([outputs.policyType, outputs.alarmArns], ["StepScaling", []]);
    const queue = tracking({ customizedMetricSpecification: QUEUE });
    await create(account, "scalingPolicy", { ...queue, name: "queue" });
    assert.match(
      await rejection(create(account, "scalingPolicy", { ...queue, name: "again" })),
      /Only one TargetTrackingScaling policy for a given metric/,
    );
    const other = { ...QUEUE, dimensions: [{ name: "QueueName", value: "mails" }] };
    await create(account, "scalingPolicy", tracking({ customizedMetricSpecification: other }));
    assert.equal(account.list(TYPES.scalingPolicy).length, 4);
  });

  it("lets two services have policies of the same name", async () => {
    const resourceId = "service/handson/second";
    await create(account, "service", {
      ...world.service.inputs,
      name: "second",
      loadBalancers: [],
    });
    await create(account, "scalableTarget", {
      ...SCALED,
      resourceId,
      minCapacity: 1,
      maxCapacity: 2,
    });
    const second = await create(account, "scalingPolicy", policy(CPU, { name: "cpu", resourceId }));
    assert.equal(second.outputs.name, "cpu");
    assert.equal(account.list(TYPES.scalingPolicy).length, 2);
  });

  for (const schedule of ["rate(2 hours)", "at(2030-01-01T00:00:00)", "cron(0/15 9 ? * 2-6 *)"]) {
    it(`accepts the schedule ${schedule}`, async () => {
      const { outputs } = await create(account, "scheduledAction", action({ schedule }));
      assert.match(String(outputs.arn), /:scheduledActionName\/morning$/);
    });
  }

  it("deletes a target's policies and actions with it", async () => {
    await create(account, "scheduledAction", action());
    await account.delete(TYPES.scalableTarget, SCALED.resourceId);
    assert.deepEqual(
      [...account.list(TYPES.scalingPolicy), ...account.list(TYPES.scheduledAction)],
      [],
    );
  });
});
