import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";

import { FargateService, type FargateServiceArgs } from "../../../components";
import {
  type StrategyArgs,
  strategyProblems,
} from "../../../components/service/deploymentStrategy";
import { evaluate } from "../../program/mocks";
import { declareWeb, webArgs } from "../webService";

const blueGreen = { deployment: { strategy: "BLUE_GREEN" as const } };

async function named(name: string, changes: Partial<FargateServiceArgs> = blueGreen) {
  const { resources } = await declareWeb(changes);
  return resources.find((resource) => resource.name === name) ?? assert.fail(`no ${name}`);
}

const bothGroups = [
  {
    type: "forward",
    forward: {
      targetGroups: [
        { arn: "arn:aws:mock:::web-targets", weight: 100 },
        { arn: "arn:aws:mock:::web-targets-alternate", weight: 0 },
      ],
    },
  },
];

describe("a service that moves its requests when it deploys", () => {
  it("has two identical target groups, under different names", async () => {
    const { name: first, ...one } = (await named("web-targets")).inputs;
    const { name: second, ...other } = (await named("web-targets-alternate")).inputs;
    assert.deepEqual(other, one);
    assert.deepEqual([first, second], ["handson-80-dev", "handson-80-alt-dev"]);
  });

  it("has rules whose targets ECS manages, with the one for test traffic just before the other", async () => {
    const production = await named("web-rule", { ...blueGreen, hostHeaders: ["a.*"] });
    const test = await named("web-test-rule", { ...blueGreen, hostHeaders: ["a.*"] });
    for (const { inputs, ignoreChanges } of [production, test]) {
      assert.deepEqual(inputs.actions, bothGroups);
      assert.deepEqual(ignoreChanges, ["actions"]);
    }
    assert.deepEqual([test.inputs.priority, production.inputs.priority], [49999, 50000]);
    const header = { httpHeaderName: "x-amzn-ecs-blue-green-test", values: ["true"] };
    assert.deepEqual(test.inputs.conditions, [
      ...(production.inputs.conditions as object[]),
      { httpHeader: header },
    ]);
  });

  it("passes all of them to ECS, and starts no task before they exist", async () => {
    const { inputs, dependencies } = await named("web-service");
    assert.deepEqual(inputs.loadBalancers, [
      {
        targetGroupArn: "arn:aws:mock:::web-targets",
        containerName: "nginx",
        containerPort: 80,
        advancedConfiguration: {
          alternateTargetGroupArn: "arn:aws:mock:::web-targets-alternate",
          productionListenerRule: "arn:aws:mock:::web-rule",
          testListenerRule: "arn:aws:mock:::web-test-rule",
          roleArn: "arn:aws:mock:::web-infrastructure",
        },
      },
    ]);
    for (const name of ["web-rule", "web-test-rule", "web-infrastructure-traffic"]) {
      assert.ok(dependencies.includes(name), name);
    }
  });

  it("lets ECS change these rules and target groups, and no others", async () => {
    const { inputs } = await named("web-infrastructure");
    assert.match(String(inputs.assumeRolePolicy), /"Service":"ecs\.amazonaws\.com"/);
    const policy = JSON.parse(
      String((await named("web-infrastructure-traffic")).inputs.policy),
    ) as { Statement: { Action: string[] | string; Resource: string[] | string }[] };
    const writing = policy.Statement.filter(({ Action }) => !String(Action).includes("Describe"));
    assert.deepEqual(
      writing.map(({ Resource }) => Resource),
      [
        ["arn:aws:mock:::web-targets", "arn:aws:mock:::web-targets-alternate"],
        ["arn:aws:mock:::web-rule", "arn:aws:mock:::web-test-rule"],
      ],
    );
  });

  it("rolls back on alarms if it is given any", async () => {
    const deployment = { ...blueGreen.deployment, alarms: ["errors"] };
    const { inputs } = await named("web-service", { deployment });
    assert.deepEqual(inputs.alarms, { alarmNames: ["errors"], enable: true, rollback: true });
    assert.equal((await named("web-service")).inputs.alarms, undefined);
  });

  for (const [title, changes, problem] of [
    [
      "CodeDeploy as its controller",
      { deploymentController: "CODE_DEPLOY" },
      /BLUE_GREEN needs the deploymentController ECS/,
    ],
    ["the first place on the listener", { priority: 1 }, /priority 1 leaves BLUE_GREEN no place/],
    [
      "five values in its rule",
      { pathPatterns: ["a", "b", "c"], hostHeaders: ["d", "e"] },
      /have 5 values; with BLUE_GREEN at most 4/,
    ],
    [
      "scaling by requests",
      { autoscaling: { maxCount: 4, requestsPerTarget: 1 }, loadBalancerArnSuffix: "app/alb/1" },
      /requestsPerTarget cannot follow BLUE_GREEN/,
    ],
  ] as [string, Partial<FargateServiceArgs>, RegExp][]) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(declareWeb({ ...blueGreen, ...changes }), problem);
    });
  }

  it("keeps other services from taking its test rule's priority", async () => {
    const two = evaluate(() => {
      const listenerArn = pulumi.output("arn:aws:mock:::listener");
      const given = { ...webArgs, listenerArn };
      return [
        new FargateService("web", { ...given, ...blueGreen, name: "web", priority: 100 }),
        new FargateService("api", { ...given, name: "api", priority: 99 }),
      ];
    });
    await assert.rejects(two, /priority 99 belongs to web-test-rule on this listener/);
  });
});

describe("a deployment strategy's arguments", () => {
  it("are accepted in ECS's ranges and in steps of a tenth of a percent, and not otherwise", () => {
    const tenths = fc.integer({ min: -10, max: 1100 }).map((tenth) => tenth / 10);
    const minutes = fc.integer({ min: -5, max: 1445 });
    fc.assert(
      fc.property(tenths, minutes, minutes, (percent, bake, step) => {
        const isMinutes = (value: number) => value >= 0 && value <= 1440;
        const canary: StrategyArgs = {
          strategy: "CANARY",
          bakeTimeInMinutes: bake,
          canary: { percent, bakeTimeInMinutes: step },
        };
        const linear: StrategyArgs = {
          strategy: "LINEAR",
          bakeTimeInMinutes: bake,
          linear: { stepPercent: percent, stepBakeTimeInMinutes: step },
        };
        const inTime = isMinutes(bake) && isMinutes(step);
        const accepted = (given: StrategyArgs) => strategyProblems(given).length === 0;
        assert.equal(accepted(canary), inTime && percent >= 0.1 && percent <= 100);
        assert.equal(accepted(linear), inTime && percent >= 3 && percent <= 100);
      }),
    );
    assert.deepEqual(strategyProblems({ strategy: "LINEAR", linear: { stepPercent: 3.25 } }), [
      "linear.stepPercent 3.25 must be from 3 to 100 with at most one decimal",
    ]);
  });

  it("are all reported at once if they belong to another strategy", () => {
    const everything = {
      bakeTimeInMinutes: 1,
      canary: {},
      linear: {},
      testTraffic: { header: "a b", value: "" },
      alarms: [""],
    };
    assert.deepEqual(strategyProblems({ strategy: "ROLLING", ...everything }), [
      "bakeTimeInMinutes is not for ROLLING; leave it out or use the strategy it belongs to",
      "testTraffic is not for ROLLING; leave it out or use the strategy it belongs to",
      "canary is not for ROLLING; leave it out or use the strategy it belongs to",
      "linear is not for ROLLING; leave it out or use the strategy it belongs to",
      'testTraffic.header "a b" must be a header\'s name of 1 to 40 characters',
      "testTraffic.value has 0 characters, it must have 1 to 128",
      "alarms has an empty name; give the names of alarms",
    ]);
  });
});
