import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import type { Properties } from "../../../../lab/account/resourceType";
import { create, FARGATE_TASK, given, rejection, TYPES, type TypeName } from "../fixtures";
import { type InUse, itRefuses, type Malformed, type Refused, type RefusedService } from "./cases";
import {
  createEc2World,
  ec2Definition,
  type Ec2World,
  ec2ServiceInputs,
  NO_GROUP,
} from "./ec2World";

const daemon = {
  capacityProviderStrategies: undefined,
  launchType: "EC2",
  schedulingStrategy: "DAEMON",
  desiredCount: undefined,
};

/** A task definition with an EFS volume of this configuration. */
const efsDefinition = (configuration: Properties) =>
  ec2Definition({
    volumes: [
      { name: "efs", efsVolumeConfiguration: { fileSystemId: "fs-01234567", ...configuration } },
    ],
  });

const ACCEPTED_SERVICES: readonly [string, Properties][] = [
  ["with its own strategy", {}],
  ["with its cluster's strategy", { capacityProviderStrategies: undefined }],
  ["on any instances", { capacityProviderStrategies: undefined, launchType: "EC2" }],
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

/** What the API refuses, with AWS's errors. */
const REFUSED: readonly Refused<Ec2World>[] = [
  [
    "a capacity provider for an unknown group",
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
    "a strategy with both kinds of providers",
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
    "a host port that differs from its container port with awsvpc",
    "taskDefinition",
    () => ec2Definition({}, { portMappings: [{ containerPort: 80, hostPort: 0 }] }),
    /^ClientException: When networkMode=awsvpc, the host ports and container ports/,
  ],
  [
    "a host port that differs from its container port with the host network",
    "taskDefinition",
    () =>
      ec2Definition(
        { networkMode: "host" },
        { portMappings: [{ containerPort: 80, hostPort: 8080 }] },
      ),
    /^ClientException: When networkMode=host, the host ports and container ports/,
  ],
  [
    "ports without a network",
    "taskDefinition",
    () => ec2Definition({ networkMode: "none" }),
    /^ClientException: Port mappings are not supported when networkMode=none\.$/,
  ],
  [
    "links with awsvpc",
    "taskDefinition",
    () => ec2Definition({}, { links: ["other"] }),
    /^ClientException: Links are not supported when networkMode=awsvpc\.$/,
  ],
  [
    "a container that reserves more memory than it may use",
    "taskDefinition",
    () => ec2Definition({}, { memory: 64, memoryReservation: 128 }),
    /^ClientException: .*'memoryReservation' must be less than 'memory'\.$/,
  ],
  [
    "less than an eighth of a vCPU",
    "taskDefinition",
    () => ec2Definition({ cpu: "64" }),
    /^ClientException: Invalid 'cpu' setting for task: 64/,
  ],
  [
    "an EFS volume with IAM and no TLS",
    "taskDefinition",
    () => efsDefinition({ authorizationConfig: { iam: "ENABLED" } }),
    /^ClientException: Transit encryption must be enabled for volume 'efs'/,
  ],
  [
    "an EFS access point with another root directory",
    "taskDefinition",
    () =>
      efsDefinition({
        rootDirectory: "/data",
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: "fsap-01234567" },
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

/** What CreateService refuses: a patch of a service that would be accepted. */
const REFUSED_SERVICES: readonly RefusedService<Ec2World>[] = [
  [
    "a strategy with both kinds of providers",
    () => ({
      capacityProviderStrategies: [
        { capacityProvider: "instances", weight: 1 },
        { capacityProvider: "FARGATE", weight: 1 },
      ],
    }),
    /^InvalidParameterException: .*cannot contain a mix/,
  ],
  [
    "the same provider twice in its strategy",
    () => ({
      capacityProviderStrategies: [
        { capacityProvider: "instances", weight: 1 },
        { capacityProvider: "instances", weight: 2 },
      ],
    }),
    /^InvalidParameterException: .*twice: instances$/,
  ],
  [
    "a capacity provider strategy for a daemon",
    () => ({ schedulingStrategy: "DAEMON", desiredCount: undefined }),
    /^InvalidParameterException: Specifying a capacity provider strategy is not supported/,
  ],
  [
    "its cluster's strategy for a daemon",
    () => ({
      capacityProviderStrategies: undefined,
      schedulingStrategy: "DAEMON",
      desiredCount: undefined,
    }),
    /^InvalidParameterException: Specifying a capacity provider strategy is not supported/,
  ],
  [
    "a placement strategy for a daemon",
    () => ({
      ...daemon,
      orderedPlacementStrategies: [{ type: "random" }],
    }),
    /^InvalidParameterException: The daemon scheduling strategy does not support placement/,
  ],
  [
    "distinct instances for a daemon",
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

/** What cannot be deleted while the service runs. */
const IN_USE: readonly InUse<Ec2World>[] = [
  ["capacityProvider", "provider", /^ResourceInUseException: .*associated with cluster: instances/],
  ["clusterCapacityProviders", "association", /^ResourceInUseException: .*is in use/],
];

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  ...["aws-x", "ecs-x", "fargate-x", "FARGATE"].map(
    (name): [string, TypeName, Properties, string[]] => [
      `${name} as a capacity provider's name`,
      "capacityProvider",
      { name, autoScalingGroupProvider: { autoScalingGroupArn: NO_GROUP } },
      ["name"],
    ],
  ),
  [
    "a target capacity of 0",
    "capacityProvider",
    {
      autoScalingGroupProvider: {
        autoScalingGroupArn: NO_GROUP,
        managedScaling: { targetCapacity: 0 },
      },
    },
    ["autoScalingGroupProvider.managedScaling.targetCapacity"],
  ],
  ["a capacity provider without capacity", "capacityProvider", {}, ["autoScalingGroupProvider"]],
  [
    "placements that AWS does not have",
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

describe("the account's services on instances", () => {
  let account: Account;
  let world: Ec2World;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createEc2World(account);
  });

  itRefuses(() => ({ account, world }), {
    refused: REFUSED,
    services: [ec2ServiceInputs, REFUSED_SERVICES],
    inUse: IN_USE,
    malformed: MALFORMED,
  });

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

  it("let a capacity provider protect instances only if their group does", async () => {
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

  it("keep a provider in the cluster while a service uses the cluster's strategy", async () => {
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

  it("refuse a target group whose target type does not fit the network mode", async () => {
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
