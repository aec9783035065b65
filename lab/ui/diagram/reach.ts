import { contains, isWorldOpen, parseCidr } from "../../../policies/graph/cidr";
import {
  commonPorts,
  overlaps,
  type Peer,
  type Permission,
  type Ports,
  portsText,
} from "./permissions";
import { compareText } from "./state";

/** Something that has addresses: a load balancer, the tasks of a service, instances. */
export interface Party {
  key: string;
  /** URNs of its security groups in the stack, and IDs of others. */
  groups: readonly string[];
  /** Address blocks of its subnets. */
  blocks: readonly string[];
  /** Address blocks of its VPC. */
  vpcBlocks: readonly string[];
}

/** The other end of a connection: a party by its key, or addresses that belong to no party. */
export type End =
  | { kind: "party"; key: string }
  | { kind: "internet" }
  /** Addresses inside or outside the party's VPC. */
  | { kind: "addresses"; block: string; inVpc: boolean }
  | { kind: "other"; text: string };

/** Who may open connections to whom. */
export interface Reach {
  from: End;
  to: End;
  /** The ports, as text. */
  ports: string;
}

/**
 * Who may reach whom according to the security groups: connections that the receiver's groups let in and the sender's
 * groups let out, and what each party may reach outside the VPC.
 */
export function reachOf(parties: readonly Party[], permissions: readonly Permission[]): Reach[] {
  const all = collector();
  for (const party of parties) {
    for (const { ports, peer } of held(party, "ingress", permissions)) {
      for (const from of endsOf(peer, party, parties)) {
        const sender = from.kind === "party" && parties.find(({ key }) => key === from.key);
        const passing = sender ? between(sender, party, permissions, [ports]) : [ports];
        for (const passed of passing) all.add(from, { kind: "party", key: party.key }, passed);
      }
    }
    for (const { ports, peer } of held(party, "egress", permissions)) {
      for (const to of endsOf(peer, party, parties)) {
        // Connections inside the VPC are already covered on the receiving side.
        const inside = to.kind === "party" || (to.kind === "addresses" && to.inVpc);
        if (!inside) all.add({ kind: "party", key: party.key }, to, ports);
      }
    }
  }
  return all.reaches();
}

/** The traffic that may pass from one party to another. */
export function passing(from: Party, to: Party, permissions: readonly Permission[]): Ports[] {
  const accepted = held(to, "ingress", permissions)
    .filter(({ peer }) => covers(peer, from))
    .map(({ ports }) => ports);
  return between(from, to, permissions, accepted);
}

/** The part of `accepted` that the sender's own groups let out. */
function between(
  from: Party,
  to: Party,
  permissions: readonly Permission[],
  accepted: readonly Ports[],
): Ports[] {
  const sent = held(from, "egress", permissions).filter(({ peer }) => covers(peer, to));
  return accepted.flatMap((ports) =>
    sent
      .map((permission) => commonPorts(ports, permission.ports))
      .filter((common) => common !== undefined),
  );
}

function held(
  { groups }: Party,
  direction: Permission["direction"],
  permissions: readonly Permission[],
): Permission[] {
  return permissions.filter(
    (permission) => permission.direction === direction && groups.includes(permission.group),
  );
}

/** Whether a rule's peer is this party, or overlaps its addresses. */
function covers(peer: Peer, party: Party): boolean {
  switch (peer.kind) {
    case "group":
      return party.groups.includes(peer.value);
    case "cidr":
      return party.blocks.some((block) => overlaps(block, peer.value));
    case "prefix list":
      return false;
  }
}

/** The ends that a rule's peer stands for. */
function endsOf(peer: Peer, party: Party, parties: readonly Party[]): End[] {
  switch (peer.kind) {
    case "group": {
      const users = parties.filter(({ groups }) => groups.includes(peer.value));
      if (users.length === 0) {
        // A group of the stack without members lets nobody in.
        return peer.value.startsWith("urn:")
          ? []
          : [{ kind: "other", text: `security group ${peer.value}` }];
      }
      return users
        .filter(({ key }) => key !== party.key)
        .map(({ key }) => ({ kind: "party", key }));
    }
    case "prefix list":
      return [{ kind: "other", text: `prefix list ${peer.value}` }];
    case "cidr": {
      const block = parseCidr(peer.value);
      if (!block) return [];
      const inVpc = party.vpcBlocks.some((text) => {
        const own = parseCidr(text);
        return own !== undefined && contains(own, block);
      });
      if (!inVpc && (block.prefix === 0 || isWorldOpen([block]))) return [{ kind: "internet" }];
      return [{ kind: "addresses", block: peer.value, inVpc }];
    }
  }
}

/** Merges the ports of connections with the same two ends, and sorts everything. */
function collector() {
  const found = new Map<string, { from: End; to: End; ports: Ports[] }>();
  return {
    add(from: End, to: End, ports: Ports): void {
      const key = JSON.stringify([from, to]);
      const entry = found.get(key) ?? { from, to, ports: [] };
      entry.ports.push(ports);
      found.set(key, entry);
    },
    reaches(): Reach[] {
      return [...found]
        .sort(([one], [other]) => compareText(one, other))
        .map(([, { from, to, ports }]) => ({ from, to, ports: portsText(ports) }));
    },
  };
}
