import { z } from "zod";

import { normalized } from "../account/types/route53/names";
import { ensureOwnedZone } from "../account/types/route53/ownedZone";
import { RECORD, ZONE } from "../account/types/route53/tokens";
import { declare, single } from "./invokeTypes";

/**
 * `aws.route53.getZone`: a public zone, by ID or name.
 *
 * Source: terraform-provider-aws, internal/service/route53/zone_data_source.go.
 */
export const getZone = declare(
  z.strictObject({
    name: z.string().optional(),
    privateZone: z.literal(false).optional(),
    zoneId: z.string().optional(),
  }),
  async ({ account }, { name, zoneId }) => {
    if (name !== undefined) await ensureOwnedZone(account, name);
    const zones = account
      .list(ZONE)
      .filter(({ id, outputs }) =>
        zoneId === undefined
          ? outputs.name === normalized(name ?? "")
          : id === zoneId.replace(/^\/hostedzone\//, ""),
      );
    const { id, outputs } = single("Route 53 Hosted Zone", zones);
    const records = account.list(RECORD).filter((record) => record.outputs.zoneId === id);
    return {
      arn: outputs.arn,
      callerReference: "",
      comment: outputs.comment,
      enableAcceleratedRecovery: false,
      id,
      linkedServiceDescription: "",
      linkedServicePrincipal: "",
      name: outputs.name,
      nameServers: outputs.nameServers,
      primaryNameServer: outputs.primaryNameServer,
      privateZone: false,
      // A zone comes with NS and SOA records.
      resourceRecordSetCount: records.length + 2,
      tags: outputs.tagsAll,
      vpcId: "",
      zoneId: id,
    };
  },
);
