import assert from "node:assert/strict";

import * as pulumi from "@pulumi/pulumi";

import { Ec2Cluster, type Ec2ClusterArgs } from "../../../components";
import { type AskedResource, evaluate } from "../../program/mocks";

const args: Ec2ClusterArgs = {
  network: {
    vpcId: pulumi.output("vpc-1"),
    taskSubnetIds: pulumi.output(["subnet-1", "subnet-2"]),
    assignPublicIp: false,
  },
  region: "ap-northeast-1",
};

const declare = (changes: Partial<Ec2ClusterArgs> = {}) =>
  evaluate(() => new Ec2Cluster("b", { ...args, ...changes }));

function only(resources: AskedResource[], type: string): AskedResource {
  const found = resources.filter((resource) => resource.type === type);
  const [first] = found;
  assert.ok(first && found.length === 1, `one ${type}, found ${found.length}`);
  return first;
}

async function asked(type: string, changes?: Partial<Ec2ClusterArgs>): Promise<AskedResource> {
  return only((await declare(changes)).resources, type);
}

const group = "aws:autoscaling/group:Group";
const template = "aws:ec2/launchTemplate:LaunchTemplate";
const provider = "aws:ecs/capacityProvider:CapacityProvider";

describe("Ec2Cluster", () => {
  it("is the tutorial's cluster nginx of t3.micro, with the role ecsHandsOnInstanceRole", async () => {
    const { resources } = await declare();
    assert.equal(only(resources, "aws:ecs/cluster:Cluster").inputs.name, "nginx-dev");
    const role = only(resources, "aws:iam/role:Role");
    assert.equal(role.inputs.name, "ecsHandsOnInstanceRole-dev");
    assert.match(role.inputs.assumeRolePolicy as string, /"ec2\.amazonaws\.com"/);
    const profile = only(resources, "aws:iam/instanceProfile:InstanceProfile").inputs;
    assert.equal(profile.role, "ecsHandsOnInstanceRole-dev");
    assert.equal(only(resources, template).inputs.instanceType, "t3.micro");
  });

  it("starts instances from ECS's current image, with IMDSv2, an encrypted disk and no SSH", async () => {
    const { inputs } = await asked(template);
    assert.equal(
      inputs.imageId,
      "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id",
    );
    assert.deepEqual(inputs.metadataOptions, {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
    assert.match(JSON.stringify(inputs.blockDeviceMappings), /"encrypted":"true"/);
    assert.equal(inputs.keyName, undefined);
    const script = Buffer.from(inputs.userData as string, "base64").toString();
    assert.match(script, /^ECS_CLUSTER=nginx-dev$/m);
  });

  it("gives instances a public address where tasks have no other way out", async () => {
    const interfaces = async (assignPublicIp: boolean) =>
      (await asked(template, { network: { ...args.network, assignPublicIp } })).inputs
        .networkInterfaces;
    const one = (associatePublicIpAddress: string) => [
      { associatePublicIpAddress, deleteOnTermination: "true", securityGroups: ["b-instances-id"] },
    ];
    assert.deepEqual(await interfaces(false), one("false"));
    assert.deepEqual(await interfaces(true), one("true"));
  });

  it("uses the image for the processor of its instances", async () => {
    const { resources, outputs } = await declare({ instanceType: "t4g.micro" });
    assert.match(String(only(resources, template).inputs.imageId), /amazon-linux-2023\/arm64\//);
    assert.equal(outputs.cpuArchitecture, "ARM64");
  });

  it("lets nothing in", async () => {
    const { resources } = await declare();
    assert.deepEqual(
      resources.filter(({ type, inputs }) => type.includes("IngressRule") || inputs.ingress),
      [],
    );
  });

  it("starts with two instances and leaves their number to ECS", async () => {
    const { inputs } = await asked(group);
    assert.equal(inputs.minSize, 2);
    assert.equal(inputs.maxSize, 6);
    assert.equal(inputs.desiredCapacity, undefined);
    assert.deepEqual(inputs.vpcZoneIdentifiers, ["subnet-1", "subnet-2"]);
    const { inputs: provided } = await asked(provider);
    assert.deepEqual(provided.autoScalingGroupProvider, {
      autoScalingGroupArn: "arn:aws:mock:::b-instances",
      managedScaling: { status: "ENABLED", targetCapacity: 100 },
      managedDraining: "ENABLED",
      managedTerminationProtection: "DISABLED",
    });
  });

  it("replaces instances when their template or their subnets change", async () => {
    const { inputs } = await asked(group);
    assert.deepEqual(inputs.launchTemplate, { id: "b-instances-id", version: "7" });
    const refresh = inputs.instanceRefresh as { strategy: string; triggers: string[] };
    assert.deepEqual([refresh.strategy, refresh.triggers], ["Rolling", ["vpc_zone_identifier"]]);
  });

  it("tags what it launches, which the provider's default tags do not reach", async () => {
    const { inputs } = await asked(group, { tags: { learner: "alice" } });
    assert.deepEqual(inputs.tags, [
      { key: "Name", value: "nginx-dev", propagateAtLaunch: true },
      { key: "learner", value: "alice", propagateAtLaunch: true },
      { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true },
    ]);
  });

  it("keeps its template, and so its instances, when tags change", async () => {
    const tagged = async (day: string) =>
      (await asked(template, { tags: { learner: "alice", expires: day } })).inputs;
    assert.deepEqual(await tagged("2027-03-31"), await tagged("2027-04-30"));
    assert.deepEqual((await tagged("2027-03-31")).tagSpecifications, [
      { resourceType: "volume", tags: { Name: "nginx-dev" } },
    ]);
  });

  it("is deleted without waiting for instances to drain, and only after them", async () => {
    const instances = await asked(group);
    assert.equal(instances.inputs.forceDelete, true);
    for (const kept of ["b-cluster", "b-instance-agent", "b-instance-session"]) {
      assert.ok(instances.dependencies.includes(kept), kept);
    }
    const association = await asked("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders");
    assert.deepEqual([...association.dependencies].sort(), ["b-cluster", "b-instances"]);
    assert.deepEqual(association.inputs.defaultCapacityProviderStrategies, [
      { capacityProvider: "nginx-dev", weight: 1 },
    ]);
  });

  it("protects instances with tasks only if asked to, in both the provider and the group", async () => {
    const { inputs } = await asked(group, { terminationProtection: true });
    assert.equal(inputs.protectFromScaleIn, true);
    const { inputs: provided } = await asked(provider, { terminationProtection: true });
    assert.match(
      JSON.stringify(provided.autoScalingGroupProvider),
      /"managedTerminationProtection":"ENABLED"/,
    );
  });

  it("counts only on instances that are launched automatically", async () => {
    const { outputs } = await declare({ managedScaling: false });
    assert.equal(outputs.pool.maxInstances, 2);
    const scaled = await declare();
    assert.equal(scaled.outputs.pool.maxInstances, 6);
  });

  it("lets the instances' role opt in to ENI trunking only if it is used", async () => {
    const mayOptIn = async (changes: Partial<Ec2ClusterArgs>) =>
      (await declare(changes)).resources.some(
        ({ type, inputs }) =>
          type.endsWith(":RolePolicy") && String(inputs.policy).includes("ecs:PutAccountSetting"),
      );
    assert.equal(await mayOptIn({}), false);
    assert.equal(await mayOptIn({ instanceType: "m6i.large", eniTrunking: true }), true);
  });

  it("gives commands that list the instances and open a shell on one", async () => {
    const { outputs } = await declare();
    assert.equal(
      outputs.commands.instances,
      "aws ecs list-container-instances --region ap-northeast-1 --cluster nginx-dev",
    );
    assert.match(outputs.commands.session, /^aws ssm start-session --region ap-northeast-1 /);
  });

  it("reports everything that is wrong with its arguments at once", async () => {
    const wrong = declare({
      name: "ecs-nginx",
      instanceRoleName: "a role",
      instanceType: "t3.micro",
      eniTrunking: true,
      minInstances: 3,
      maxInstances: 2,
      managedScaling: false,
      targetCapacity: 101,
      terminationProtection: true,
    });
    await assert.rejects(wrong, (error: Error) => {
      for (const problem of [
        /"ecs-nginx" may not name a capacity provider/,
        /instanceRoleName "a role" must be/,
        /eniTrunking is not available on t3\.micro/,
        /minInstances 3 must be a whole number from 0 to 2/,
        /targetCapacity 101 must be .* from 1 to 100/,
        /terminationProtection needs managedScaling/,
      ]) {
        assert.match(error.message, problem);
      }
      assert.equal(error.message.split("\n").length, 7, "a heading, and one line for each");
      return true;
    });
  });
});
