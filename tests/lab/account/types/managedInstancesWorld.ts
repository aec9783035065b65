import type { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import type { Properties } from "../../../../lab/account/resourceType";
import {
  CONTAINER,
  create,
  createWorld,
  REGION,
  serviceInputs,
  trustPolicy,
  type World,
} from "../fixtures";

/** What managed instances consist of, in addition to the Fargate service's world. */
export type ManagedInstancesWorld = World &
  Record<
    | "infrastructureRole"
    | "instanceSubnet"
    | "instanceGroup"
    | "profile"
    | "managedCluster"
    | "provider"
    | "managedTask"
    | "managedService",
    ResourceRecord
  >;

type Parts = Pick<
  ManagedInstancesWorld,
  "infrastructureRole" | "profile" | "instanceSubnet" | "instanceGroup"
>;

/** Inputs of a capacity provider, with changes to its launch template and to itself. */
export function managedInputs(
  w: Parts,
  template: Properties = {},
  provider: Properties = {},
): Properties {
  return {
    name: "other",
    cluster: "managed",
    managedInstancesProvider: {
      infrastructureRoleArn: w.infrastructureRole.outputs.arn,
      instanceLaunchTemplate: {
        ec2InstanceProfileArn: w.profile.outputs.arn,
        networkConfiguration: {
          subnets: [w.instanceSubnet.id],
          securityGroups: [w.instanceGroup.id],
        },
        instanceRequirements: {
          vcpuCount: { min: 1, max: 4 },
          memoryMib: { min: 1024, max: 8192 },
          allowedInstanceTypes: ["t3.small", "m6i.*"],
          burstablePerformance: "included",
        },
        storageConfiguration: { storageSizeGib: 30 },
        ...template,
      },
      ...provider,
    },
  };
}

export async function createManagedInstancesWorld(
  account: Account,
): Promise<ManagedInstancesWorld> {
  const world = await createWorld(account);
  const infrastructureRole = await create(account, "role", {
    name: "infrastructure",
    assumeRolePolicy: trustPolicy("ecs"),
  });
  await create(account, "role", { name: "instance", assumeRolePolicy: trustPolicy("ec2") });
  const profile = await create(account, "instanceProfile", { name: "instance", role: "instance" });
  const managedCluster = await create(account, "cluster", { name: "managed" });
  const instanceSubnet = await create(account, "subnet", {
    vpcId: world.vpc.id,
    availabilityZone: `${REGION}d`,
    cidrBlock: "10.0.2.0/24",
  });
  const instanceGroup = await create(account, "securityGroup", {
    name: "instances",
    vpcId: world.vpc.id,
  });
  const parts = {
    ...world,
    infrastructureRole,
    profile,
    managedCluster,
    instanceSubnet,
    instanceGroup,
  };
  const provider = await create(account, "capacityProvider", {
    ...managedInputs(parts),
    name: "managed",
  });
  const managedTask = await create(account, "taskDefinition", managedDefinition());
  const made = { ...parts, provider, managedTask };
  const managedService = await create(account, "service", {
    ...managedServiceInputs(made),
    name: "managed",
  });
  return { ...made, managedService };
}

export function managedDefinition(patch: Properties = {}, container: Properties = {}): Properties {
  return {
    family: "managed",
    networkMode: "awsvpc",
    requiresCompatibilities: ["MANAGED_INSTANCES"],
    cpu: "256",
    memory: "512",
    containerDefinitions: JSON.stringify([{ ...CONTAINER, ...container }]),
    ...patch,
  };
}

export function managedServiceInputs(w: Omit<ManagedInstancesWorld, "managedService">): Properties {
  return {
    ...serviceInputs({
      ...w,
      cluster: w.managedCluster,
      taskDefinition: w.managedTask,
      subnets: [w.subnetA.id, w.subnetC.id],
    }),
    launchType: undefined,
    capacityProviderStrategies: [{ capacityProvider: "managed", weight: 1 }],
  };
}
