import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import {
  type ExpressScaling,
  ExpressService,
  type ExpressServiceArgs,
  FargateCluster,
} from "../../../components";
import { evaluate } from "../../program/mocks";
import { refuses } from "../refusals";

const network = {
  publicSubnetIds: pulumi.output(["public-1", "public-2"]),
  taskSubnetIds: pulumi.output(["private-1", "private-2"]),
};
const parameter = "arn:aws:ssm:ap-northeast-1:123456789012:parameter/token";

const declare = (changes: Partial<ExpressServiceArgs> = {}) =>
  evaluate(
    () =>
      new ExpressService("shop", {
        cluster: new FargateCluster("own", { name: "own" }),
        network,
        region: "ap-northeast-1",
        image: "nginx:1",
        ...changes,
      }),
  );

async function serviceOf(changes?: Partial<ExpressServiceArgs>) {
  const { resources } = await declare(changes);
  const found = resources.find(({ type }) => type.endsWith(":ExpressGatewayService"));
  assert.ok(found);
  return found.inputs as Record<string, unknown> & { primaryContainer: Record<string, unknown> };
}

describe("an Express service", () => {
  it("creates three roles and a log group, and leaves the rest to ECS", async () => {
    const { resources } = await declare();
    const names = resources
      .filter(({ parentType }) => parentType === "ecs-handson:ecs:ExpressService")
      .map(({ name }) => name)
      .sort();
    assert.deepEqual(names, [
      "shop-execution",
      "shop-execution-logs",
      "shop-infrastructure",
      "shop-infrastructure-express",
      "shop-logs",
      "shop-service",
      "shop-task",
    ]);
  });

  it("sets what ECS would choose differently: a small task, the page's path, the log group", async () => {
    const { cpu, memory, healthCheckPath, primaryContainer } = await serviceOf();
    assert.deepEqual([cpu, memory, healthCheckPath], ["256", "512", "/"]);
    assert.deepEqual(primaryContainer, {
      image: "nginx:1",
      containerPort: 80,
      awsLogsConfigurations: [{ logGroup: "/ecs/express-dev", logStreamPrefix: "ecs" }],
    });
  });

  it("makes an update wait until its deployment has completed, unless told otherwise", async () => {
    assert.equal((await serviceOf()).waitForSteadyState, true);
    assert.equal((await serviceOf({ waitForSteadyState: false })).waitForSteadyState, false);
  });

  it("is in the public subnets, or in the private ones if it is internal", async () => {
    const { networkConfigurations: outside } = await serviceOf();
    assert.deepEqual(outside, [{ subnets: ["public-1", "public-2"], securityGroups: [] }]);
    const { networkConfigurations: inside } = await serviceOf({
      internal: true,
      securityGroupIds: ["sg-1"],
    });
    assert.deepEqual(inside, [{ subnets: ["private-1", "private-2"], securityGroups: ["sg-1"] }]);
  });

  it("sets all of its scaling, as the provider would take what AWS fills in for a change", async () => {
    const targetsFor = async (scaling: ExpressScaling) =>
      (await serviceOf({ scaling })).scalingTargets;
    const standard = await targetsFor({});
    const memory = await targetsFor({ minCount: 0, maxCount: 3, memory: 70 });
    const requests = await targetsFor({ requestsPerTarget: 600 });
    const target = (metric: string, value: number, min = 1, max = 20) => [
      {
        minTaskCount: min,
        maxTaskCount: max,
        autoScalingMetric: metric,
        autoScalingTargetValue: value,
      },
    ];
    assert.deepEqual(standard, target("AVERAGE_CPU", 60));
    assert.deepEqual(memory, target("AVERAGE_MEMORY", 70, 0, 3));
    assert.deepEqual(requests, target("REQUEST_COUNT_PER_TARGET", 600));
  });

  it("gives its container variables in the order of their names, and secrets that its execution role reads", async () => {
    const args = {
      environment: { SIZE: 4, LEVEL: "info" },
      secrets: { TOKEN: { valueFrom: parameter } },
      command: ["run"],
    };
    const { commands, environments, secrets } = (await serviceOf(args)).primaryContainer;
    assert.deepEqual(commands, ["run"]);
    assert.deepEqual(environments, [
      { name: "LEVEL", value: "info" },
      { name: "SIZE", value: "4" },
    ]);
    assert.deepEqual(secrets, [{ name: "TOKEN", valueFrom: parameter }]);
    const { resources } = await declare(args);
    const reads = resources.find(({ name }) => name === "shop-execution-secrets");
    assert.match(String(reads?.inputs.policy), /ssm:GetParameters.*parameter\/token/);
  });

  it("outputs its address and commands for it", async () => {
    const { outputs } = await evaluate(() => {
      const { url, commands } = new ExpressService("shop", {
        cluster: new FargateCluster("own", { name: "own" }),
        network,
        region: "ap-northeast-1",
        image: "nginx:1",
      });
      return { url, ...commands };
    });
    assert.match(outputs.url, /^https:\/\/[^/]+\/$/);
    assert.match(
      outputs.describe,
      /^aws ecs describe-express-gateway-service --region ap-northeast-1 --service-arn arn:/,
    );
    assert.equal(outputs.logs, "aws logs tail --region ap-northeast-1 /ecs/express-dev --follow");
  });

  const refused: [Partial<ExpressServiceArgs>, RegExp][] = [
    [{ name: "Shop" }, /"Shop" must be lower-case/],
    [{ containerPort: 0 }, /containerPort 0 must be a whole number from 1 to 65535/],
    [{ healthCheckPath: "health" }, /healthCheckPath "health" must start with \//],
    [{ command: [] }, /command is empty/],
    [{ cpu: 300 }, /cpu 300 is not a Fargate size/],
    [{ cpu: 8192, memory: 16_384 }, /at most 4096 CPU units and 8192 MiB/],
    [{ cpu: 2048, memory: 9216 }, /at most 4096 CPU units and 8192 MiB/],
    [{ scaling: { maxCount: 0 } }, /scaling\.maxCount 0 must be a whole number from 1 to 5000/],
    [{ scaling: { minCount: 3, maxCount: 2 } }, /scaling\.minCount 3 must be .* from 0 to 2/],
    [{ scaling: { cpu: 50, memory: 60 } }, /can follow only one of cpu, memory/],
    [{ scaling: { memory: 101 } }, /scaling\.memory 101 must be a whole number from 1 to 100/],
    [
      { environment: { TOKEN: "a" }, secrets: { TOKEN: { valueFrom: parameter } } },
      /"TOKEN" is in environment and in secrets/,
    ],
    [{ securityGroupIds: ["sg-1", "sg-2", "sg-3", "sg-4", "sg-5"] }, /securityGroupIds has 5/],
    [{ taskPolicies: [{ actions: [], resources: ["*"] }] }, /taskPolicies/],
    [{ taskPolicyArns: { "a b": "arn:aws:iam::aws:policy/x" } }, /taskPolicyArns: "a b"/],
  ];
  for (const [args, problem] of refused) {
    it(`refuses ${JSON.stringify(args)}`, () => refuses(declare(args), problem));
  }
});
