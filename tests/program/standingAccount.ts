import assert from "node:assert/strict";

import { type Answers, invokeError } from "./mocks";

export const zone = (letter: string) => `ap-northeast-1${letter}`;

export const runningService = {
  capacityProviderStrategies: [],
  deploymentConfigurations: [{ strategy: "ROLLING" }],
  deploymentControllers: [{ type: "ECS" }],
  loadBalancers: [],
  schedulingStrategy: "REPLICA",
  taskDefinition: "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/handson-dev:1",
};

/** An account in which a stack with this network exists. */
export function standing({
  own = true,
  vpcIds = ["vpc-1"] as readonly string[],
  cidrBlock = "10.0.0.0/16",
  numbers = { a: 1, c: 2, d: 3 } as Record<string, number>,
  region = "ap-northeast-1",
  subnets = { a: "10.0.0.0/20", c: "10.0.64.0/20", d: "10.0.96.0/20" } as Record<string, string>,
}): Answers {
  return {
    "aws:ec2/getVpcs:getVpcs": ({ tags }) => {
      assert.deepEqual(tags, { project: "ecs-handson", stack: "dev" });
      return { ids: own ? ["vpc-1"] : [] };
    },
    "aws:ec2/getSecurityGroups:getSecurityGroups": () => ({ ids: [...vpcIds], vpcIds }),
    "aws:lb/getListenerRule:getListenerRule": () => {
      throw invokeError("empty result");
    },
    "pulumi:pulumi:readStackOutputs": ({ name }) => {
      assert.equal(name, "organization/ecs-handson/dev");
      return { outputs: { albDnsName: `handson-dev-1.${region}.elb.amazonaws.com` } };
    },
    "aws:ec2/getVpc:getVpc": ({ id }) => ({ id, cidrBlock }),
    "aws:ecs/getService:getService": () => ({
      ...runningService,
      capacityProviderStrategies: [],
      networkConfigurations: [{ assignPublicIp: false, subnets: ["a", "c", "d"] }],
      schedulingStrategy: "REPLICA",
    }),
    "aws:ec2/getSubnets:getSubnets": () => ({ ids: Object.keys(subnets) }),
    "aws:ec2/getSubnet:getSubnet": ({ id }) => ({
      availabilityZone: zone(id as string),
      cidrBlock: subnets[id as string],
      tags: { Name: `network-vpc-private-${numbers[id as string] ?? ""}` },
    }),
  };
}

/** The answers of repositories to which an image with this tag was pushed. */
export const pushedImages = (tag: string): Answers => ({
  "aws:ecr/getImages:getImages": () => ({
    imageIds: [{ imageTag: tag }],
    registryId: "123456789012",
  }),
});

/** The same account, to whose repositories an image with this tag was pushed. */
export const pushed = (tag: string): Answers => ({
  ...standing({}),
  ...pushedImages(tag),
});

/** An account's public hosted zones of these names. */
export const hostedZones = (zones: readonly string[]): Answers => ({
  "aws:route53/getZone:getZone": ({ name }) => {
    const found = zones.filter((zone) => zone === name);
    if (found.length === 1) return { zoneId: `Z${String(name).replace(/\W/g, "").toUpperCase()}` };
    throw invokeError(
      found.length === 0
        ? "no matching Route 53 Hosted Zone found"
        : "multiple Route 53 Hosted Zones matched; use additional constraints",
    );
  },
});
