import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { FargateService, type FargateServiceArgs } from "../../components";
import { evaluate } from "../program/mocks";
import { declareWeb, webArgs } from "./webService";

async function asked(type: string, changes?: Partial<FargateServiceArgs>) {
  const { resources } = await declareWeb(changes);
  return resources.filter((resource) => resource.type === type);
}

async function only(type: string, changes?: Partial<FargateServiceArgs>) {
  const [first, ...others] = await asked(type, changes);
  assert.ok(first && others.length === 0, `one ${type}`);
  return first;
}

const serviceType = "aws:ecs/service:Service";
const taskType = "aws:ecs/taskDefinition:TaskDefinition";
const associationType = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";

describe("a service's capacity", () => {
  it("is launch type FARGATE, with no capacity providers, unless told otherwise", async () => {
    const { inputs } = await only(serviceType);
    assert.equal(inputs.launchType, "FARGATE");
    assert.equal(inputs.capacityProviderStrategies, undefined);
    assert.deepEqual(await asked(associationType), []);
  });

  it("is split between Fargate and Spot by weight and base, once the cluster has both", async () => {
    const capacity = { fargate: { base: 1 }, fargateSpot: { weight: 3 } };
    const { inputs, dependencies } = await only(serviceType, { capacity });
    assert.equal(inputs.launchType, undefined);
    assert.deepEqual(inputs.capacityProviderStrategies, [
      { capacityProvider: "FARGATE", weight: 1, base: 1 },
      { capacityProvider: "FARGATE_SPOT", weight: 3, base: 0 },
    ]);
    assert.ok(dependencies.includes("web-providers"));
    const association = await only(associationType, { capacity });
    assert.deepEqual(association.inputs.capacityProviders, ["FARGATE", "FARGATE_SPOT"]);
  });
});

describe("a service's desired count", () => {
  it("is what updates set it to", async () => {
    const { ignoreChanges } = await only(serviceType);
    assert.deepEqual(ignoreChanges, []);
    assert.deepEqual(await asked("aws:appautoscaling/target:Target"), []);
  });

  it("is left alone by updates only if autoscaling sets it", async () => {
    const autoscaling = { maxCount: 4, requestsPerTarget: 600 };
    const changes = { autoscaling, desiredCount: 2, loadBalancerArnSuffix: "app/alb/1" };
    const { ignoreChanges, inputs } = await only(serviceType, changes);
    assert.deepEqual(ignoreChanges, ["desiredCount"]);
    assert.equal(inputs.desiredCount, 2);
    const target = await only("aws:appautoscaling/target:Target", changes);
    assert.equal(target.inputs.resourceId, "service/handson-dev/handson-dev");
    assert.equal(target.inputs.minCapacity, 2);
    assert.equal(target.parentType, "ecs-handson:ecs:ServiceAutoscaling");
    const policy = await only("aws:appautoscaling/policy:Policy", changes);
    assert.match(
      JSON.stringify(policy.inputs),
      /"resourceLabel":"app\/alb\/1\/targetgroup\/web-targets\/2"/,
    );
  });
});

describe("a service under CodeDeploy", () => {
  it("has its task definition and target group left alone, and no ECS circuit breaker", async () => {
    const changes: Partial<FargateServiceArgs> = { deploymentController: "CODE_DEPLOY" };
    const { ignoreChanges, inputs } = await only(serviceType, changes);
    assert.deepEqual(inputs.deploymentController, { type: "CODE_DEPLOY" });
    assert.deepEqual(ignoreChanges, ["taskDefinition", "loadBalancers"]);
    assert.equal(inputs.deploymentCircuitBreaker, undefined);
  });
});

describe("a service's containers", () => {
  const proxy = { name: "envoy", image: "envoy:v1.36", port: 8080 };
  const agent = { name: "agent", image: "agent:1", essential: false, memory: 64 };

  it("are sorted, so that updates make no needless revision", async () => {
    const names = async (sidecars: FargateServiceArgs["sidecars"]) => {
      const { inputs } = await only(taskType, { sidecars });
      const containers = JSON.parse(String(inputs.containerDefinitions)) as { name: string }[];
      return containers.map(({ name }) => name);
    };
    assert.deepEqual(await names([proxy, agent]), ["nginx", "agent", "envoy"]);
    assert.deepEqual(await names([agent, proxy]), ["nginx", "agent", "envoy"]);
  });

  it("may receive the requests in one other than the service's own", async () => {
    const target = { containerName: "envoy", containerPort: 8080 };
    const { resources } = await declareWeb({ sidecars: [proxy], target });
    const inputsOf = (name: string) => resources.find((each) => each.name === name)?.inputs;
    assert.deepEqual(inputsOf("web-service")?.loadBalancers, [
      { targetGroupArn: "arn:aws:mock:::web-targets", ...target },
    ]);
    assert.equal(inputsOf("web-ecs-vpc-8080")?.fromPort, 8080);
  });

  it("may use an image that is known only later, with the permission to pull it", async () => {
    const { resources } = await declareWeb({
      image: pulumi.output("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/web@sha256:0"),
      repositoryArn: pulumi.output("arn:aws:ecr:::repository/web"),
    });
    const task = resources.find(({ type }) => type === taskType);
    assert.match(String(task?.inputs.containerDefinitions), /web@sha256:0/);
    const policies = resources.map(({ inputs }) => String(inputs.policy)).join();
    assert.match(policies, /"Resource":"arn:aws:ecr:::repository\/web"/);
  });

  for (const [title, changes, problem] of [
    [
      "a target container that does not exist",
      { target: { containerName: "envoy", containerPort: 80 } },
      /target: the task has no container "envoy"; choose from nginx/,
    ],
    [
      "a target port that the container does not have",
      { target: { containerName: "nginx", containerPort: 81 } },
      /target: container "nginx" has no port 81/,
    ],
    [
      "two containers with one name",
      { sidecars: [{ ...agent, name: "nginx" }] },
      /container "nginx" is listed twice/,
    ],
    [
      "two containers on one port",
      { sidecars: [{ ...proxy, port: 80 }] },
      /port 80 is used by two containers/,
    ],
  ] as [string, Partial<FargateServiceArgs>, RegExp][]) {
    it(`refuse ${title}`, async () => {
      await assert.rejects(declareWeb(changes), problem);
    });
  }
});

describe("a service's rule", () => {
  it("may match hosts as well as paths", async () => {
    const { inputs } = await only("aws:lb/listenerRule:ListenerRule", { hostHeaders: ["nginx.*"] });
    assert.deepEqual(inputs.conditions, [
      { pathPattern: { values: ["*"] } },
      { hostHeader: { values: ["nginx.*"] } },
    ]);
  });

  it("accepts at most five values in all", async () => {
    const hostHeaders = ["a", "b", "c", "d", "e"];
    await assert.rejects(declareWeb({ hostHeaders }), /have 6 values; a rule can have at most 5/);
  });

  it("has a priority that no other service of the listener has", async () => {
    const two = (priorities: [number, number]) =>
      evaluate(() => {
        const listenerArn = pulumi.output("arn:aws:mock:::listener");
        return priorities.map(
          (priority, i) =>
            new FargateService(`web-${i}`, { ...webArgs, listenerArn, name: `web-${i}`, priority }),
        );
      });
    await assert.rejects(
      two([100, 100]),
      /priority 100 belongs to web-0 on this listener; give each rule its own/,
    );
    const { resources } = await two([100, 101]);
    assert.equal(resources.filter(({ type }) => type === serviceType).length, 2);
  });
});

describe("a service", () => {
  it("is replaced only after the old one of its name is gone", async () => {
    assert.equal((await only(serviceType)).deleteBeforeReplace, true);
  });

  it("may set with transform what the component does not offer", async () => {
    const { inputs } = await only(serviceType, {
      transform: { service: { healthCheckGracePeriodSeconds: 300 } },
    });
    assert.equal(inputs.healthCheckGracePeriodSeconds, 300);
  });

  for (const [title, changes, problem] of [
    ["a DAEMON on Fargate", { schedulingStrategy: "DAEMON" }, /DAEMON needs instances/],
    [
      "a launch type beside a strategy",
      { capacity: { fargateSpot: {} }, transform: { service: { launchType: "FARGATE" } } },
      /launchType and capacityProviderStrategies exclude each other/,
    ],
    [
      "percentages under which no deployment could proceed",
      { deployment: { maximumPercent: 100 } },
      /a deployment could never proceed/,
    ],
    ["a desired count above the quota", { desiredCount: 5001 }, /desiredCount 5001 .* 0 to 5000/],
    [
      "a desired count above what autoscaling allows",
      { desiredCount: 5, autoscaling: { minCount: 1, maxCount: 4, cpu: 50 } },
      /desiredCount 5 is more than autoscaling\.maxCount 4/,
    ],
    [
      "scaling by requests without a load balancer to count them",
      { autoscaling: { maxCount: 4, requestsPerTarget: 1 } },
      /requestsPerTarget needs loadBalancerArnSuffix/,
    ],
    [
      "scaling by requests under CodeDeploy",
      {
        autoscaling: { maxCount: 4, requestsPerTarget: 1 },
        loadBalancerArnSuffix: "app/alb/1",
        deploymentController: "CODE_DEPLOY",
      },
      /requestsPerTarget cannot follow CODE_DEPLOY/,
    ],
    [
      "a name that would take a load balancer's or target group's over 32 characters",
      { name: "a".repeat(33) },
      /33 characters, at most 20/,
    ],
  ] as [string, Partial<FargateServiceArgs>, RegExp][]) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(declareWeb(changes), problem);
    });
  }
});
