import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import {
  FargateCluster,
  FargateService,
  type FargateServiceArgs,
  LoadBalancer,
  Network,
} from "../../../components";
import { evaluate } from "../../program/mocks";
import { declareWeb, webArgs } from "../webService";

async function inputsOf(type: string, changes?: Partial<FargateServiceArgs>) {
  const { resources } = await declareWeb(changes);
  return resources.filter((resource) => resource.type === type).map(({ inputs }) => inputs);
}

describe("FargateService", () => {
  it("keeps logs for 30 days unless told otherwise", async () => {
    const type = "aws:cloudwatch/logGroup:LogGroup";
    assert.deepEqual(
      (await inputsOf(type)).map(({ retentionInDays }) => retentionInDays),
      [30],
    );
    assert.deepEqual(
      (await inputsOf(type, { logRetentionDays: 7 })).map(({ retentionInDays }) => retentionInDays),
      [7],
    );
  });

  it("rolls a failed deployment back", async () => {
    const [service] = await inputsOf("aws:ecs/service:Service");
    assert.deepEqual(service?.deploymentCircuitBreaker, { enable: true, rollback: true });
  });

  it("permits ECS Exec only if it is enabled", async () => {
    const policies = async (executeCommand: boolean) =>
      (await inputsOf("aws:iam/rolePolicy:RolePolicy", { executeCommand })).map(
        ({ policy }) => policy,
      );
    assert.match((await policies(true)).join(), /ssmmessages:OpenDataChannel/);
    assert.doesNotMatch((await policies(false)).join(), /ssmmessages/);
  });

  it("limits the execution role to its own log group", async () => {
    const policies = await inputsOf("aws:iam/rolePolicy:RolePolicy", { executeCommand: false });
    assert.equal(policies.length, 1);
    const [policy] = policies;
    assert.deepEqual(JSON.parse(policy?.policy as string), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: "arn:aws:mock:::web-logs:*",
        },
      ],
    });
  });

  it("may pull from the image's own ECR repository and no other", async () => {
    const image = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/ecs-handson/nginx:1";
    const policies = await inputsOf("aws:iam/rolePolicy:RolePolicy", { image });
    assert.match(
      policies.map(({ policy }) => policy).join(),
      /arn:aws:ecr:ap-northeast-1:123456789012:repository\/ecs-handson\/nginx"/,
    );
  });

  it("sends logs where its log group is", async () => {
    const [task] = await inputsOf("aws:ecs/taskDefinition:TaskDefinition");
    const [group] = await inputsOf("aws:cloudwatch/logGroup:LogGroup");
    assert.equal(group?.name, "/ecs/handson-dev");
    assert.match(task?.containerDefinitions as string, /"awslogs-group":"\/ecs\/handson-dev"/);
  });

  it("gives commands with the actual names of cluster and service", async () => {
    const { outputs, resources } = await declareWeb();
    const name = resources.find(({ type }) => type === "aws:ecs/service:Service")?.inputs.name;
    assert.equal(
      outputs.commands.describe,
      `aws ecs describe-services --region ap-northeast-1 --cluster handson-dev --services ${String(name)}`,
    );
  });

  it("shares a cluster with other services instead of making one of its own", async () => {
    const { resources, outputs } = await evaluate(() => {
      const cluster = new FargateCluster("shared", { name: "shop" });
      const listenerArn = pulumi.output("arn:aws:mock:::listener");
      const capacity = { fargate: { base: 1 }, fargateSpot: {} };
      return ["auth", "shop"].map(
        (name, i) =>
          new FargateService(name, {
            ...webArgs,
            listenerArn,
            name,
            cluster,
            capacity,
            priority: i + 1,
          }),
      );
    });
    const ofType = (type: string) => resources.filter((resource) => resource.type === type);
    assert.deepEqual(
      ofType("aws:ecs/cluster:Cluster").map(({ inputs }) => inputs.name),
      ["shop-dev"],
    );
    assert.equal(ofType("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders").length, 1);
    const services = ofType("aws:ecs/service:Service");
    assert.deepEqual(
      services.map(({ inputs }) => [inputs.name, inputs.cluster]),
      [
        ["auth-dev", "arn:aws:mock:::shared-cluster"],
        ["shop-dev", "arn:aws:mock:::shared-cluster"],
      ],
    );
    for (const { dependencies } of services) assert.ok(dependencies.includes("shared-providers"));
    assert.match(outputs[0]?.commands.describe ?? "", /--cluster shop-dev --services auth-dev$/);
  });

  it("reports everything that is wrong with its arguments at once", async () => {
    const wrong = declareWeb({
      name: "a-name-that-is-far-too-long",
      cpu: 256,
      memory: 4096,
      desiredCount: -1,
      containerPort: 0,
      priority: 50001,
      pathPatterns: [],
      healthCheckPath: "health",
    });
    await assert.rejects(wrong, (error: Error) => {
      for (const problem of [
        /27 characters, at most 20/,
        /memory 4096 does not go with cpu 256/,
        /desiredCount -1 must be .* from 0 to 5000/,
        /containerPort 0 /,
        /priority 50001 /,
        /pathPatterns\.length 0 /,
        /healthCheckPath "health" must start with \//,
      ]) {
        assert.match(error.message, problem);
      }
      return true;
    });
  });
});

describe("Network", () => {
  it("reports everything that is wrong with its arguments at once", async () => {
    const wrong = evaluate(
      () => new Network("net", { vpcCidrBlock: "10.0.0.0/27", availabilityZones: ["a"] }),
    );
    await assert.rejects(wrong, (error: Error) => {
      assert.match(error.message, /a load balancer needs two/);
      assert.match(error.message, /10\.0\.0\.0\/27 is too small/);
      return true;
    });
  });

  for (const [natGateways, strategy] of [
    ["none", "None"],
    ["single", "Single"],
    ["per-az", "OnePerAz"],
  ] as const) {
    it(`asks for NAT gateways ${natGateways}`, async () => {
      const { resources } = await evaluate(
        () => new Network("net", { availabilityZones: ["a", "b"], natGateways }),
      );
      const vpc = resources.find(({ type }) => type === "awsx:ec2:Vpc");
      assert.deepEqual(vpc?.inputs.natGateways, { strategy });
    });
  }
});

describe("LoadBalancer", () => {
  it("answers 404 until a service adds a rule", async () => {
    const { network } = webArgs;
    const { resources } = await evaluate(
      () =>
        new LoadBalancer("lb", { network: { ...network, publicSubnetIds: network.taskSubnetIds } }),
    );
    const listener = resources.find(({ type }) => type === "aws:lb/listener:Listener");
    assert.match(JSON.stringify(listener?.inputs.defaultActions), /"statusCode":"404"/);
    assert.equal(listener?.inputs.port, 80);
  });
});
