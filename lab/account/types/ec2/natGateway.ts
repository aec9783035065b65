import type { ec2 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { resourceType } from "../../resourceType";
import { inputsOf, mustExist, parseCidr, tags, text, unsupported } from "../shared";
import { inVpc, mustBeWithinQuota, mustHaveSubnet } from "./lookups";
import { mustHaveInterfaces } from "./networkInterfaces";
import { EIP, INTERNET_GATEWAY, NAT_GATEWAY, SUBNET } from "./tokens";

export const natGateway = resourceType({
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
