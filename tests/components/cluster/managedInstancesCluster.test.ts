import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import {
  ManagedInstancesCluster,
  type ManagedInstancesClusterArgs,
  ManagedInstancesService,
  type ManagedInstancesServiceArgs,
} from "../../../components";
import { type AskedResource, evaluate } from "../../program/mocks";

const network = {
  vpcId: pulumi.output("vpc-1"),
  vpcCidrBlock: "10.0.0.0/16",
  taskSubnetIds: pulumi.output(["subnet-1", "subnet-2"]),
  assignPublicIp: false,
};
const region = "ap-northeast-1";
const image = "public.ecr.aws/nginx/nginx:1.29";

const declare = (changes: Partial<ManagedInstancesClusterArgs> = {}) =>
  evaluate(() => new ManagedInstancesCluster("b", { network, region, ...changes }));

const declareService = (changes: Partial<ManagedInstancesServiceArgs> = {}) =>
  evaluate(() => {
    const cluster = new ManagedInstancesCluster("b", { network, region });
    return new ManagedInstancesService("s", { cluster, network, region, image, ...changes });
  });

function only(resources: AskedResource[], type: string): AskedResource {
  const found = resources.filter((resource) => resource.type === type);
  const [first] = found;
  assert.ok(first && found.length === 1, `one ${type}, found ${found.length}`);
  return first;
}

const provider = "aws:ecs/capacityProvider:CapacityProvider";

interface Provider {
  infrastructureOptimization: { scaleInAfter: number };
  propagateTags: string;
  instanceLaunchTemplate: Record<string, unknown>;
}

async function providerOf(changes?: Partial<ManagedInstancesClusterArgs>) {
  const { resources } = await declare(changes);
  const { inputs } = only(resources, provider);
  return { inputs, managed: inputs.managedInstancesProvider as Provider };
}

describe("ManagedInstancesCluster", () => {
  it("has a capacity provider in its own cluster, whose instances get its tags", async () => {
    const { inputs, managed } = await providerOf();
    assert.equal(inputs.name, "managed-dev");
    assert.equal(inputs.cluster, "managed-dev");
    assert.equal(managed.propagateTags, "CAPACITY_PROVIDER");
    assert.equal(managed.infrastructureOptimization.scaleInAfter, 300);
    const template = managed.instanceLaunchTemplate;
    assert.equal(template.capacityOptionType, "ON_DEMAND");
    assert.deepEqual(template.storageConfiguration, { storageSizeGib: 30 });
    assert.deepEqual((template.networkConfiguration as { subnets: string[] }).subnets, [
      "subnet-1",
      "subnet-2",
    ]);
    assert.deepEqual(template.instanceRequirements, {
      allowedInstanceTypes: ["t3.small", "t3.medium"],
      burstablePerformance: "included",
      memoryMib: { min: 1 },
      vcpuCount: { min: 1 },
    });
  });

  it("needs no association, as AWS itself adds the provider to its cluster", async () => {
    const { resources } = await declare();
    assert.deepEqual(
      resources.filter(({ type }) => type.includes("clusterCapacityProviders")),
      [],
    );
  });

  it("names the instances' role as AWS's policy for ECS requires", async () => {
    const { resources } = await declare();
    const roles = resources.filter(({ type }) => type === "aws:iam/role:Role");
    assert.deepEqual(roles.map(({ inputs }) => inputs.name).sort(), [
      "ecsInstanceRoleManaged-dev",
      "managed-instances-infrastructure-dev",
    ]);
    const profile = only(resources, "aws:iam/instanceProfile:InstanceProfile").inputs;
    assert.equal(profile.role, "ecsInstanceRoleManaged-dev");
    assert.equal(
      only(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").inputs.policyArn,
      "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForManagedInstances",
    );
  });

  it("moves to Spot with a new capacity provider, so that services can move first", async () => {
    const { inputs, managed } = await providerOf({ capacityOptionType: "SPOT" });
    assert.equal(inputs.name, "managed-spot-dev");
    assert.equal(managed.instanceLaunchTemplate.capacityOptionType, "SPOT");
  });

  it("passes requirements on as they are given", async () => {
    const { managed } = await providerOf({
      instanceRequirements: {
        vcpuCount: { min: 2, max: 8 },
        memoryMib: { min: 4096 },
        excludedInstanceTypes: ["c5.*"],
        cpuManufacturers: ["intel"],
        burstablePerformance: "excluded",
      },
    });
    assert.deepEqual(managed.instanceLaunchTemplate.instanceRequirements, {
      vcpuCount: { min: 2, max: 8 },
      memoryMib: { min: 4096 },
      excludedInstanceTypes: ["c5.*"],
      cpuManufacturers: ["intel"],
      burstablePerformance: "excluded",
    });
  });

  const bad: [string, Partial<ManagedInstancesClusterArgs>, RegExp][] = [
    ["a name that AWS reserves", { name: "ecs-own" }, /may not name a capacity provider/],
    ["a role that ECS may not pass on", { instanceRoleName: "own" }, /must be ecsInstanceRole and/],
    ["a disk that is too small", { storageSizeGib: 20 }, /storageSizeGib 20 .* 30 to 16384/],
    ["scale-in after more than an hour", { scaleInAfter: 4000 }, /scaleInAfter 4000 .* -1 to 3600/],
    [
      "no vCPU",
      { instanceRequirements: { vcpuCount: { min: 0 } } },
      /instanceRequirements\.vcpuCount 0 to Infinity must be whole numbers from 1/,
    ],
    [
      "a maximum of memory below its minimum",
      { instanceRequirements: { memoryMib: { min: 4096, max: 2048 } } },
      /instanceRequirements\.memoryMib 4096 to 2048/,
    ],
    [
      "an invalid instance type",
      { instanceRequirements: { allowedInstanceTypes: ["t3 small"] } },
      /"t3 small" is not an instance type/,
    ],
    [
      "types both allowed and excluded",
      { instanceRequirements: { allowedInstanceTypes: ["t3.*"], excludedInstanceTypes: ["m5.*"] } },
      /exclude each other; leave one out/,
    ],
    [
      "an unknown manufacturer",
      { instanceRequirements: { cpuManufacturers: ["arm"] } },
      /cpuManufacturers "arm" unknown; choose from intel, amd, amazon-web-services/,
    ],
    [
      "an unknown choice",
      { instanceRequirements: { burstablePerformance: "maybe" } },
      /burstablePerformance "maybe" unknown/,
    ],
  ];
  for (const [title, changes, error] of bad) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(declare(changes), error);
    });
  }
});

describe("ManagedInstancesService", () => {
  it("runs tasks of any size with the cluster's capacity provider, and without a launch type", async () => {
    const { resources } = await declareService({ cpu: 300, memory: 700 });
    const { inputs } = only(resources, "aws:ecs/service:Service");
    assert.equal(inputs.launchType, undefined);
    assert.deepEqual(inputs.capacityProviderStrategies, [
      { capacityProvider: "managed-dev", weight: 1, base: 0 },
    ]);
    const task = only(resources, "aws:ecs/taskDefinition:TaskDefinition").inputs;
    assert.deepEqual(task.requiresCompatibilities, ["MANAGED_INSTANCES"]);
    assert.equal(task.networkMode, "awsvpc");
    assert.equal(task.cpu, "300");
    assert.equal(task.memory, "700");
  });

  const bad: [string, Partial<ManagedInstancesServiceArgs>, RegExp][] = [
    ["a task that is too small", { cpu: 64 }, /cpu 64 must be a whole number from 128 to 196608/],
    ["no memory", { memory: 0 }, /memory 0 must be/],
    [
      "a daemon",
      { schedulingStrategy: "DAEMON" },
      /DAEMON does not support a capacity provider strategy/,
    ],
  ];
  for (const [title, changes, error] of bad) {
    it(`refuses ${title}`, async () => {
      await assert.rejects(declareService(changes), error);
    });
  }
});
