import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import type { Properties } from "../../../../lab/account/resourceType";
import { create, rejection, TYPES } from "../fixtures";
import { type InUse, itRefuses, type Malformed, type Refused } from "./cases";
import { createEc2World, type Ec2World, groupInputs, IMAGE } from "./ec2World";

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<Ec2World>[] = [
  [
    "an instance profile with an unknown role",
    "instanceProfile",
    () => ({ name: "x", role: "none" }),
    /^NoSuchEntity: The role with name none cannot be found\.$/,
  ],
  [
    "an instance profile name that is taken",
    "instanceProfile",
    () => ({ name: "instance" }),
    /^EntityAlreadyExists: Instance Profile instance already exists\.$/,
  ],
  [
    "a launch template name that is taken",
    "launchTemplate",
    () => ({ name: "instances" }),
    /^InvalidLaunchTemplateName\.AlreadyExistsException: /,
  ],
  [
    "an invalid image ID",
    "launchTemplate",
    () => ({ name: "other", imageId: "amazon-linux" }),
    /^InvalidAMIID\.Malformed: Invalid id: "amazon-linux"/,
  ],
  [
    "user data that is not encoded",
    "launchTemplate",
    () => ({ name: "other", userData: "#!/bin/bash" }),
    /^InvalidUserData\.Malformed: /,
  ],
  [
    "too much user data",
    "launchTemplate",
    () => ({ name: "other", userData: Buffer.alloc(16_385).toString("base64") }),
    /^InvalidParameterValue: User data is limited to 16384 bytes$/,
  ],
  [
    "a default version that does not exist",
    "launchTemplate",
    () => ({ name: "other", defaultVersion: 2 }),
    /^InvalidLaunchTemplateId\.VersionNotFound: .*version 2/,
  ],
  [
    "security groups in two places",
    "launchTemplate",
    (w) => ({
      name: "other",
      networkInterfaces: [{ associatePublicIpAddress: "true" }],
      vpcSecurityGroupIds: [w.securityGroup.id],
    }),
    /^InvalidParameterCombination: /,
  ],
  [
    "a group name that is taken",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), name: "instances" }),
    /^AlreadyExists: .*instances already exists$/,
  ],
  [
    "a group with an unknown launch template",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), launchTemplate: { id: "lt-0" } }),
    /^ValidationError: You must use a valid fully-formed launch template\. .*ID lt-0, does not exist/,
  ],
  [
    "a group with a template version that does not exist",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), launchTemplate: { id: w.template.id, version: "2" } }),
    /^ValidationError: .*Could not find the specified version 2/,
  ],
  [
    "a group with a maximum below its minimum",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), minSize: 4 }),
    /^ValidationError: Max bound, 3, must be greater than or equal to min bound, 4$/,
  ],
  [
    "a desired capacity above the maximum",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), desiredCapacity: 4 }),
    /^ValidationError: Desired capacity:4 must be between .* min size:1 and max size:3$/,
  ],
  [
    "a group without a subnet",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), vpcZoneIdentifiers: [] }),
    /^ValidationError: At least one Availability Zone or VPC Subnet is required\.$/,
  ],
  [
    "a group in a subnet that does not exist",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), vpcZoneIdentifiers: ["subnet-0"] }),
    /^ValidationError: The subnet ID 'subnet-0' does not exist$/,
  ],
];

/** What cannot be deleted while the service runs. */
const IN_USE: readonly InUse<Ec2World>[] = [
  ["subnet", "subnetA", /^DependencyViolation: /],
  ["securityGroup", "securityGroup", /^DependencyViolation: /],
];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  [
    "a group without a launch template",
    "autoScalingGroup",
    { minSize: 0, maxSize: 1, vpcZoneIdentifiers: [] },
    ["launchTemplate"],
  ],
  [
    "an instance refresh for an argument that a group does not have",
    "autoScalingGroup",
    {
      minSize: 0,
      maxSize: 1,
      launchTemplate: { id: "lt-0" },
      instanceRefresh: {
        strategy: "Rolling",
        triggers: ["vpc_zone_identifier", "vpcZoneIdentifiers"],
      },
    },
    ["instanceRefresh.triggers[1]"],
  ],
  [
    "a launch template by both id and name",
    "autoScalingGroup",
    { minSize: 0, maxSize: 1, launchTemplate: { id: "lt-0", name: "x" } },
    ["launchTemplate"],
  ],
  [
    "both a fixed and an updated default version",
    "launchTemplate",
    { defaultVersion: 1, updateDefaultVersion: true },
    ["defaultVersion"],
  ],
  ["an invalid instance type", "launchTemplate", { instanceType: "micro" }, ["instanceType"]],
];

describe("the account's instances", () => {
  let account: Account;
  let world: Ec2World;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createEc2World(account);
  });

  itRefuses(() => ({ account, world }), { refused: REFUSED, inUse: IN_USE, malformed: MALFORMED });

  it("can be deleted in AWS's order", async () => {
    await account.delete(TYPES.service, world.ec2Service.id);
    await account.delete(TYPES.clusterCapacityProviders, world.association.id);
    await account.delete(TYPES.capacityProvider, world.provider.id);
    await account.delete(TYPES.autoScalingGroup, world.group.id);
    await account.delete(TYPES.launchTemplate, world.template.id);
    await account.delete(TYPES.instanceProfile, world.profile.id);
    await account.delete(TYPES.role, "instance");
    await account.delete(TYPES.cluster, world.ec2Cluster.id);
    assert.deepEqual(account.list(TYPES.autoScalingGroup), []);
  });

  it("keep their security group from being deleted until they are gone", async () => {
    await account.delete(TYPES.service, world.service.id);
    await account.delete(TYPES.service, world.ec2Service.id);
    await account.delete(TYPES.loadBalancer, world.loadBalancer.id);
    const remove = () => account.delete(TYPES.securityGroup, world.securityGroup.id);
    assert.match(await rejection(remove()), /autoscaling\/group:Group instances/);
    await account.delete(TYPES.autoScalingGroup, world.group.id);
    await remove();
  });

  it("keep a role that an instance profile uses", async () => {
    assert.match(
      await rejection(account.delete(TYPES.role, "instance")),
      /^DeleteConflict: .*must remove roles from instance profile first\.$/,
    );
  });

  it("are deleted with their group at once if that is forced, and otherwise after it scaled to 0", async () => {
    const seen: unknown[] = [];
    account.onChange(({ after, before }) => {
      seen.push(after ? [after.id, after.outputs.desiredCapacity] : before?.id);
    });
    const patient = await create(account, "autoScalingGroup", groupInputs(world));
    seen.length = 0;
    await account.delete(TYPES.autoScalingGroup, patient.id);
    await account.delete(TYPES.autoScalingGroup, world.group.id);
    assert.deepEqual(seen, [["other", 0], "other", "instances"]);
  });

  it("start at their group's minimum, and follow its limits", async () => {
    assert.equal(world.group.outputs.desiredCapacity, 1);
    const resized = await account.modify(TYPES.autoScalingGroup, world.group.id, { minSize: 2 });
    assert.equal(resized.outputs.desiredCapacity, 2);
    const smaller = await account.modify(TYPES.autoScalingGroup, world.group.id, {
      minSize: 0,
      maxSize: 1,
    });
    assert.equal(smaller.outputs.desiredCapacity, 1);
  });

  it("report their launch template by id, name and version, and their zones", () => {
    assert.deepEqual(world.group.outputs.launchTemplate, {
      id: world.template.id,
      name: "instances",
      version: "1",
    });
    assert.deepEqual(world.group.outputs.availabilityZones, ["ap-northeast-1a", "ap-northeast-1c"]);
  });

  it("refuse a group whose launch template lacks what instances need", async () => {
    const attempt = async (inputs: Properties) => {
      const template = await create(account, "launchTemplate", {
        imageId: IMAGE,
        instanceType: "t3.micro",
        ...inputs,
      });
      const launchTemplate = { id: template.id };
      return rejection(
        create(account, "autoScalingGroup", { ...groupInputs(world), launchTemplate }),
      );
    };
    const other = await create(account, "vpc", { cidrBlock: "10.9.0.0/16" });
    const stranger = await create(account, "securityGroup", { name: "x", vpcId: other.id });
    const reasons = [
      await attempt({ vpcSecurityGroupIds: [stranger.id] }),
      await attempt({ networkInterfaces: [{ securityGroups: ["sg-0"] }] }),
      await attempt({ iamInstanceProfile: { name: "none" } }),
    ];
    assert.match(reasons[0] ?? "", /The security group 'sg-\w+' does not exist in VPC 'vpc-\w+'$/);
    assert.match(reasons[1] ?? "", /The security group 'sg-0' does not exist in VPC/);
    assert.match(reasons[2] ?? "", /iamInstanceProfile\.name is invalid/);

    const bare = await create(account, "launchTemplate", { name: "bare" });
    assert.match(
      await rejection(
        create(account, "autoScalingGroup", {
          ...groupInputs(world),
          launchTemplate: { name: String(bare.outputs.name) },
        }),
      ),
      /The request must contain the parameter ImageId$/,
    );
  });

  it("get a new version of their launch template only when their configuration changes", async () => {
    const { id } = world.template;
    const tagged = await account.modify(TYPES.launchTemplate, id, { tags: { a: "b" } });
    assert.equal(tagged.outputs.latestVersion, 1);
    const larger = await account.modify(TYPES.launchTemplate, id, { instanceType: "t3.small" });
    assert.deepEqual([larger.outputs.latestVersion, larger.outputs.defaultVersion], [2, 2]);
    await account.modify(TYPES.launchTemplate, id, { updateDefaultVersion: false });
    const again = await account.modify(TYPES.launchTemplate, id, { instanceType: "t3.medium" });
    assert.deepEqual([again.outputs.latestVersion, again.outputs.defaultVersion], [3, 2]);
  });
});
