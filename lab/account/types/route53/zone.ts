import type { route53 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { resourceType } from "../../resourceType";
import { inputsOf, tags, unsupported } from "../shared";
import { recordsOf } from "./lookups";
import { domainName, normalized } from "./names";
import { ZONE } from "./tokens";

/** A public hosted zone. Private zones, which belong to a VPC, cannot validate certificates that browsers trust. */
export const zone = resourceType({
  token: ZONE,
  inputs: inputsOf<route53.ZoneArgs>()({
    comment: z.string().max(256).default("Managed by Pulumi"),
    delegationSetId: unsupported,
    enableAcceleratedRecovery: unsupported,
    forceDestroy: z.boolean().default(false),
    name: domainName.optional(),
    tags,
    vpcs: unsupported,
  }),
  autoNameMaxLength: 255,
  immutable: ["name"],
  meaning: { name: (name) => (typeof name === "string" ? normalized(name) : name) },
  computed: [
    "arn",
    "enableAcceleratedRecovery",
    "name",
    "nameServers",
    "primaryNameServer",
    "zoneId",
  ],
  create(context, { name = "" }) {
    const id = `Z${context.hex("zone", 20).toUpperCase()}`;
    const nameServers = ["com", "net", "org", "co.uk"].map(
      (top) => `ns-${Number.parseInt(context.hex(top, 3), 16)}.awsdns-00.${top}`,
    );
    return {
      id,
      outputs: {
        arn: `arn:aws:route53:::hostedzone/${id}`,
        enableAcceleratedRecovery: false,
        name: normalized(name),
        nameServers: nameServers.toSorted(),
        primaryNameServer: nameServers[0],
        zoneId: id,
      },
    };
  },
  complete: ({ name = "" }) => ({ name: normalized(name) }),
  beforeDelete(context, record) {
    if (record.inputs.forceDestroy === true || recordsOf(context, record).length === 0) return;
    throw new AwsError(
      "HostedZoneNotEmpty",
      "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
    );
  },
  owned: (context, record) => recordsOf(context, record),
});
