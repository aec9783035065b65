import type { LiveAccount, ResourceRecord } from "../../record";
import { normalized } from "./names";
import { ZONE } from "./tokens";

/** Owner of what no stack declares. */
const URN = "urn:lab:domains";

/**
 * Gives the account a domain's public zone when somebody asks for it: on AWS one has registered a domain before,
 * and its zone is there; here every domain is the lab's own. It is that of the last two labels, such as
 * `example.com`; further zones are for programs to make.
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
