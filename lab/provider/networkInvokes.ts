import { z } from "zod";

import type { Properties } from "../account/resourceType";
import { ensureDefaultVpc, isOfDefaultVpc } from "../account/types/ec2/defaultNetwork";
import { SECURITY_GROUP, SUBNET, VPC } from "../account/types/ec2/tokens";
import { declare, type InvokeContext, type Invokes, region, single, tags } from "./invokeTypes";

const text = z.string().optional();
const filters = z
  .array(z.strictObject({ name: z.string(), values: z.array(z.string()) }))
  .optional();

/** EC2's description of a resource, with the names of @pulumi/aws. */
type Described = Properties & { readonly id: string };

/** Names of EC2's filters, and the properties that they match. */
type FilterNames = Readonly<Record<string, string | undefined>>;

const VPC_FILTERS: FilterNames = {
  cidr: "cidrBlock",
  "cidr-block": "cidrBlock",
  "cidr-block-association.cidr-block": "cidrBlock",
  "dhcp-options-id": "dhcpOptionsId",
  "is-default": "default",
  isDefault: "default",
  "owner-id": "ownerId",
  state: "state",
  "vpc-id": "id",
};

const SUBNET_FILTERS: FilterNames = {
  "availability-zone": "availabilityZone",
  availabilityZone: "availabilityZone",
  "availability-zone-id": "availabilityZoneId",
  availabilityZoneId: "availabilityZoneId",
  cidr: "cidrBlock",
  "cidr-block": "cidrBlock",
  cidrBlock: "cidrBlock",
  "default-for-az": "defaultForAz",
  defaultForAz: "defaultForAz",
  "map-public-ip-on-launch": "mapPublicIpOnLaunch",
  "owner-id": "ownerId",
  state: "state",
  "subnet-arn": "arn",
  "subnet-id": "id",
  "vpc-id": "vpcId",
};

const GROUP_FILTERS: FilterNames = {
  description: "description",
  "group-id": "id",
  "group-name": "name",
  "owner-id": "ownerId",
  "vpc-id": "vpcId",
};

function vpcsOf({ account, region: here }: InvokeContext): Described[] {
  return account
    .list(VPC)
    .filter(({ outputs }) => outputs.region === here)
    .map((record) => ({
      ...record.outputs,
      id: record.id,
      default: isOfDefaultVpc(record),
      state: "available",
    }));
}

function subnetsOf({ account, region: here }: InvokeContext): Described[] {
  return account
    .list(SUBNET)
    .filter(({ outputs }) => outputs.region === here)
    .map((record) => ({
      ...record.outputs,
      id: record.id,
      defaultForAz: isOfDefaultVpc(record),
      state: "available",
    }));
}

/** Security groups, including each VPC's default one, which has no tags. */
function groupsOf(context: InvokeContext): Described[] {
  const { account, region: here } = context;
  const defaults = vpcsOf(context).map((vpc) => ({
    id: String(vpc.defaultSecurityGroupId),
    arn: String(vpc.arn).replace(
      /vpc\/.*$/,
      `security-group/${String(vpc.defaultSecurityGroupId)}`,
    ),
    description: "default VPC security group",
    name: "default",
    ownerId: vpc.ownerId,
    vpcId: vpc.id,
  }));
  const others = account
    .list(SECURITY_GROUP)
    .filter(({ outputs }) => outputs.region === here)
    .map(({ id, outputs }) => ({ ...outputs, id }));
  return [...defaults, ...others];
}

interface Wanted {
  readonly filters?:
    readonly { readonly name: string; readonly values: readonly string[] }[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Creates the default VPC if it is looked up, by any of EC2's names for that filter. */
async function withDefaultVpc(
  { account, region: here }: InvokeContext,
  isWanted: boolean | undefined,
  { filters: given = [] }: Wanted,
): Promise<void> {
  const isFiltered = given.some(
    ({ name, values }) => VPC_FILTERS[name] === "default" && values.includes("true"),
  );
  if (isWanted === true || isFiltered) await ensureDefaultVpc(account, here);
}

/** Those that have all the tags and match every filter. The provider's default tags count too. */
function matching(
  all: readonly Described[],
  names: FilterNames,
  { filters: wanted = [], tags: wantedTags = {} }: Wanted,
): Described[] {
  const allFilters = [
    ...wanted,
    ...Object.entries(wantedTags).map(([key, value]) => ({ name: `tag:${key}`, values: [value] })),
  ];
  const tests = allFilters.map(({ name, values }) => ({ name, values: values.map(pattern) }));
  return all.filter((one) =>
    tests.every(({ name, values }) =>
      valuesOf(one, names, name).some((value) => values.some((wants) => wants.test(value))),
    ),
  );
}

/** EC2 API, "Filter": `*` stands for any characters, `?` for one, and a backslash escapes them. */
function pattern(value: string): RegExp {
  const source = value.replace(/\\?[^]/g, (part) => {
    if (part === "*") return "[^]*";
    if (part === "?") return "[^]";
    return part.slice(-1).replace(/[\\^$.*+?()[\]{}|/-]/, "\\$&");
  });
  return new RegExp(`^${source}$`);
}

/** The values that a filter matches; empty if the resource has no such tag. */
function valuesOf(one: Described, names: FilterNames, filter: string): string[] {
  const own = (one.tagsAll ?? {}) as Readonly<Record<string, string | undefined>>;
  if (filter === "tag-key") return Object.keys(own);
  if (filter.startsWith("tag:")) return [own[filter.slice("tag:".length)] ?? []].flat();
  const key = names[filter];
  if (key === undefined) throw new Error(`filter ${filter}: not supported by the offline account`);
  return [(one[key] as string | boolean | undefined) ?? []].flat().map(String);
}

/** Those with these properties; undefined ones match everything. */
function having(all: readonly Described[], properties: Properties): Described[] {
  const asked = Object.entries(properties).filter(([, value]) => value !== undefined);
  return all.filter((one) => asked.every(([key, value]) => one[key] === value));
}

/** Common results of the provider's `get…s` functions. */
function listAnswer({ region: here }: InvokeContext, wanted: Wanted, found: readonly Described[]) {
  return {
    ...(wanted.filters && { filters: wanted.filters }),
    id: here,
    ids: found.map(({ id }) => id),
    region: here,
    tags: wanted.tags ?? {},
  };
}

/** Functions that find existing networks in all stacks of the account. */
export const networkInvokes: Invokes = {
  "aws:ec2/getVpcs:getVpcs": declare(
    z.strictObject({ filters, region, tags }),
    async (context, wanted) => {
      await withDefaultVpc(context, undefined, wanted);
      return listAnswer(context, wanted, matching(vpcsOf(context), VPC_FILTERS, wanted));
    },
  ),

  "aws:ec2/getVpc:getVpc": declare(
    z.strictObject({
      cidrBlock: text,
      default: z.boolean().optional(),
      dhcpOptionsId: text,
      filters,
      id: text,
      region,
      state: text,
      tags,
    }),
    async (context, { cidrBlock, default: isDefault, dhcpOptionsId, id, state, ...wanted }) => {
      await withDefaultVpc(context, isDefault, wanted);
      // The provider does not distinguish false from absent.
      const onlyDefault = isDefault === true ? true : undefined;
      const vpcs = having(vpcsOf(context), {
        cidrBlock,
        default: onlyDefault,
        dhcpOptionsId,
        id,
        state,
      });
      const vpc = single("EC2 VPC", matching(vpcs, VPC_FILTERS, wanted));
      return {
        ...vpc,
        ...(wanted.filters && { filters: wanted.filters }),
        cidrBlockAssociations: [
          {
            associationId: vpc.id.replace("vpc-", "vpc-cidr-assoc-"),
            cidrBlock: vpc.cidrBlock,
            state: "associated",
          },
        ],
        ipv6CidrBlockAssociations: [],
        tags: vpc.tagsAll,
      };
    },
  ),

  "aws:ec2/getSubnets:getSubnets": declare(
    z.strictObject({ filters, region, tags }),
    (context, wanted) =>
      listAnswer(context, wanted, matching(subnetsOf(context), SUBNET_FILTERS, wanted)),
  ),

  "aws:ec2/getSubnet:getSubnet": declare(
    z.strictObject({
      availabilityZone: text,
      availabilityZoneId: text,
      cidrBlock: text,
      defaultForAz: z.boolean().optional(),
      filters,
      id: text,
      region,
      state: text,
      tags,
      vpcId: text,
    }),
    (context, { defaultForAz, filters: given, tags: wantedTags, ...properties }) => {
      const wanted = { filters: given, tags: wantedTags };
      const onlyDefault = defaultForAz === true ? true : undefined;
      const subnets = having(subnetsOf(context), { ...properties, defaultForAz: onlyDefault });
      const subnet = single("EC2 Subnet", matching(subnets, SUBNET_FILTERS, wanted));
      const mask = Number(String(subnet.cidrBlock).split("/")[1]);
      return {
        ...subnet,
        ...(given && { filters: given }),
        // AWS reserves five addresses of every subnet.
        availableIpAddressCount: 2 ** (32 - mask) - 5,
        customerOwnedIpv4Pool: "",
        enableLniAtDeviceIndex: 0,
        mapCustomerOwnedIpOnLaunch: false,
        outpostArn: "",
        tags: subnet.tagsAll,
      };
    },
  ),

  "aws:ec2/getSecurityGroups:getSecurityGroups": declare(
    z.strictObject({ filters, region, tags }),
    (context, wanted) => {
      const found = matching(groupsOf(context), GROUP_FILTERS, wanted);
      return {
        ...listAnswer(context, wanted, found),
        arns: found.map(({ arn }) => arn),
        vpcIds: found.map(({ vpcId }) => vpcId),
      };
    },
  ),
};
