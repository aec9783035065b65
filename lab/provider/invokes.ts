import { randomBytes } from "node:crypto";

import { z } from "zod";

import type { Account } from "../account/account";
import type { Properties } from "../account/resourceType";
import { zoneIdOf, zonesOf } from "../account/types/ec2/zones";
import type { Configuration } from "./configuration";
import { getContainerDefinition } from "./containerDefinitionInvoke";
import { getImages } from "./imagesInvoke";
import { declare, type Invokes, region } from "./invokeTypes";
import { getListenerRule } from "./listenerRuleInvoke";
import { networkInvokes } from "./networkInvokes";
import { policyDocument } from "./policyDocument";
import { getService } from "./serviceInvoke";
import { getZone } from "./zoneInvoke";

/** Properties of a function's result that must reach the program as secrets. */
export function secretResults(token: string): readonly string[] {
  return invokes[token]?.secrets ?? [];
}

/**
 * Runs a function of @pulumi/aws, e.g. `aws:index/getRegion:getRegion`.
 *
 * @throws Error naming a function or argument that the account does not support.
 */
export function invoke(
  account: Account,
  configuration: Configuration,
  token: string,
  given: Properties,
): Properties | Promise<Properties> {
  const found = invokes[token];
  if (!found) throw new Error(`the offline account has no function ${token}`);
  const args = found.args.safeParse(given);
  if (!args.success) {
    const problems = args.error.issues.map((issue) =>
      issue.code === "unrecognized_keys"
        ? `${issue.keys.join(", ")}: not supported by the offline account`
        : `${issue.path.join(".")}: ${issue.message}`,
    );
    throw new Error(`${token}: ${problems.join("; ")}`);
  }
  const region = typeof given.region === "string" ? given.region : configuration.region;
  return found.answer({ account, region }, args.data);
}

/** Twelve hours (Amazon ECR user guide, "Private registry authentication"). */
const TOKEN_LIFETIME_MS = 12 * 60 * 60 * 1000;

const invokes: Invokes = {
  "aws:index/getRegion:getRegion": declare(z.strictObject({ region }), ({ region: here }) => ({
    id: here,
    name: here,
    region: here,
    description: here,
    endpoint: `ec2.${here}.amazonaws.com`,
  })),

  "aws:index/getCallerIdentity:getCallerIdentity": declare(
    z.strictObject({}),
    ({ account: { accountId } }) => ({
      id: accountId,
      accountId,
      arn: `arn:aws:iam::${accountId}:user/lab`,
      userId: "AIDALABLABLABLABLABLA",
    }),
  ),

  "aws:index/getPartition:getPartition": declare(z.strictObject({}), () => ({
    id: "aws",
    partition: "aws",
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  })),

  "aws:index/getAvailabilityZones:getAvailabilityZones": declare(
    z.strictObject({
      excludeNames: z.array(z.string()).optional(),
      region,
      state: z.literal("available").optional(),
    }),
    ({ region: here }, { excludeNames = [], ...args }) => {
      const names = zonesOf(here).filter((name) => !excludeNames.includes(name));
      return {
        ...args,
        excludeNames,
        id: here,
        region: here,
        names,
        zoneIds: names.map((name) => zoneIdOf(here, name)),
        groupNames: [here],
      };
    },
  ),

  ...networkInvokes,

  "aws:ecr/getAuthorizationToken:getAuthorizationToken": declare(
    z.strictObject({ region, registryId: z.string().optional() }),
    ({ account: { accountId }, region: here }, { registryId = accountId }) => {
      // A new one each time, as on AWS; nothing here checks it.
      const password = randomBytes(48).toString("base64url");
      return {
        id: here,
        region: here,
        registryId,
        authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
        userName: "AWS",
        password,
        proxyEndpoint: `https://${registryId}.dkr.ecr.${here}.amazonaws.com`,
        expiresAt: new Date(Date.now() + TOKEN_LIFETIME_MS).toISOString(),
      };
    },
    ["authorizationToken", "password"],
  ),

  "aws:ecr/getImages:getImages": getImages,

  "aws:ecs/getContainerDefinition:getContainerDefinition": getContainerDefinition,

  "aws:ecs/getService:getService": getService,

  "aws:lb/getListenerRule:getListenerRule": getListenerRule,

  "aws:route53/getZone:getZone": getZone,

  "aws:iam/getPolicyDocument:getPolicyDocument": policyDocument,
};
