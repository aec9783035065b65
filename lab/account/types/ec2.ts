import type { ec2 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { type QuotaName, refuseBeyond } from "../quotas";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext, type Properties } from "../resourceType";
import { groupsHolding } from "./autoscaling";
import {
  cidr,
  contains,
  exactlyOne,
  flag,
  inRegion,
  inputsOf,
  mustExist,
  overlaps,
  parseCidr,
  tags,
  text,
  unsupported,
} from "./shared";

const VPC = "aws:ec2/vpc:Vpc";
const INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway";
const SUBNET = "aws:ec2/subnet:Subnet";
const ROUTE_TABLE = "aws:ec2/routeTable:RouteTable";
const ROUTE_TABLE_ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const ROUTE = "aws:ec2/route:Route";
const EIP = "aws:ec2/eip:Eip";
const NAT_GATEWAY = "aws:ec2/natGateway:NatGateway";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";

/** Zone letters of regions that have others than a, b and c. Most of Tokyo's accounts have no b. */
const ZONE_LETTERS: Readonly<Record<string, string>> = {
  "ap-northeast-1": "acd",
  "ap-northeast-2": "abcd",
  "ca-central-1": "abd",
  "us-east-1": "abcdef",
  "us-west-1": "ab",
  "us-west-2": "abcd",
};

/** Names of a region's availability zones, e.g. `ap-northeast-1a`. */
export function zonesOf(region: string): string[] {
  return Array.from(ZONE_LETTERS[region] ?? "abc", (letter) => `${region}${letter}`);
}

function inVpc(context: AccountContext, type: string, vpcId: string): ResourceRecord[] {
  return context.list(type).filter((record) => record.outputs.vpcId === vpcId);
}

export function mustHaveVpc(context: AccountContext, id: string): ResourceRecord {
  return mustExist(context, VPC, id, "InvalidVpcID.NotFound", `The vpc ID '${id}' does not exist`);
}

export function mustHaveSubnet(context: AccountContext, id: string): ResourceRecord {
  return mustExist(
    context,
    SUBNET,
    id,
    "InvalidSubnetID.NotFound",
    `The subnet ID '${id}' does not exist`,
  );
}

/** A security group of the account, or the default one that came with a VPC. */
export function mustHaveSecurityGroup(context: AccountContext, id: string): void {
  if (context.list(VPC).some((vpc) => vpc.outputs.defaultSecurityGroupId === id)) return;
  mustExist(
    context,
    SECURITY_GROUP,
    id,
    "InvalidGroup.NotFound",
    `The security group '${id}' does not exist`,
  );
}

/** Refuses one more resource of a type in the region where the account may have no more. */
function mustBeWithinQuota(
  context: AccountContext,
  type: string,
  quota: QuotaName,
  isCounted: (record: ResourceRecord) => boolean = () => true,
): void {
  const used = inRegion(context, type).filter(isCounted);
  refuseBeyond(quota, used.length, context.quotas);
}

/**
 * Refuses load balancers and NAT gateways for which there are no network interfaces left. Those of
 * tasks come and go with them and are not counted here.
 *
 * @param wanted how many the new resource takes.
 */
export function mustHaveInterfaces(context: AccountContext, wanted: number): void {
  const balancers = inRegion(context, "aws:lb/loadBalancer:LoadBalancer");
  const used = balancers.reduce(
    (sum, { outputs }) => sum + (Array.isArray(outputs.subnets) ? outputs.subnets.length : 0),
    inRegion(context, NAT_GATEWAY).length,
  );
  refuseBeyond("networkInterfaces", used + wanted - 1, context.quotas);
}

function dependencyViolation(what: string, id: string, by: ResourceRecord): AwsError {
  return new AwsError(
    "DependencyViolation",
    `The ${what} '${id}' has dependencies and cannot be deleted (${by.type} ${by.id})`,
  );
}

const vpc = resourceType({
  token: VPC,
  inputs: inputsOf<ec2.VpcArgs>()({
    assignGeneratedIpv6CidrBlock: flag,
    cidrBlock: cidr.optional(),
    enableDnsHostnames: flag,
    enableDnsSupport: z.boolean().default(true),
    enableNetworkAddressUsageMetrics: flag,
    instanceTenancy: z.enum(["default", "dedicated"]).default("default"),
    ipv4IpamPoolId: unsupported,
    ipv4NetmaskLength: unsupported,
    ipv6CidrBlock: unsupported,
    ipv6CidrBlockNetworkBorderGroup: unsupported,
    ipv6IpamPoolId: unsupported,
    ipv6NetmaskLength: unsupported,
    region: text,
    tags,
  }),
  immutable: ["cidrBlock", "region"],
  computed: [
    "arn",
    "cidrBlock",
    "defaultNetworkAclId",
    "defaultRouteTableId",
    "defaultSecurityGroupId",
    "dhcpOptionsId",
    "enableDnsHostnames",
    "enableNetworkAddressUsageMetrics",
    "ipv6AssociationId",
    "ipv6CidrBlock",
    "ipv6CidrBlockNetworkBorderGroup",
    "mainRouteTableId",
    "ownerId",
  ],
  validate(context, { cidrBlock }, before) {
    if (!before) mustBeWithinQuota(context, VPC, "vpcs");
    if (cidrBlock === undefined) {
      throw new AwsError(
        "MissingParameter",
        "Either 'cidrBlock' or 'ipv4IpamPoolId' should be provided.",
      );
    }
    const mask = parseCidr(cidrBlock)?.mask ?? 0;
    if (mask < 16 || mask > 28) {
      throw new AwsError("InvalidVpc.Range", `The CIDR '${cidrBlock}' is invalid.`);
    }
  },
  create(context) {
    const id = `vpc-${context.hex("id")}`;
    const routeTable = `rtb-${context.hex("main route table")}`;
    return {
      id,
      outputs: {
        arn: context.arn("ec2", `vpc/${id}`),
        defaultNetworkAclId: `acl-${context.hex("network acl")}`,
        defaultRouteTableId: routeTable,
        defaultSecurityGroupId: `sg-${context.hex("default security group")}`,
        dhcpOptionsId: `dopt-${context.hex("dhcp options")}`,
        enableDnsHostnames: false,
        enableNetworkAddressUsageMetrics: false,
        ipv6AssociationId: "",
        ipv6CidrBlock: "",
        ipv6CidrBlockNetworkBorderGroup: "",
        mainRouteTableId: routeTable,
        ownerId: context.accountId,
      },
    };
  },
  beforeDelete(context, record) {
    const children = [SUBNET, INTERNET_GATEWAY, ROUTE_TABLE, SECURITY_GROUP];
    const child = children.flatMap((type) => inVpc(context, type, record.id))[0];
    if (child) throw dependencyViolation("vpc", record.id, child);
  },
});

const internetGateway = resourceType({
  token: INTERNET_GATEWAY,
  inputs: inputsOf<ec2.InternetGatewayArgs>()({ region: text, tags, vpcId: text }),
  immutable: ["region"],
  computed: ["arn", "ownerId", "vpcId"],
  validate(context, { vpcId }, before) {
    if (!before) mustBeWithinQuota(context, INTERNET_GATEWAY, "internetGateways");
    if (vpcId === undefined) return;
    mustHaveVpc(context, vpcId);
    const other = inVpc(context, INTERNET_GATEWAY, vpcId).find(({ id }) => id !== before?.id);
    if (other) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `network ${vpcId} already has an internet gateway attached: ${other.id}`,
      );
    }
  },
  create(context) {
    const id = `igw-${context.hex("id")}`;
    return {
      id,
      outputs: {
        arn: context.arn("ec2", `internet-gateway/${id}`),
        ownerId: context.accountId,
        vpcId: "",
      },
    };
  },
  beforeDelete(context, record) {
    const { vpcId } = record.outputs;
    const user = context
      .list(NAT_GATEWAY)
      .find(({ outputs }) => outputs.vpcId === vpcId && outputs.connectivityType === "public");
    if (user) {
      throw new AwsError(
        "DependencyViolation",
        `Network ${String(vpcId)} has some mapped public address(es). ` +
          `Please unmap those public address(es) before detaching the gateway (${user.id}).`,
      );
    }
  },
});

const subnet = resourceType({
  token: SUBNET,
  inputs: inputsOf<ec2.SubnetArgs>()({
    assignIpv6AddressOnCreation: z.boolean().default(false),
    availabilityZone: text,
    availabilityZoneId: unsupported,
    cidrBlock: cidr.optional(),
    customerOwnedIpv4Pool: unsupported,
    enableDns64: z.boolean().default(false),
    enableLniAtDeviceIndex: unsupported,
    enableResourceNameDnsARecordOnLaunch: z.boolean().default(false),
    enableResourceNameDnsAaaaRecordOnLaunch: z.boolean().default(false),
    ipv4IpamPoolId: unsupported,
    ipv4NetmaskLength: unsupported,
    ipv6CidrBlock: unsupported,
    ipv6IpamPoolId: unsupported,
    ipv6Native: z
      .literal(false, { error: "must be false: the offline account has no IPv6" })
      .default(false),
    ipv6NetmaskLength: unsupported,
    mapCustomerOwnedIpOnLaunch: unsupported,
    mapPublicIpOnLaunch: z.boolean().default(false),
    outpostArn: unsupported,
    privateDnsHostnameTypeOnLaunch: z.enum(["ip-name", "resource-name"]).optional(),
    region: text,
    tags,
    vpcId: z.string(),
  }),
  immutable: ["availabilityZone", "cidrBlock", "ipv6Native", "region", "vpcId"],
  computed: [
    "arn",
    "availabilityZone",
    "availabilityZoneId",
    "ipv6CidrBlock",
    "ipv6CidrBlockAssociationId",
    "ownerId",
    "privateDnsHostnameTypeOnLaunch",
  ],
  validate(context, inputs, before) {
    const network = parseCidr(String(mustHaveVpc(context, inputs.vpcId).outputs.cidrBlock));
    if (!before) {
      refuseBeyond("subnets", inVpc(context, SUBNET, inputs.vpcId).length, context.quotas);
    }
    const { cidrBlock, availabilityZone } = inputs;
    if (cidrBlock === undefined) {
      throw new AwsError(
        "MissingParameter",
        "Either 'cidrBlock' or 'ipv6CidrBlock' must be provided.",
      );
    }
    if (availabilityZone !== undefined && !zonesOf(context.region).includes(availabilityZone)) {
      throw new AwsError(
        "InvalidParameterValue",
        `Value (${availabilityZone}) for parameter availabilityZone is invalid. ` +
          `Subnets can currently only be created in the following availability zones: ` +
          `${zonesOf(context.region).join(", ")}.`,
      );
    }
    const range = parseCidr(cidrBlock);
    if (!range || !network || !contains(network, range) || range.mask > 28) {
      throw new AwsError("InvalidSubnet.Range", `The CIDR '${cidrBlock}' is invalid.`);
    }
    const clash = inVpc(context, SUBNET, inputs.vpcId).find(({ id, outputs }) => {
      const other = parseCidr(String(outputs.cidrBlock));
      return id !== before?.id && other !== undefined && overlaps(other, range);
    });
    if (clash) {
      throw new AwsError(
        "InvalidSubnet.Conflict",
        `The CIDR '${cidrBlock}' conflicts with another subnet (${clash.id})`,
      );
    }
  },
  create(context, inputs) {
    const id = `subnet-${context.hex("id")}`;
    const zones = zonesOf(context.region);
    const zone = inputs.availabilityZone ?? zones[0] ?? "";
    return {
      id,
      outputs: {
        arn: context.arn("ec2", `subnet/${id}`),
        availabilityZone: zone,
        availabilityZoneId: zoneIdOf(context.region, zone),
        ipv6CidrBlock: "",
        ipv6CidrBlockAssociationId: "",
        ownerId: context.accountId,
        privateDnsHostnameTypeOnLaunch: "ip-name",
      },
    };
  },
  beforeDelete(context, record) {
    const user = [
      ...context.list(NAT_GATEWAY).filter(({ outputs }) => outputs.subnetId === record.id),
      ...networkInterfaceUsers(context, "subnets", record.id),
    ][0];
    if (user) throw dependencyViolation("subnet", record.id, user);
  },
});

/** Id of a zone: `ap-northeast-1a` is `apne1-az1`. Which letter has which number differs by account. */
export function zoneIdOf(region: string, zone: string): string {
  const [area = "", place = "", number = ""] = region.split("-");
  const compass = place.replace(/north|south|east|west|central/g, (word) => word.charAt(0));
  return `${area}${compass}${number}-az${zonesOf(region).indexOf(zone) + 1}`;
}

/** Resources that hold network interfaces in a subnet or a security group. */
export function networkInterfaceUsers(
  context: AccountContext,
  key: "subnets" | "securityGroups",
  id: string,
): ResourceRecord[] {
  const holds = (properties: unknown): boolean =>
    typeof properties === "object" &&
    properties !== null &&
    ((properties as Properties)[key] as string[] | undefined)?.includes(id) === true;
  return [
    ...context.list("aws:lb/loadBalancer:LoadBalancer").filter(({ outputs }) => holds(outputs)),
    ...context
      .list("aws:ecs/service:Service")
      .filter(({ outputs }) => holds(outputs.networkConfiguration)),
    ...groupsHolding(context, key, id),
  ];
}

const routeTarget = { egressOnlyGatewayId: text, gatewayId: text, natGatewayId: text } as const;

const routeTable = resourceType({
  token: ROUTE_TABLE,
  inputs: inputsOf<ec2.RouteTableArgs>()({
    propagatingVgws: unsupported,
    region: text,
    routes: z.array(z.strictObject({ cidrBlock: cidr, ...routeTarget })).optional(),
    tags,
    vpcId: z.string(),
  }),
  immutable: ["region", "vpcId"],
  sets: ["routes"],
  computed: ["arn", "ownerId", "propagatingVgws", "routes"],
  validate(context, { vpcId, routes }, before) {
    mustHaveVpc(context, vpcId);
    if (!before) {
      const withMainOne = inVpc(context, ROUTE_TABLE, vpcId).length + 1;
      refuseBeyond("routeTables", withMainOne, context.quotas);
    }
    for (const route of routes ?? []) mustHaveRouteTarget(context, route);
  },
  create(context) {
    const id = `rtb-${context.hex("id")}`;
    return {
      id,
      outputs: {
        arn: context.arn("ec2", `route-table/${id}`),
        ownerId: context.accountId,
        propagatingVgws: [],
        routes: [],
      },
    };
  },
  beforeDelete(context, record) {
    const user = context
      .list(ROUTE_TABLE_ASSOCIATION)
      .find(({ outputs }) => outputs.routeTableId === record.id);
    if (user) throw dependencyViolation("routeTable", record.id, user);
  },
  owned: (context, record) =>
    context.list(ROUTE).filter(({ outputs }) => outputs.routeTableId === record.id),
});

/** A route table of the account, or the main one that came with a VPC. */
function mustHaveRouteTable(context: AccountContext, id: string): void {
  if (context.list(VPC).some((record) => record.outputs.mainRouteTableId === id)) return;
  mustExist(
    context,
    ROUTE_TABLE,
    id,
    "InvalidRouteTableID.NotFound",
    `The routeTable ID '${id}' does not exist`,
  );
}

function mustHaveRouteTarget(
  context: AccountContext,
  target: { gatewayId?: string | undefined; natGatewayId?: string | undefined },
): void {
  const { gatewayId, natGatewayId } = target;
  if (gatewayId !== undefined && gatewayId !== "local") {
    mustExist(
      context,
      INTERNET_GATEWAY,
      gatewayId,
      "InvalidInternetGatewayID.NotFound",
      `The internetGateway ID '${gatewayId}' does not exist`,
    );
  }
  if (natGatewayId !== undefined) {
    mustExist(
      context,
      NAT_GATEWAY,
      natGatewayId,
      "InvalidNatGatewayID.NotFound",
      `The natGateway ID '${natGatewayId}' does not exist`,
    );
  }
}

const routeTableAssociation = resourceType({
  token: ROUTE_TABLE_ASSOCIATION,
  inputs: inputsOf<ec2.RouteTableAssociationArgs>()({
    gatewayId: text,
    region: text,
    routeTableId: z.string(),
    subnetId: text,
  }),
  immutable: ["gatewayId", "region", "subnetId"],
  computed: [],
  rules: [exactlyOne("subnetId", "gatewayId")],
  validate(context, { routeTableId, subnetId }, before) {
    mustHaveRouteTable(context, routeTableId);
    if (subnetId === undefined) return;
    mustHaveSubnet(context, subnetId);
    const other = context
      .list(ROUTE_TABLE_ASSOCIATION)
      .find(({ id, outputs }) => outputs.subnetId === subnetId && id !== before?.id);
    if (other) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `the specified association for route table ${routeTableId} conflicts with ` +
          `an existing association (${other.id})`,
      );
    }
  },
  create: (context) => ({ id: `rtbassoc-${context.hex("id")}`, outputs: {} }),
});

const route = resourceType({
  token: ROUTE,
  inputs: inputsOf<ec2.RouteArgs>()({
    carrierGatewayId: unsupported,
    coreNetworkArn: unsupported,
    destinationCidrBlock: cidr,
    destinationIpv6CidrBlock: unsupported,
    destinationPrefixListId: unsupported,
    egressOnlyGatewayId: unsupported,
    gatewayId: text,
    localGatewayId: unsupported,
    natGatewayId: text,
    networkInterfaceId: unsupported,
    odbNetworkArn: unsupported,
    region: text,
    routeTableId: z.string(),
    transitGatewayId: unsupported,
    vpcEndpointId: unsupported,
    vpcPeeringConnectionId: unsupported,
  }),
  immutable: ["destinationCidrBlock", "region", "routeTableId"],
  computed: ["instanceId", "instanceOwnerId", "networkInterfaceId", "origin", "state"],
  rules: [exactlyOne("gatewayId", "natGatewayId")],
  validate(context, inputs, before) {
    mustHaveRouteTable(context, inputs.routeTableId);
    mustHaveRouteTarget(context, inputs);
    const other = context
      .list(ROUTE)
      .find(
        ({ id, outputs }) =>
          id !== before?.id &&
          outputs.routeTableId === inputs.routeTableId &&
          outputs.destinationCidrBlock === inputs.destinationCidrBlock,
      );
    if (other) {
      throw new AwsError(
        "RouteAlreadyExists",
        `The route identified by ${inputs.destinationCidrBlock} already exists ` +
          `in ${inputs.routeTableId}`,
      );
    }
  },
  create: (context, { routeTableId }) => ({
    id: `r-${routeTableId}${context.hex("id", 10)}`,
    outputs: {
      instanceId: "",
      instanceOwnerId: "",
      networkInterfaceId: "",
      origin: "CreateRoute",
      state: "active",
    },
  }),
});

const eip = resourceType({
  token: EIP,
  inputs: inputsOf<ec2.EipArgs>()({
    address: unsupported,
    associateWithPrivateIp: unsupported,
    customerOwnedIpv4Pool: unsupported,
    domain: z.literal("vpc", { error: "must be vpc" }).optional(),
    instance: unsupported,
    ipamPoolId: unsupported,
    networkBorderGroup: text,
    networkInterface: unsupported,
    publicIpv4Pool: unsupported,
    region: text,
    tags,
  }),
  immutable: ["domain", "networkBorderGroup", "region"],
  computed: [
    "allocationId",
    "arn",
    "associationId",
    "carrierIp",
    "customerOwnedIp",
    "domain",
    "instance",
    "ipamPoolId",
    "networkBorderGroup",
    "networkInterface",
    "privateDns",
    "privateIp",
    "ptrRecord",
    "publicDns",
    "publicIp",
    "publicIpv4Pool",
  ],
  validate(context, _inputs, before) {
    if (!before) mustBeWithinQuota(context, EIP, "elasticIps");
  },
  create(context) {
    const id = `eipalloc-${context.hex("id")}`;
    const publicIp = publicAddress(context);
    return {
      id,
      outputs: {
        allocationId: id,
        arn: context.arn("ec2", `elastic-ip/${id}`),
        associationId: "",
        carrierIp: "",
        customerOwnedIp: "",
        domain: "vpc",
        instance: "",
        ipamPoolId: "",
        networkBorderGroup: context.region,
        networkInterface: "",
        privateDns: "",
        privateIp: "",
        ptrRecord: "",
        publicDns: `ec2-${publicIp.replaceAll(".", "-")}.${context.region}.compute.amazonaws.com`,
        publicIp,
        publicIpv4Pool: "amazon",
      },
    };
  },
  beforeDelete(context, record) {
    const user = context
      .list(NAT_GATEWAY)
      .find(({ outputs }) => outputs.allocationId === record.id);
    if (user) {
      throw new AwsError(
        "InvalidIPAddress.InUse",
        `Address ${String(record.outputs.publicIp)} is in use by ${user.id}`,
      );
    }
  },
});

/** An address of the blocks set aside for documentation (RFC 5737), so that it is nobody's. */
function publicAddress(context: AccountContext): string {
  const used = new Set(context.list(EIP).map(({ outputs }) => outputs.publicIp));
  const addresses = ["203.0.113", "198.51.100", "192.0.2"].flatMap((network) =>
    Array.from({ length: 254 }, (_, i) => `${network}.${i + 1}`),
  );
  return addresses.find((address) => !used.has(address)) ?? "192.0.2.255";
}

const natGateway = resourceType({
  token: NAT_GATEWAY,
  inputs: inputsOf<ec2.NatGatewayArgs>()({
    allocationId: text,
    availabilityMode: z.literal("zonal", { error: "must be zonal here" }).optional(),
    availabilityZoneAddresses: unsupported,
    connectivityType: z.enum(["public", "private"]).default("public"),
    privateIp: text,
    region: text,
    secondaryAllocationIds: unsupported,
    secondaryPrivateIpAddressCount: unsupported,
    secondaryPrivateIpAddresses: unsupported,
    subnetId: z.string(),
    tags,
    vpcId: unsupported,
  }),
  immutable: ["allocationId", "connectivityType", "privateIp", "region", "subnetId"],
  computed: [
    "associationId",
    "autoProvisionZones",
    "autoScalingIps",
    "availabilityMode",
    "networkInterfaceId",
    "privateIp",
    "publicIp",
    "regionalNatGatewayAddresses",
    "regionalNatGatewayAutoMode",
    "routeTableId",
    "secondaryAllocationIds",
    "secondaryPrivateIpAddressCount",
    "secondaryPrivateIpAddresses",
    "vpcId",
  ],
  rules: [
    {
      keys: ["allocationId", "connectivityType"],
      check: ({ allocationId, connectivityType }) =>
        (connectivityType === "public") === (allocationId !== undefined)
          ? undefined
          : connectivityType === "public"
            ? "is required for a public NAT gateway"
            : "is not allowed for a private NAT gateway",
    },
  ],
  validate(context, { allocationId, connectivityType, subnetId }, before) {
    const subnetOutputs = mustHaveSubnet(context, subnetId).outputs;
    const network = subnetOutputs.vpcId;
    if (!before) {
      const zone = subnetOutputs.availabilityZone;
      mustBeWithinQuota(
        context,
        NAT_GATEWAY,
        "natGateways",
        ({ outputs }) =>
          context.get(SUBNET, String(outputs.subnetId))?.outputs.availabilityZone === zone,
      );
      mustHaveInterfaces(context, 1);
    }
    if (
      connectivityType === "public" &&
      inVpc(context, INTERNET_GATEWAY, String(network)).length === 0
    ) {
      throw new AwsError(
        "Gateway.NotAttached",
        `Network ${String(network)} has no Internet gateway attached`,
      );
    }
    if (allocationId === undefined) return;
    mustExist(
      context,
      EIP,
      allocationId,
      "InvalidAllocationID.NotFound",
      `The allocation ID '${allocationId}' does not exist`,
    );
    const other = context
      .list(NAT_GATEWAY)
      .find(({ id, outputs }) => outputs.allocationId === allocationId && id !== before?.id);
    if (other) {
      throw new AwsError(
        "Resource.AlreadyAssociated",
        `Elastic IP address [${allocationId}] is already associated (${other.id})`,
      );
    }
  },
  create(context, { allocationId, subnetId }) {
    const { outputs: subnetOutputs } = mustHaveSubnet(context, subnetId);
    const first = parseCidr(String(subnetOutputs.cidrBlock))?.first ?? 0;
    const hostBytes = [24, 16, 8, 0].map((shift) => Math.floor((first + 10) / 2 ** shift) % 256);
    return {
      id: `nat-${context.hex("id")}`,
      outputs: {
        associationId: allocationId === undefined ? "" : `eipassoc-${context.hex("association")}`,
        autoProvisionZones: "",
        autoScalingIps: "",
        availabilityMode: "zonal",
        networkInterfaceId: `eni-${context.hex("network interface")}`,
        privateIp: hostBytes.join("."),
        publicIp:
          allocationId === undefined
            ? ""
            : (context.get(EIP, allocationId)?.outputs.publicIp ?? ""),
        regionalNatGatewayAddresses: [],
        regionalNatGatewayAutoMode: "",
        routeTableId: "",
        secondaryAllocationIds: [],
        secondaryPrivateIpAddressCount: 0,
        secondaryPrivateIpAddresses: [],
        vpcId: subnetOutputs.vpcId,
      },
    };
  },
});

export const ec2Types = [
  vpc,
  internetGateway,
  subnet,
  routeTable,
  routeTableAssociation,
  route,
  eip,
  natGateway,
];
