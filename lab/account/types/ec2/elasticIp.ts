import type { ec2 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { type AccountContext, resourceType } from "../../resourceType";
import { inputsOf, tags, text, unsupported } from "../shared";
import { mustBeWithinQuota } from "./lookups";
import { EIP, NAT_GATEWAY } from "./tokens";

export const eip = resourceType({
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

/** An address from the blocks reserved for documentation (RFC 5737), so that it belongs to nobody. */
function publicAddress(context: AccountContext): string {
  const used = new Set(context.list(EIP).map(({ outputs }) => outputs.publicIp));
  const addresses = ["203.0.113", "198.51.100", "192.0.2"].flatMap((network) =>
    Array.from({ length: 254 }, (_, i) => `${network}.${i + 1}`),
  );
  return addresses.find((address) => !used.has(address)) ?? "192.0.2.255";
}
