import assert from "node:assert/strict";

import { Account } from "../../../../lab/account/account";
import type { Properties } from "../../../../lab/account/resourceType";
import { create, given, rejection, TYPES } from "../fixtures";
import { type InUse, itRefuses, type Malformed, type Refused, type RefusedService } from "./cases";
import { NO_GROUP } from "./ec2World";
import {
  createManagedInstancesWorld,
  managedDefinition,
  managedInputs,
  type ManagedInstancesWorld,
  managedServiceInputs,
} from "./managedInstancesWorld";

type World = ManagedInstancesWorld;

/** A case that changes a part of the launch template. */
const template = (title: string, part: (w: World) => Properties, error: RegExp): Refused<World> => [
  title,
  "capacityProvider",
  (w) => managedInputs(w, part(w)),
  error,
];

const requirements = (more: Properties) => ({
  instanceRequirements: { vcpuCount: { min: 1 }, memoryMib: { min: 1024 }, ...more },
});

/** What the API refuses. */
const REFUSED: readonly Refused<World>[] = [
  [
    "instances for a cluster that does not exist",
    "capacityProvider",
    (w) => ({ ...managedInputs(w), cluster: "none" }),
    /^ClusterNotFoundException: /,
  ],
  [
    "an infrastructure role that ECS cannot assume",
    "capacityProvider",
    (w) => managedInputs(w, {}, { infrastructureRoleArn: w.role.outputs.arn }),
    /^ClientException: The infrastructure role .* cannot be assumed by ecs\.amazonaws\.com\.$/,
  ],
  template(
    "an instance profile that does not exist",
    () => ({ ec2InstanceProfileArn: "arn:aws:iam::123456789012:instance-profile/none" }),
    /^ClientException: The instance profile .* does not exist\.$/,
  ),
  template(
    "a disk of less than 30 GiB",
    () => ({ storageConfiguration: { storageSizeGib: 29 } }),
    /^ClientException: The storage size 29 GiB must be between 30 and 16384 GiB\.$/,
  ),
  template(
    "instances without a subnet",
    () => ({ networkConfiguration: { subnets: [] } }),
    /^ClientException: At least one subnet must be specified\.$/,
  ),
  template(
    "instances in a subnet that does not exist",
    () => ({ networkConfiguration: { subnets: ["subnet-0"] } }),
    /^ClientException: The subnet ID 'subnet-0' does not exist$/,
  ),
  template(
    "instances in a security group that does not exist",
    (w) => ({ networkConfiguration: { subnets: [w.subnetA.id], securityGroups: ["sg-0"] } }),
    /^InvalidGroup\.NotFound: /,
  ),
  template(
    "types that are allowed and others that are excluded",
    () => requirements({ allowedInstanceTypes: ["t3.*"], excludedInstanceTypes: ["t3.large"] }),
    /^ClientException: You can specify either AllowedInstanceTypes or ExcludedInstanceTypes/,
  ),
  template(
    "a minimum of vCPUs above the maximum",
    () => requirements({ vcpuCount: { min: 4, max: 2 } }),
    /^ClientException: vcpuCount: the minimum 4 is above the maximum 2\.$/,
  ),
  [
    "the name of another capacity provider",
    "capacityProvider",
    (w) => ({ ...managedInputs(w), name: "managed" }),
    /^ClientException: The specified capacity provider already exists/,
  ],
  [
    "another cluster with the capacity provider",
    "clusterCapacityProviders",
    () => ({ clusterName: "handson", capacityProviders: ["managed"] }),
    /^InvalidParameterException: .*'managed' was not found/,
  ],
  [
    "a default strategy of managed instances and Fargate",
    "clusterCapacityProviders",
    () => ({
      clusterName: "managed",
      capacityProviders: ["FARGATE"],
      defaultCapacityProviderStrategies: [
        { capacityProvider: "managed", weight: 1 },
        { capacityProvider: "FARGATE", weight: 1 },
      ],
    }),
    /^InvalidParameterException: .*cannot contain a mix/,
  ],
  [
    "the bridge network mode",
    "taskDefinition",
    () => managedDefinition({ networkMode: "bridge" }),
    /^ClientException: Amazon ECS Managed Instances only support network modes 'awsvpc' and 'host'\.$/,
  ],
  [
    "Windows",
    "taskDefinition",
    () =>
      managedDefinition({
        runtimePlatform: { operatingSystemFamily: "WINDOWS_SERVER_2022_CORE" },
      }),
    /^ClientException: Amazon ECS Managed Instances only support LINUX\.$/,
  ],
  [
    "logs without an execution role",
    "taskDefinition",
    () => managedDefinition({}, { logConfiguration: { logDriver: "awslogs" } }),
    /^ClientException: Amazon ECS Managed Instances require an execution role ARN for container 'nginx'/,
  ],
];

/** What CreateService refuses: a patch of a service that would be accepted. */
const REFUSED_SERVICES: readonly RefusedService<World>[] = [
  [
    "the launch type instead of a strategy",
    () => ({ capacityProviderStrategies: undefined, launchType: "MANAGED_INSTANCES" }),
    /^InvalidParameterException: .*specify a capacity provider strategy and omit the launch type\.$/,
  ],
  [
    "a task definition for Fargate only",
    (w) => ({ taskDefinition: w.taskDefinition.id }),
    /^InvalidParameterException: Task definition does not support launch_type MANAGED_INSTANCES\.$/,
  ],
  [
    "another cluster's instances",
    (w) => ({ cluster: w.cluster.id }),
    /^InvalidParameterException: .*not associated with the cluster: managed$/,
  ],
  [
    "a public address",
    (w) => ({ networkConfiguration: { subnets: [w.subnetA.id], assignPublicIp: true } }),
    /^InvalidParameterException: Assign public IP is not supported for this launch type\.$/,
  ],
  [
    "a capacity provider strategy for a daemon",
    () => ({ schedulingStrategy: "DAEMON", desiredCount: undefined }),
    /^InvalidParameterException: Specifying a capacity provider strategy is not supported/,
  ],
];

/** What cannot be deleted while the service runs. */
const IN_USE: readonly InUse<World>[] = [
  ["capacityProvider", "provider", /^ResourceInUseException: .*is in use and cannot be removed/],
  ["subnet", "instanceSubnet", /^DependencyViolation: .*capacity-provider\/managed/],
  ["securityGroup", "instanceGroup", /^DependencyViolation: .*capacity-provider\/managed/],
];

const malformed = (more: Properties): Properties => ({
  cluster: "managed",
  managedInstancesProvider: {
    infrastructureRoleArn: "arn:aws:iam::123456789012:role/infrastructure",
    instanceLaunchTemplate: {
      ec2InstanceProfileArn: "arn:aws:iam::123456789012:instance-profile/instance",
      networkConfiguration: { subnets: ["subnet-0"] },
    },
    ...more,
  },
});

/** What the provider refuses before it asks the API: the inputs, and where they are wrong. */
const MALFORMED: readonly Malformed[] = [
  [
    "instances without a cluster",
    "capacityProvider",
    { ...malformed({}), cluster: undefined },
    ["cluster"],
  ],
  [
    "a cluster for an Auto Scaling group",
    "capacityProvider",
    { cluster: "managed", autoScalingGroupProvider: { autoScalingGroupArn: NO_GROUP } },
    ["cluster"],
  ],
  [
    "both kinds of provider",
    "capacityProvider",
    { ...malformed({}), autoScalingGroupProvider: { autoScalingGroupArn: NO_GROUP } },
    ["autoScalingGroupProvider"],
  ],
  [
    "idle instances that are kept for more than an hour",
    "capacityProvider",
    malformed({ infrastructureOptimization: { scaleInAfter: 3601 } }),
    ["managedInstancesProvider.infrastructureOptimization.scaleInAfter"],
  ],
  [
    "tags propagated from a service",
    "capacityProvider",
    malformed({ propagateTags: "SERVICE" }),
    ["managedInstancesProvider.propagateTags"],
  ],
];

describe("the account's managed instances", () => {
  let account: Account;
  let world: World;

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createManagedInstancesWorld(account);
  });

  itRefuses(() => ({ account, world }), {
    refused: REFUSED,
    services: [managedServiceInputs, REFUSED_SERVICES],
    inUse: IN_USE,
    malformed: MALFORMED,
  });

  it("are bought on demand unless told otherwise", () => {
    const { managedInstancesProvider: provider } = world.provider.outputs as {
      managedInstancesProvider: { instanceLaunchTemplate: { capacityOptionType: string } };
    };
    assert.equal(provider.instanceLaunchTemplate.capacityOptionType, "ON_DEMAND");
  });

  it("give each task a network interface unless its definition has another network mode", async () => {
    const definition = await create(
      account,
      "taskDefinition",
      given(managedDefinition({ family: "unsaid", networkMode: undefined })),
    );
    assert.equal(definition.outputs.networkMode, "awsvpc");
  });

  it("run tasks that Fargate could run too", async () => {
    const definition = await create(
      account,
      "taskDefinition",
      managedDefinition({
        family: "both",
        requiresCompatibilities: ["FARGATE", "MANAGED_INSTANCES"],
      }),
    );
    const service = await create(account, "service", {
      ...given(managedServiceInputs(world)),
      name: "both",
      taskDefinition: definition.id,
    });
    assert.equal(service.outputs.launchType, "");
  });

  it("run services with their cluster's default strategy", async () => {
    await create(account, "clusterCapacityProviders", {
      clusterName: "managed",
      defaultCapacityProviderStrategies: [{ capacityProvider: "managed", weight: 1 }],
    });
    const inputs = { ...managedServiceInputs(world), capacityProviderStrategies: undefined };
    const service = await create(account, "service", given({ ...inputs, name: "default" }));
    assert.equal(service.outputs.platformVersion, "");
  });

  it("can be deleted once no service uses them, before their cluster", async () => {
    await account.delete(TYPES.service, world.managedService.id);
    assert.match(
      await rejection(account.delete(TYPES.cluster, world.managedCluster.id)),
      /^ClusterContainsCapacityProviderException: /,
    );
    await account.delete(TYPES.capacityProvider, world.provider.id);
    await account.delete(TYPES.cluster, world.managedCluster.id);
    assert.equal(account.get(TYPES.cluster, world.managedCluster.id), undefined);
  });
});
