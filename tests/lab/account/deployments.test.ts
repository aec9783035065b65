import assert from "node:assert/strict";

import { Account } from "../../../lab/account/account";
import type { Properties } from "../../../lab/account/resourceType";
import {
  create,
  createWorld,
  problemPaths,
  rejection,
  serviceInputs,
  TRUST_POLICY,
  TYPES,
} from "./fixtures";

const ecsMayAssume = TRUST_POLICY.replace("ecs-tasks", "ecs");

/** A world with everything that a blue/green service needs, and the service's inputs. */
async function blueGreenWorld(patch: Properties = {}) {
  const account = Account.inMemory();
  const world = await createWorld(account);
  const group = (name: string) =>
    create(account, "targetGroup", {
      name,
      port: 80,
      protocol: "HTTP",
      targetType: "ip",
      vpcId: world.vpc.id,
    });
  const [first, alternate, stray] = [
    await group("first"),
    await group("alt"),
    await group("stray"),
  ];
  const rule = (priority: number) =>
    create(account, "listenerRule", {
      listenerArn: world.listener.id,
      priority,
      actions: [
        {
          type: "forward",
          forward: {
            targetGroups: [
              { arn: first.id, weight: 100 },
              { arn: alternate.id, weight: 0 },
            ],
          },
        },
      ],
      conditions: [{ pathPattern: { values: [`/${priority}`] } }],
    });
  const [production, test] = [await rule(100), await rule(99)];
  const redirect = await create(account, "listenerRule", {
    listenerArn: world.listener.id,
    priority: 98,
    actions: [{ type: "redirect", redirect: { statusCode: "HTTP_301", path: "/elsewhere" } }],
    conditions: [{ pathPattern: { values: ["/98"] } }],
  });
  const role = await create(account, "role", {
    name: "infrastructure",
    assumeRolePolicy: ecsMayAssume,
  });
  const { cluster, taskDefinition, subnetA, subnetC, securityGroup } = world;
  const parts = { cluster, taskDefinition, securityGroup, targetGroup: first };
  const advancedConfiguration = {
    alternateTargetGroupArn: alternate.id,
    productionListenerRule: production.id,
    testListenerRule: test.id,
    roleArn: role.outputs.arn,
  };
  const inputs = {
    ...serviceInputs({ ...parts, subnets: [subnetA.id, subnetC.id] }),
    loadBalancers: [
      {
        targetGroupArn: first.id,
        containerName: "nginx",
        containerPort: 80,
        advancedConfiguration,
      },
    ],
    deploymentConfiguration: { strategy: "BLUE_GREEN", bakeTimeInMinutes: "5" },
    ...patch,
  };
  const balanced = (advanced: Properties) => ({
    loadBalancers: [
      {
        targetGroupArn: first.id,
        containerName: "nginx",
        containerPort: 80,
        advancedConfiguration: { ...advancedConfiguration, ...advanced },
      },
    ],
  });
  return { account, world, inputs, balanced, first, alternate, stray, production, redirect };
}

type Fixture = Awaited<ReturnType<typeof blueGreenWorld>>;

const strategy = (given: Properties) => ({ deploymentConfiguration: given });
const arnOf = (kind: string) => `arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:${kind}`;

const REFUSED: readonly [string, (fixture: Fixture) => Properties, RegExp][] = [
  [
    "a load balancer without an advanced configuration",
    ({ world }) => ({
      loadBalancers: [
        { targetGroupArn: world.targetGroup.id, containerName: "nginx", containerPort: 80 },
      ],
      ...strategy({ strategy: "LINEAR" }),
    }),
    /^ClientException: advancedConfiguration field is required for all loadBalancers when using the linear deployment strategy$/,
  ],
  [
    "canary without a load balancer",
    () => ({ loadBalancers: undefined, ...strategy({ strategy: "CANARY" }) }),
    /^InvalidParameterException: The canary deployment strategy requires an Application Load/,
  ],
  [
    "a canary configuration for blue/green",
    () => strategy({ strategy: "BLUE_GREEN", canaryConfiguration: { canaryPercent: 5 } }),
    /^InvalidParameterException: canaryConfiguration is only valid with the CANARY strategy/,
  ],
  [
    "a linear configuration for canary",
    () => strategy({ strategy: "CANARY", linearConfiguration: { stepPercent: 5 } }),
    /^InvalidParameterException: linearConfiguration is only valid with the LINEAR strategy/,
  ],
  [
    "the same target group twice",
    ({ balanced, first }) => balanced({ alternateTargetGroupArn: first.id }),
    /^InvalidParameterException: The alternate target group must differ/,
  ],
  [
    "an alternate target group that does not exist",
    ({ balanced }) => balanced({ alternateTargetGroupArn: arnOf("targetgroup/none/1") }),
    /^InvalidParameterException: The target group .*none\/1 does not exist/,
  ],
  [
    "an alternate target group that no listener uses",
    ({ balanced, stray }) => balanced({ alternateTargetGroupArn: stray.id }),
    /^InvalidParameterException: .*does not have an associated load balancer/,
  ],
  [
    "a rule that does not exist",
    ({ balanced }) => balanced({ productionListenerRule: arnOf("listener-rule/app/none/1/2/3") }),
    /^InvalidParameterException: The listener rule .*none\/1\/2\/3 does not exist/,
  ],
  [
    "a rule that redirects",
    ({ balanced, redirect }) => balanced({ productionListenerRule: redirect.id }),
    /^InvalidParameterException: The listener rule .* must only have forward actions/,
  ],
  [
    "one rule for production and test",
    ({ balanced, production }) => balanced({ testListenerRule: production.id }),
    /^InvalidParameterException: The test listener rule must differ/,
  ],
  [
    "a role that ECS may not assume",
    ({ balanced, world }) => balanced({ roleArn: world.role.outputs.arn }),
    /^InvalidParameterException: Unable to assume .*role\/task/,
  ],
  [
    "blue/green with CodeDeploy's controller",
    () => ({ deploymentController: { type: "CODE_DEPLOY" } }),
    /^InvalidParameterException: The BLUE_GREEN strategy is only supported with the ECS/,
  ],
  [
    "a circuit breaker with CodeDeploy's controller",
    () => ({
      deploymentController: { type: "CODE_DEPLOY" },
      deploymentConfiguration: undefined,
      deploymentCircuitBreaker: { enable: true, rollback: true },
    }),
    /^InvalidParameterException: The deployment circuit breaker and alarms are only supported/,
  ],
  [
    "CodeDeploy's controller without a load balancer",
    () => ({
      deploymentController: { type: "CODE_DEPLOY" },
      deploymentConfiguration: undefined,
      loadBalancers: undefined,
    }),
    /^InvalidParameterException: The CODE_DEPLOY deployment controller requires one load balancer/,
  ],
];

describe("a service's deployment strategy in the account", () => {
  for (const given of [
    { strategy: "BLUE_GREEN", bakeTimeInMinutes: "0" },
    { strategy: "LINEAR", linearConfiguration: { stepPercent: 3, stepBakeTimeInMinutes: "1440" } },
    { strategy: "CANARY", canaryConfiguration: { canaryPercent: 0.1 } },
    { strategy: "CANARY" },
    { strategy: "ROLLING" },
  ]) {
    it(`is accepted as ${JSON.stringify(given)}, and returned as ECS returns it`, async () => {
      const { account, inputs } = await blueGreenWorld();
      const record = await create(account, "service", { ...inputs, ...strategy(given) });
      assert.deepEqual(record.outputs.deploymentConfiguration, {
        bakeTimeInMinutes: "0",
        ...given,
      });
    });
  }

  for (const [what, patch, error] of REFUSED) {
    it(`is refused with ${what}`, async () => {
      const fixture = await blueGreenWorld();
      const inputs = { ...fixture.inputs, ...patch(fixture) };
      assert.match(await rejection(create(fixture.account, "service", inputs)), error);
      assert.equal(fixture.account.list(TYPES.service).length, 1);
    });
  }

  it("is malformed outside AWS's ranges, or with hooks, which the lab would not call", () => {
    const paths = problemPaths("service", {
      taskDefinition: "x",
      deploymentConfiguration: {
        strategy: "BLUE",
        bakeTimeInMinutes: "1441",
        lifecycleHooks: [],
        canaryConfiguration: { canaryPercent: 0.05, canaryBakeTimeInMinutes: "-1" },
        linearConfiguration: { stepPercent: 2.9 },
      },
      deploymentController: { type: "EXTERNAL" },
    });
    assert.deepEqual(paths, [
      "deploymentConfiguration.bakeTimeInMinutes",
      "deploymentConfiguration.canaryConfiguration.canaryBakeTimeInMinutes",
      "deploymentConfiguration.canaryConfiguration.canaryPercent",
      "deploymentConfiguration.canaryConfiguration.canaryPercent",
      "deploymentConfiguration.lifecycleHooks",
      "deploymentConfiguration.linearConfiguration.stepPercent",
      "deploymentConfiguration.strategy",
      "deploymentController.type",
    ]);
  });

  it("is left to CodeDeploy for a service with its controller", async () => {
    const { account, inputs } = await blueGreenWorld();
    const record = await create(account, "service", {
      ...inputs,
      deploymentConfiguration: undefined,
      deploymentController: { type: "CODE_DEPLOY" },
    });
    assert.deepEqual(record.outputs.deploymentController, { type: "CODE_DEPLOY" });
  });
});
