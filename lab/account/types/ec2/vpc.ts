import type { ec2 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { resourceType } from "../../resourceType";
import { cidr, flag, inputsOf, parseCidr, tags, text, unsupported } from "../shared";
import { dependencyViolation, inVpc, mustBeWithinQuota } from "./lookups";
import { INTERNET_GATEWAY, ROUTE_TABLE, SECURITY_GROUP, SUBNET, VPC } from "./tokens";

export const vpc = resourceType({
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
