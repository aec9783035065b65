import { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import type { Properties } from "../../../../lab/account/resourceType";
import {
  CONTAINER,
  create,
  createWorld,
  serviceInputs,
  TRUST_POLICY,
  type World,
} from "../fixtures";

export const NO_GROUP =
  "arn:aws:autoscaling:ap-northeast-1:123456789012:autoScalingGroup:0:autoScalingGroupName/none";

export const IMAGE =
  "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id";

/** What the EC2 chapter's instances consist of, in addition to the Fargate service's world. */
export type Instances = Record<
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

export type Ec2World = World & Instances;

export async function createEc2World(account: Account): Promise<Ec2World> {
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

export function ec2Definition(patch: Properties = {}, container: Properties = {}): Properties {
  return {
    family: "instances",
    networkMode: "awsvpc",
    requiresCompatibilities: ["EC2"],
    containerDefinitions: JSON.stringify([{ ...CONTAINER, memory: 128, ...container }]),
    ...patch,
  };
}

export function groupInputs(w: World & Pick<Instances, "template">): Properties {
  return {
    name: "other",
    launchTemplate: { id: w.template.id, version: "1" },
    minSize: 1,
    maxSize: 3,
    vpcZoneIdentifiers: [w.subnetA.id, w.subnetC.id],
  };
}

export function ec2ServiceInputs(w: World & Omit<Instances, "ec2Service">): Properties {
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
