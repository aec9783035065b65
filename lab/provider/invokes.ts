import { randomBytes } from "node:crypto";

import { z } from "zod";

import type { Account } from "../account/account";
import type { ResourceRecord } from "../account/record";
import type { Properties } from "../account/resourceType";
import { SUBNET, VPC } from "../account/types/ec2/tokens";
import { zoneIdOf, zonesOf } from "../account/types/ec2/zones";
import type { Configuration } from "./configuration";
import { policyDocument } from "./policyDocument";

interface InvokeContext {
  readonly account: Account;
  readonly region: string;
}

interface Invoke {
  /** Arguments the account honours; another one is an error, for its answer would be wrong. */
  readonly args: z.ZodObject;
  readonly answer: (context: InvokeContext, args: Properties) => Properties;
  /** Properties of the answer that are secret. @default none */
  readonly secrets?: readonly string[];
}

function declare<Args extends z.ZodObject>(
  args: Args,
  answer: (context: InvokeContext, args: z.output<Args>) => Properties,
  secrets: readonly string[] = [],
): Invoke {
  return { args, answer: answer as Invoke["answer"], secrets };
}

/** Properties of a function's answer that must reach the program as secrets. */
export function secretResults(token: string): readonly string[] {
  return invokes[token]?.secrets ?? [];
}

/**
 * Answers a function of @pulumi/aws, e.g. `aws:index/getRegion:getRegion`.
 *
 * @throws Error naming the function or the argument the account does not have.
 */
export function invoke(
  account: Account,
  configuration: Configuration,
  token: string,
  given: Properties,
): Properties {
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

const region = z.string().optional();
const tags = z.record(z.string(), z.string()).optional();
const filters = z
  .array(z.strictObject({ name: z.string(), values: z.array(z.string()) }))
  .optional();

/** Names of EC2's filters and the properties they look at. */
const FILTERS: Readonly<Record<string, string | undefined>> = {
  "availability-zone": "availabilityZone",
  cidr: "cidrBlock",
  "cidr-block": "cidrBlock",
  "map-public-ip-on-launch": "mapPublicIpOnLaunch",
  "subnet-id": "id",
  "vpc-id": "vpcId",
};

interface Search {
  readonly id?: string | undefined;
  readonly cidrBlock?: string | undefined;
  readonly vpcId?: string | undefined;
  readonly availabilityZone?: string | undefined;
  readonly region?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly filters?:
    readonly { readonly name: string; readonly values: readonly string[] }[] | undefined;
}

/** Resources of a type and region with these properties, tags and filters. */
function search(
  { account, region: here }: InvokeContext,
  type: string,
  { filters: wanted = [], tags: wantedTags = {}, ...properties }: Search,
): ResourceRecord[] {
  return account
    .list(type)
    .filter((record) => record.outputs.region === here)
    .filter((record) => {
      const found = { ...record.outputs, id: record.id } as Properties;
      const own = (found.tagsAll ?? {}) as Record<string, string | undefined>;
      return (
        Object.entries(properties).every(([key, value]) => found[key] === value) &&
        Object.entries(wantedTags).every(([key, value]) => own[key] === value) &&
        wanted.every(({ name, values }) => values.includes(String(filtered(found, own, name))))
      );
    });
}

function filtered(
  found: Properties,
  own: Readonly<Record<string, string | undefined>>,
  name: string,
): unknown {
  if (name.startsWith("tag:")) return own[name.slice("tag:".length)];
  const key = FILTERS[name];
  if (key === undefined) throw new Error(`filter ${name}: not supported by the offline account`);
  return found[key];
}

/** The only match, as the provider's `get…` functions want it. */
function single(what: string, matches: readonly ResourceRecord[]): ResourceRecord {
  const [first] = matches;
  if (!first) throw new Error(`no matching ${what} found`);
  if (matches.length > 1) {
    throw new Error(`multiple ${what}s matched; use additional constraints to reduce to one`);
  }
  return first;
}

/** Twelve hours (Amazon ECR user guide, "Private registry authentication"). */
const TOKEN_LIFETIME_MS = 12 * 60 * 60 * 1000;

const invokes: Readonly<Record<string, Invoke | undefined>> = {
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

  "aws:ec2/getVpc:getVpc": declare(
    z.strictObject({
      cidrBlock: z.string().optional(),
      filters,
      id: z.string().optional(),
      region,
      tags,
    }),
    (context, wanted) => {
      const vpc = single("EC2 VPC", search(context, VPC, wanted));
      return {
        ...vpc.outputs,
        id: vpc.id,
        cidrBlockAssociations: [
          { associationId: "", cidrBlock: vpc.outputs.cidrBlock, state: "associated" },
        ],
        default: false,
        ipv6CidrBlockAssociations: [],
        state: "available",
        tags: vpc.outputs.tagsAll,
      };
    },
  ),

  "aws:ec2/getSubnet:getSubnet": declare(
    z.strictObject({
      availabilityZone: z.string().optional(),
      cidrBlock: z.string().optional(),
      filters,
      id: z.string().optional(),
      region,
      tags,
      vpcId: z.string().optional(),
    }),
    (context, wanted) => {
      const subnet = single("EC2 Subnet", search(context, SUBNET, wanted));
      const mask = Number(String(subnet.outputs.cidrBlock).split("/")[1]);
      return {
        ...subnet.outputs,
        id: subnet.id,
        // AWS keeps five addresses of every subnet.
        availableIpAddressCount: 2 ** (32 - mask) - 5,
        customerOwnedIpv4Pool: "",
        defaultForAz: false,
        enableLniAtDeviceIndex: 0,
        mapCustomerOwnedIpOnLaunch: false,
        outpostArn: "",
        state: "available",
        tags: subnet.outputs.tagsAll,
      };
    },
  ),

  "aws:ec2/getSubnets:getSubnets": declare(
    z.strictObject({ filters, region, tags }),
    (context, wanted) => ({
      ...wanted,
      id: context.region,
      ids: search(context, SUBNET, { filters: wanted.filters, tags: wanted.tags }).map(
        ({ id }) => id,
      ),
      region: context.region,
      tags: wanted.tags ?? {},
    }),
  ),

  "aws:ecr/getAuthorizationToken:getAuthorizationToken": declare(
    z.strictObject({ region, registryId: z.string().optional() }),
    ({ account: { accountId }, region: here }, { registryId = accountId }) => {
      // Like AWS's, each one is new; nothing here asks for it.
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

  "aws:iam/getPolicyDocument:getPolicyDocument": policyDocument,
};
