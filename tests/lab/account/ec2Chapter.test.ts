import assert from "node:assert/strict";

import { Account } from "../../../lab/account/account";
import type { ResourceRecord } from "../../../lab/account/record";
import type { Properties } from "../../../lab/account/resourceType";
import {
  CONTAINER,
  create,
  createWorld,
  FARGATE_TASK,
  problemPaths,
  rejection,
  serviceInputs,
  TRUST_POLICY,
  TYPES,
  type TypeName,
  type World,
} from "./fixtures";

const IMAGE = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id";
const NO_GROUP =
  "arn:aws:autoscaling:ap-northeast-1:123456789012:autoScalingGroup:0:autoScalingGroupName/none";

/** What the instances of the EC2 chapter are made of, beside the Fargate service's world. */
type Instances = Record<
  | "profile"
  | "template"
  | "group"
  | "provider"
  | "association"
  | "ec2Cluster"
  | "ec2Task"
  | "ec2Service",
  ResourceRecord
>;

type Ec2World = World & Instances;

async function createEc2World(account: Account): Promise<Ec2World> {
  const world = await createWorld(account);
  await create(account, "role", { name: "instance", assumeRolePolicy: TRUST_POLICY });
  const profile = await create(account, "instanceProfile", { name: "instance", role: "instance" });
  const template = await create(account, "launchTemplate", {
    name: "instances",
    imageId: IMAGE,
    instanceType: "t3.micro",
    iamInstanceProfile: { arn: profile.outputs.arn },
    vpcSecurityGroupIds: [world.securityGroup.id],
    updateDefaultVersion: true,
  });
  const group = await create(account, "autoScalingGroup", {
    ...groupInputs({ ...world, template }),
    name: "instances",
    forceDelete: true,
  });
  const provider = await create(account, "capacityProvider", {
    name: "instances",
    autoScalingGroupProvider: {
      autoScalingGroupArn: group.outputs.arn,
      managedScaling: { status: "ENABLED", targetCapacity: 90 },
    },
  });
  const ec2Cluster = await create(account, "cluster", { name: "instances" });
  const association = await create(account, "clusterCapacityProviders", {
    clusterName: "instances",
    capacityProviders: ["instances", "FARGATE"],
    defaultCapacityProviderStrategies: [{ capacityProvider: "instances", weight: 1 }],
  });
  const ec2Task = await create(account, "taskDefinition", ec2Definition());
  const parts = { ...world, profile, template, group, provider, association, ec2Cluster, ec2Task };
  const ec2Service = await create(account, "service", {
    ...ec2ServiceInputs(parts),
    name: "instances",
  });
  return { ...parts, ec2Service };
}

function ec2Definition(patch: Properties = {}, container: Properties = {}): Properties {
  return {
    family: "instances",
    networkMode: "awsvpc",
    requiresCompatibilities: ["EC2"],
    containerDefinitions: JSON.stringify([{ ...CONTAINER, memory: 128, ...container }]),
    ...patch,
  };
}

function groupInputs(w: World & Pick<Instances, "template">): Properties {
  return {
    name: "other",
    launchTemplate: { id: w.template.id, version: "1" },
    minSize: 1,
    maxSize: 3,
    vpcZoneIdentifiers: [w.subnetA.id, w.subnetC.id],
  };
}

function ec2ServiceInputs(w: World & Omit<Instances, "ec2Service">): Properties {
  return {
    ...serviceInputs({
      ...w,
      cluster: w.ec2Cluster,
      taskDefinition: w.ec2Task,
      subnets: [w.subnetA.id, w.subnetC.id],
    }),
    launchType: undefined,
    capacityProviderStrategies: [{ capacityProvider: "instances", base: 1, weight: 1 }],
  };
}

function given(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

const REFUSED: readonly [string, TypeName, (world: Ec2World) => Properties, RegExp][] = [
  [
    "an instance profile of no role",
    "instanceProfile",
    () => ({ name: "x", role: "none" }),
    /^NoSuchEntity: The role with name none cannot be found\.$/,
  ],
  [
    "an instance profile's name twice",
    "instanceProfile",
    () => ({ name: "instance" }),
    /^EntityAlreadyExists: Instance Profile instance already exists\.$/,
  ],
  [
    "a launch template's name twice",
    "launchTemplate",
    () => ({ name: "instances" }),
    /^InvalidLaunchTemplateName\.AlreadyExistsException: /,
  ],
  [
    "an image that is none",
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
    "a group's name twice",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), name: "instances" }),
    /^AlreadyExists: .*instances already exists$/,
  ],
  [
    "a group from no launch template",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), launchTemplate: { id: "lt-0" } }),
    /^ValidationError: You must use a valid fully-formed launch template\. .*ID lt-0, does not exist/,
  ],
  [
    "a group from a version that does not exist",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), launchTemplate: { id: w.template.id, version: "2" } }),
    /^ValidationError: .*Could not find the specified version 2/,
  ],
  [
    "a group with fewer at most than at least",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), minSize: 4 }),
    /^ValidationError: Max bound, 3, must be greater than or equal to min bound, 4$/,
  ],
  [
    "more instances than the most",
    "autoScalingGroup",
    (w) => ({ ...groupInputs(w), desiredCapacity: 4 }),
    /^ValidationError: Desired capacity:4 must be between .* min size:1 and max size:3$/,
  ],
  [
    "a group in no subnet",
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
  [
    "a capacity provider of no group",
    "capacityProvider",
    () => ({ name: "other", autoScalingGroupProvider: { autoScalingGroupArn: NO_GROUP } }),
    /^ClientException: The specified Auto Scaling group ARN was not found/,
  ],
  [
    "a group with two capacity providers",
    "capacityProvider",
    (w) => ({
      name: "other",
      autoScalingGroupProvider: { autoScalingGroupArn: w.group.outputs.arn },
    }),
    /^ClientException: .*already being used by another capacity provider/,
  ],
  [
    "a cluster with a provider that does not exist",
    "clusterCapacityProviders",
    () => ({ clusterName: "handson", capacityProviders: ["none"] }),
    /^InvalidParameterException: .*'none' was not found/,
  ],
  [
    "a strategy of both kinds",
    "clusterCapacityProviders",
    () => ({
      clusterName: "handson",
      capacityProviders: ["instances", "FARGATE"],
      defaultCapacityProviderStrategies: [
        { capacityProvider: "instances", weight: 1 },
        { capacityProvider: "FARGATE", weight: 1 },
      ],
    }),
    /^InvalidParameterException: .*cannot contain a mix/,
  ],
  [
    "host ports under awsvpc",
    "taskDefinition",
    () => ec2Definition({}, { portMappings: [{ containerPort: 80, hostPort: 0 }] }),
    /^ClientException: When networkMode=awsvpc, the host ports and container ports/,
  ],
  [
    "host ports under host",
    "taskDefinition",
    () =>
      ec2Definition(
        { networkMode: "host" },
        { portMappings: [{ containerPort: 80, hostPort: 8080 }] },
      ),
    /^ClientException: When networkMode=host, the host ports and container ports/,
  ],
  [
    "ports with no network",
    "taskDefinition",
    () => ec2Definition({ networkMode: "none" }),
    /^ClientException: Port mappings are not supported when networkMode=none\.$/,
  ],
  [
    "links under awsvpc",
    "taskDefinition",
    () => ec2Definition({}, { links: ["other"] }),
    /^ClientException: Links are not supported when networkMode=awsvpc\.$/,
  ],
  [
    "a container that may never use what it reserves",
    "taskDefinition",
    () => ec2Definition({}, { memory: 64, memoryReservation: 128 }),
    /^ClientException: .*'memoryReservation' must be less than 'memory'\.$/,
  ],
  [
    "less CPU than an eighth",
    "taskDefinition",
    () => ec2Definition({ cpu: "64" }),
    /^ClientException: Invalid 'cpu' setting for task: 64/,
  ],
  [
    "an EFS volume with IAM and no TLS",
    "taskDefinition",
    () =>
      ec2Definition({
        volumes: [
          {
            name: "efs",
            efsVolumeConfiguration: {
              fileSystemId: "fs-01234567",
              authorizationConfig: { iam: "ENABLED" },
            },
          },
        ],
      }),
    /^ClientException: Transit encryption must be enabled for volume 'efs'/,
  ],
  [
    "an EFS access point below the root",
    "taskDefinition",
    () =>
      ec2Definition({
        volumes: [
          {
            name: "efs",
            efsVolumeConfiguration: {
              fileSystemId: "fs-01234567",
              rootDirectory: "/data",
              transitEncryption: "ENABLED",
              authorizationConfig: { accessPointId: "fsap-01234567" },
            },
          },
        ],
      }),
    /^ClientException: The root directory of volume 'efs'/,
  ],
  [
    "the host's processes on Fargate",
    "taskDefinition",
    () => ({ ...FARGATE_TASK, pidMode: "host" }),
    /^ClientException: Fargate does not support pidMode 'host'/,
  ],
  [
    "the host's files on Fargate",
    "taskDefinition",
    () => ({ ...FARGATE_TASK, volumes: [{ name: "x", hostPath: "/etc" }] }),
    /^ClientException: host\.sourcePath should not be set for volumes in Fargate\.$/,
  ],
];

const REFUSED_SERVICES: readonly [string, (world: Ec2World) => Properties, RegExp][] = [
  [
    "a strategy of both kinds",
    () => ({
      capacityProviderStrategies: [
        { capacityProvider: "instances", weight: 1 },
        { capacityProvider: "FARGATE", weight: 1 },
      ],
    }),
    /^InvalidParameterException: .*cannot contain a mix/,
  ],
  [
    "a provider twice in its strategy",
    () => ({
      capacityProviderStrategies: [
        { capacityProvider: "instances", weight: 1 },
        { capacityProvider: "instances", weight: 2 },
      ],
    }),
    /^InvalidParameterException: .*twice: instances$/,
  ],
  [
    "a daemon by a strategy",
    () => ({ schedulingStrategy: "DAEMON", desiredCount: undefined }),
    /^InvalidParameterException: Specifying a capacity provider strategy is not supported/,
  ],
  [
    "a daemon by its cluster's strategy",
    () => ({
      capacityProviderStrategies: undefined,
      schedulingStrategy: "DAEMON",
      desiredCount: undefined,
    }),
    /^InvalidParameterException: Specifying a capacity provider strategy is not supported/,
  ],
  [
    "a daemon that is placed",
    () => ({
      ...daemon,
      orderedPlacementStrategies: [{ type: "random" }],
    }),
    /^InvalidParameterException: The daemon scheduling strategy does not support placement/,
  ],
  [
    "a daemon on distinct instances",
    () => ({ ...daemon, placementConstraints: [{ type: "distinctInstance" }] }),
    /^InvalidParameterException: The daemon scheduling strategy does not support the distinct/,
  ],
  [
    "placement on Fargate",
    (w) => ({
      taskDefinition: w.taskDefinition.id,
      capacityProviderStrategies: undefined,
      launchType: "FARGATE",
      placementConstraints: [{ type: "distinctInstance" }],
    }),
    /^InvalidParameterException: Placement strategies and placement constraints/,
  ],
  [
    "a public address on instances",
    (w) => ({ networkConfiguration: { subnets: [w.subnetA.id], assignPublicIp: true } }),
    /^InvalidParameterException: Assign public IP is not supported for this launch type\.$/,
  ],
];

const daemon = {
  capacityProviderStrategies: undefined,
  launchType: "EC2",
  schedulingStrategy: "DAEMON",
  desiredCount: undefined,
};

const ACCEPTED_SERVICES: readonly [string, Properties][] = [
  ["by its own strategy", {}],
  ["by its cluster's strategy", { capacityProviderStrategies: undefined }],
  ["on whatever instances there are", { capacityProviderStrategies: undefined, launchType: "EC2" }],
  ["on every instance", daemon],
  [
    "spread, packed and constrained",
    {
      orderedPlacementStrategies: [
        { type: "spread", field: "attribute:ecs.availability-zone" },
        { type: "binpack", field: "memory" },
      ],
      placementConstraints: [
        { type: "distinctInstance" },
        { type: "memberOf", expression: "attribute:ecs.instance-type == t3.micro" },
      ],
    },
  ],
];

const MALFORMED: readonly [string, TypeName, Properties, readonly string[]][] = [
  ...["aws-x", "ecs-x", "fargate-x", "FARGATE"].map(
    (name): [string, TypeName, Properties, string[]] => [
      `${name} as a capacity provider's name`,
      "capacityProvider",
      { name, autoScalingGroupProvider: { autoScalingGroupArn: NO_GROUP } },
      ["name"],
    ],
  ),
  [
    "a target capacity of nothing",
    "capacityProvider",
    {
      autoScalingGroupProvider: {
        autoScalingGroupArn: NO_GROUP,
        managedScaling: { targetCapacity: 0 },
      },
    },
    ["autoScalingGroupProvider.managedScaling.targetCapacity"],
  ],
  ["a capacity provider of nothing", "capacityProvider", {}, ["autoScalingGroupProvider"]],
  [
    "a group from nothing",
    "autoScalingGroup",
    { minSize: 0, maxSize: 1, vpcZoneIdentifiers: [] },
    ["launchTemplate"],
  ],
  [
    "a launch template by id and by name",
    "autoScalingGroup",
    { minSize: 0, maxSize: 1, launchTemplate: { id: "lt-0", name: "x" } },
    ["launchTemplate"],
  ],
  [
    "a default version beside one that moves",
    "launchTemplate",
    { defaultVersion: 1, updateDefaultVersion: true },
    ["defaultVersion"],
  ],
  [
    "a type of instance that is none",
    "launchTemplate",
    { instanceType: "micro" },
    ["instanceType"],
  ],
  [
    "what AWS has no placement for",
    "service",
    {
      orderedPlacementStrategies: [
        { type: "random", field: "cpu" },
        { type: "binpack", field: "disk" },
        { type: "spread" },
      ],
      placementConstraints: [{ type: "memberOf" }, { type: "distinctInstance", expression: "x" }],
    },
    [
      "orderedPlacementStrategies[0]",
      "orderedPlacementStrategies[1]",
      "orderedPlacementStrategies[2]",
      "placementConstraints[0]",
      "placementConstraints[1]",
    ],
  ],
];

/** What cannot be deleted while the service runs on the instances. */
const IN_USE: readonly [TypeName, keyof Ec2World, RegExp][] = [
  ["capacityProvider", "provider", /^ResourceInUseException: .*associated with cluster: instances/],
  ["clusterCapacityProviders", "association", /^ResourceInUseException: .*is in use/],
  ["subnet", "subnetA", /^DependencyViolation: /],
  ["securityGroup", "securityGroup", /^DependencyViolation: /],
];

describe("the account's instances", () => {
  let account: Account;
  let world: Ec2World;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createEc2World(account);
  });

  for (const [title, name, inputs, error] of REFUSED) {
    it(`refuse ${title}, as AWS does`, async () => {
      assert.match(await rejection(create(account, name, given(inputs(world)))), error);
    });
  }

  for (const [title, patch, error] of REFUSED_SERVICES) {
    it(`refuse a service with ${title}`, async () => {
      const inputs = given({ ...ec2ServiceInputs(world), ...patch(world) });
      assert.match(await rejection(create(account, "service", inputs)), error);
    });
  }

  for (const [title, patch] of ACCEPTED_SERVICES) {
    it(`run a service ${title}`, async () => {
      const service = await create(
        account,
        "service",
        given({ ...ec2ServiceInputs(world), ...patch }),
      );
      assert.equal(service.outputs.platformVersion, "");
    });
  }

  for (const [title, name, inputs, paths] of MALFORMED) {
    it(`find ${title}`, () => {
      assert.deepEqual(problemPaths(name, inputs), paths);
    });
  }

  for (const [name, part, error] of IN_USE) {
    it(`refuse to delete a ${name} in use`, async () => {
      assert.match(await rejection(account.delete(TYPES[name], world[part].id)), error);
    });
  }

  it("go in AWS's order", async () => {
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

  it("hold their security group until they are gone", async () => {
    await account.delete(TYPES.service, world.service.id);
    await account.delete(TYPES.service, world.ec2Service.id);
    await account.delete(TYPES.loadBalancer, world.loadBalancer.id);
    const remove = () => account.delete(TYPES.securityGroup, world.securityGroup.id);
    assert.match(await rejection(remove()), /autoscaling\/group:Group instances/);
    await account.delete(TYPES.autoScalingGroup, world.group.id);
    await remove();
  });

  it("keep a role that an instance profile has", async () => {
    assert.match(
      await rejection(account.delete(TYPES.role, "instance")),
      /^DeleteConflict: .*must remove roles from instance profile first\.$/,
    );
  });

  it("leave with the group at once by force, and otherwise one after the other", async () => {
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

  it("start with as many as the group has at least, and follow its limits", async () => {
    assert.equal(world.group.outputs.desiredCapacity, 1);
    const resized = await account.modify(TYPES.autoScalingGroup, world.group.id, { minSize: 2 });
    assert.equal(resized.outputs.desiredCapacity, 2);
    const smaller = await account.modify(TYPES.autoScalingGroup, world.group.id, {
      minSize: 0,
      maxSize: 1,
    });
    assert.equal(smaller.outputs.desiredCapacity, 1);
  });

  it("tell their launch template by id, name and version, and their zones", () => {
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

  it("get a new version of their launch template for a change of what they are made from", async () => {
    const { id } = world.template;
    const tagged = await account.modify(TYPES.launchTemplate, id, { tags: { a: "b" } });
    assert.equal(tagged.outputs.latestVersion, 1);
    const larger = await account.modify(TYPES.launchTemplate, id, { instanceType: "t3.small" });
    assert.deepEqual([larger.outputs.latestVersion, larger.outputs.defaultVersion], [2, 2]);
    await account.modify(TYPES.launchTemplate, id, { updateDefaultVersion: false });
    const again = await account.modify(TYPES.launchTemplate, id, { instanceType: "t3.medium" });
    assert.deepEqual([again.outputs.latestVersion, again.outputs.defaultVersion], [3, 2]);
  });

  it("are protected by their capacity provider only if the group protects them", async () => {
    const protect = (managedScaling: Properties) =>
      account.modify(TYPES.capacityProvider, world.provider.id, {
        autoScalingGroupProvider: {
          autoScalingGroupArn: world.group.outputs.arn,
          managedTerminationProtection: "ENABLED",
          managedScaling,
        },
      });
    assert.match(
      await rejection(protect({ status: "DISABLED" })),
      /^InvalidParameterException: .*managed scaling must be enabled\.$/,
    );
    assert.match(
      await rejection(protect({ status: "ENABLED" })),
      /^InvalidParameterException: .*must have instance protection from scale in enabled\.$/,
    );
    await account.modify(TYPES.autoScalingGroup, world.group.id, { protectFromScaleIn: true });
    const provider = await protect({ status: "ENABLED" });
    assert.deepEqual(provider.outputs.autoScalingGroupProvider, {
      autoScalingGroupArn: world.group.outputs.arn,
      managedDraining: "ENABLED",
      managedTerminationProtection: "ENABLED",
      managedScaling: {
        instanceWarmupPeriod: 300,
        maximumScalingStepSize: 10_000,
        minimumScalingStepSize: 1,
        status: "ENABLED",
        targetCapacity: 100,
      },
    });
  });

  it("keep a provider in the cluster while a service runs by the cluster's strategy", async () => {
    await create(
      account,
      "service",
      given({ ...ec2ServiceInputs(world), capacityProviderStrategies: undefined }),
    );
    await account.delete(TYPES.service, world.ec2Service.id);
    assert.match(
      await rejection(
        account.modify(TYPES.clusterCapacityProviders, world.association.id, {
          capacityProviders: ["FARGATE"],
          defaultCapacityProviderStrategies: [],
        }),
      ),
      /^ResourceInUseException: /,
    );
  });

  it("refuse a target group whose targets are not what the network has", async () => {
    const bridge = await create(
      account,
      "taskDefinition",
      ec2Definition({ networkMode: "bridge" }),
    );
    const inputs = given({
      ...ec2ServiceInputs(world),
      taskDefinition: bridge.id,
      networkConfiguration: undefined,
    });
    assert.match(
      await rejection(create(account, "service", inputs)),
      /^InvalidParameterException: .*target type ip, which is incompatible with the bridge/,
    );
  });
});
