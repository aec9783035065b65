import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import {
  Ec2Cluster,
  type Ec2ClusterArgs,
  Ec2Service,
  type Ec2ServiceArgs,
} from "../../../components";
import { type AskedResource, evaluate } from "../../program/mocks";

const network = () => ({
  vpcId: pulumi.output("vpc-1"),
  vpcCidrBlock: "10.0.0.0/16",
  taskSubnetIds: pulumi.output(["subnet-1", "subnet-2"]),
  assignPublicIp: true,
});

const declare = (
  changes: Partial<Ec2ServiceArgs> = {},
  clusterChanges: Partial<Ec2ClusterArgs> = {},
) =>
  evaluate(() => {
    const region = "ap-northeast-1";
    const cluster = new Ec2Cluster("b", { network: network(), region, ...clusterChanges });
    return new Ec2Service("web", {
      cluster,
      network: network(),
      region,
      listenerArn: "arn:aws:mock:::listener",
      image: "nginx:1.30.6",
      ...changes,
    });
  });

const find = (resources: AskedResource[], name: string, type: string) =>
  resources.find((resource) => resource.name === name && resource.type.endsWith(`:${type}`)) ??
  assert.fail(`no ${type} ${name}`);

async function serviceWith(changes?: Partial<Ec2ServiceArgs>, cluster?: Partial<Ec2ClusterArgs>) {
  const { resources } = await declare(changes, cluster);
  return find(resources, "web-service", "Service");
}

describe("Ec2Service", () => {
  it("is the tutorial's family nginx-task, with 128 MiB and ecsHandsOnTaskExecutionRole", async () => {
    const { resources } = await declare();
    const { inputs } = find(resources, "web-task", "TaskDefinition");
    assert.equal(inputs.family, "nginx-task-dev");
    assert.deepEqual(inputs.requiresCompatibilities, ["EC2"]);
    assert.equal(inputs.networkMode, "awsvpc");
    assert.equal(inputs.cpu, undefined);
    assert.equal(inputs.memory, undefined);
    const [container] = JSON.parse(String(inputs.containerDefinitions)) as Record<
      string,
      unknown
    >[];
    assert.equal(container?.name, "nginx");
    assert.equal(container.memory, 128);
    const role = find(resources, "web-execution", "Role");
    assert.equal(role.inputs.name, "ecsHandsOnTaskExecutionRole-dev");
    assert.equal(inputs.executionRoleArn, "arn:aws:mock:::web-execution");
  });

  it("uses the cluster's capacity provider, and spreads tasks over the zones before packing them", async () => {
    const { inputs } = await serviceWith();
    assert.equal(inputs.name, "nginx-dev");
    assert.equal(inputs.schedulingStrategy, "REPLICA");
    assert.equal(inputs.launchType, undefined);
    assert.deepEqual(inputs.capacityProviderStrategies, [
      { capacityProvider: "nginx-dev", weight: 1, base: 0 },
    ]);
    // With it, each update would replace all tasks, even if only their number changes.
    assert.equal(inputs.forceNewDeployment, undefined);
    assert.deepEqual(inputs.orderedPlacementStrategies, [
      { type: "spread", field: "attribute:ecs.availability-zone" },
      { type: "binpack", field: "memory" },
    ]);
  });

  it("gives tasks no public address, which only Fargate can", async () => {
    const { inputs } = await serviceWith();
    assert.deepEqual(inputs.networkConfiguration, {
      subnets: ["subnet-1", "subnet-2"],
      securityGroups: ["web-ecs-id"],
      assignPublicIp: false,
    });
  });

  it("registers in a target group of IP addresses, as in the first tutorial", async () => {
    const { resources } = await declare();
    const targets = find(resources, "web-targets", "TargetGroup");
    assert.equal(targets.inputs.targetType, "ip");
    assert.equal(targets.inputs.name, "nginx-80-dev");
    assert.deepEqual(find(resources, "web-service", "Service").inputs.loadBalancers, [
      { targetGroupArn: "arn:aws:mock:::web-targets", containerName: "nginx", containerPort: 80 },
    ]);
  });

  it("depends on the whole cluster, so that it is deleted first", async () => {
    const { dependencies } = await serviceWith();
    for (const name of ["b-providers", "b-instances", "b-cluster", "web-rule"]) {
      assert.ok(dependencies.includes(name), name);
    }
  });

  it("runs one task on each instance as DAEMON, and stops it before starting its replacement", async () => {
    const { inputs } = await serviceWith({ schedulingStrategy: "DAEMON" });
    assert.equal(inputs.schedulingStrategy, "DAEMON");
    assert.equal(inputs.launchType, "EC2");
    assert.equal(inputs.capacityProviderStrategies, undefined);
    assert.equal(inputs.desiredCount, undefined);
    assert.equal(inputs.orderedPlacementStrategies, undefined);
    assert.equal(inputs.deploymentMinimumHealthyPercent, 0);
    assert.equal(inputs.deploymentMaximumPercent, undefined);
  });

  it("builds for the processor of the instances", async () => {
    const { resources } = await declare({}, { instanceType: "t4g.small" });
    const { inputs } = find(resources, "web-task", "TaskDefinition");
    assert.deepEqual(inputs.runtimePlatform, {
      operatingSystemFamily: "LINUX",
      cpuArchitecture: "ARM64",
    });
  });

  it("places tasks by the given strategies and constraints", async () => {
    const { inputs } = await serviceWith({
      placementStrategies: [{ type: "random" }],
      placementConstraints: [{ type: "distinctInstance" }],
    });
    assert.deepEqual(inputs.orderedPlacementStrategies, [{ type: "random" }]);
    assert.deepEqual(inputs.placementConstraints, [{ type: "distinctInstance" }]);
  });

  it("calculates that five tasks on t3.micro need five instances, and a sixth for a deployment", async () => {
    const { inputs } = await serviceWith({ desiredCount: 5 });
    assert.equal(inputs.desiredCount, 5);
    await assert.rejects(
      declare({ desiredCount: 5 }, { maxInstances: 5 }),
      /could never proceed: minimumHealthyPercent 100 of 5 tasks .* but 5 t3\.micro hold 1 task each, limited by network interfaces/,
    );
    await assert.rejects(
      declare({ desiredCount: 7 }),
      /desiredCount 7 has no room: 6 t3\.micro hold 1 task each/,
    );
  });

  it("can be deployed on one instance if the old task may stop first", async () => {
    const one = { minInstances: 1, maxInstances: 1 };
    await assert.rejects(declare({}, one), /could never proceed/);
    const deployment = { minimumHealthyPercent: 0, maximumPercent: 100 };
    const { inputs } = await serviceWith({ deployment }, one);
    assert.equal(inputs.deploymentMinimumHealthyPercent, 0);
  });

  it("does not count on new instances under launch type EC2", async () => {
    await assert.rejects(
      declare({ capacity: "ec2", desiredCount: 3 }),
      /desiredCount 3 has no room: 2 t3\.micro hold 1 task each/,
    );
  });

  it("fits more tasks on an instance with ENI trunking", async () => {
    const { inputs } = await serviceWith(
      { desiredCount: 9 },
      { instanceType: "m6i.large", eniTrunking: true, minInstances: 1, maxInstances: 1 },
    );
    assert.equal(inputs.desiredCount, 9);
  });

  it("refuses a DAEMON that could not be deployed", async () => {
    await assert.rejects(
      declare({ schedulingStrategy: "DAEMON", deployment: { minimumHealthyPercent: 100 } }),
      /could never proceed: minimumHealthyPercent 100 and maximumPercent 100/,
    );
  });

  for (const [title, changes, problem] of [
    ["Fargate", { capacity: "fargate" }, /capacity fargate: an Ec2Service runs on instances/],
    [
      "DAEMON with a strategy",
      { schedulingStrategy: "DAEMON", capacity: { ec2: {} } },
      /DAEMON does not support a capacity provider strategy/,
    ],
    [
      "DAEMON with CODE_DEPLOY",
      { schedulingStrategy: "DAEMON", deploymentController: "CODE_DEPLOY" },
      /DAEMON cannot be deployed by CODE_DEPLOY/,
    ],
    [
      "DAEMON above 100 percent",
      { schedulingStrategy: "DAEMON", deployment: { maximumPercent: 200 } },
      /maximumPercent 200 with DAEMON/,
    ],
    [
      "DAEMON with autoscaling",
      { schedulingStrategy: "DAEMON", autoscaling: { maxCount: 4, cpu: 50 } },
      /autoscaling with DAEMON/,
    ],
    [
      "DAEMON with a placement strategy",
      { schedulingStrategy: "DAEMON", placementStrategies: [{ type: "random" }] },
      /placementStrategies with DAEMON/,
    ],
    [
      "a launch type beside its strategy",
      { transform: { service: { launchType: "EC2" } } },
      /launchType and capacityProviderStrategies exclude each other/,
    ],
    ["a task larger than an instance", { containerMemory: 2048 }, /fits on no t3\.micro/],
    ["too little memory", { containerMemory: 5 }, /containerMemory 5 .* from 6/],
    ["too little CPU", { cpu: 64 }, /cpu 64 .* from 128 to 10240/],
    ["an invalid role name", { executionRoleName: "" }, /executionRoleName "" must be/],
  ] as [string, Partial<Ec2ServiceArgs>, RegExp][]) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(declare(changes), problem);
    });
  }
});
