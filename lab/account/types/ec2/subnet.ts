import type { ec2 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { checkQuota } from "../../quotas";
import { resourceType } from "../../resourceType";
import { cidr, contains, inputsOf, overlaps, parseCidr, tags, text, unsupported } from "../shared";
import { dependencyViolation, inVpc, mustHaveVpc } from "./lookups";
import { networkInterfaceUsers } from "./networkInterfaces";
import { NAT_GATEWAY, SUBNET } from "./tokens";
import { zoneIdOf, zonesOf } from "./zones";

export const subnet = resourceType({
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
      checkQuota("subnets", inVpc(context, SUBNET, inputs.vpcId).length, context.quotas);
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
