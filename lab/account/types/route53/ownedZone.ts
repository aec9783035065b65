import type { LiveAccount, ResourceRecord } from "../../record";
import { normalized } from "./names";
import { ZONE } from "./tokens";

/** URN of resources that no stack declares. */
const URN = "urn:lab:domains";

/**
 * Creates a domain's public zone when it is first looked up: on AWS, the zone exists once the domain is registered; in
 * the lab, you own every domain. The zone is that of the last two labels, such as `example.com`; programs create
 * further zones.
 *
 * Source: Route 53 developer guide, "Registering a new domain": Route 53 creates the hosted zone.
 *
 * @param name the domain asked for, e.g. `example.com`.
 */
export async function ensureOwnedZone(account: LiveAccount, name: string): Promise<void> {
  const domain = normalized(name);
  const isThere = ({ outputs }: ResourceRecord): boolean => outputs.name === domain;
  if (domain.split(".").length !== 2 || account.list(ZONE).some(isThere)) return;
  await account.create({
    type: ZONE,
    urn: URN,
    // Route 53 is global.
    region: "us-east-1",
    inputs: {
      name: domain,
      comment: "HostedZone created by Route53 Registrar",
      forceDestroy: false,
    },
  });
}
