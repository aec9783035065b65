import { contains, parseCidr } from "../../../policies/graph/cidr";
import { type Ingress, ingressOf, type Source } from "../../../policies/graph/securityGroups";
import {
  INGRESS_RULE,
  PREFIX_LIST,
  SECURITY_GROUP_RULE,
  SECURITY_GROUPS,
} from "../../../policies/graph/tokens";
import { items, toInteger, toText, UNKNOWN, type Value } from "../../../policies/graph/value";
import { type References, titleOf } from "./references";
import type { StackResource } from "./state";
import { EGRESS_RULE } from "./types";

/** A protocol and its ports, both ends included. */
export interface Ports {
  /** `tcp`, `udp`, `icmp`, a protocol's number, or `-1` for all traffic. */
  protocol: string;
  /** 0 to 65535; the full range if the protocol has no ports. */
  from: number;
  to: number;
}

/** The other end of a permission: addresses, members of a security group, or a prefix list. */
export type Peer =
  | { kind: "cidr"; value: string }
  /** URN of a group of the stack, or the ID of another group. */
  | { kind: "group"; value: string }
  | { kind: "prefix list"; value: string };

/** One rule of a security group: this traffic, from or to this peer. */
export interface Permission {
  /** URN of the group. */
  group: string;
  direction: "ingress" | "egress";
  ports: Ports;
  peer: Peer;
}

/**
 * Everything that the security groups of a stack allow, in any of the three ways to write rules: a list in the group
 * itself, a SecurityGroupRule, or the newer separate rules for ingress and egress.
 */
export function permissionsOf(references: References): Permission[] {
  const inline = references.ofType(SECURITY_GROUPS).flatMap((group) =>
    (["ingress", "egress"] as const).flatMap((direction) =>
      // Only the inputs: the outputs also contain the rules that are separate resources.
      items(group.inputs[direction]).flatMap((rule) =>
        permissions(references, { group, holder: group, property: direction, rule, direction }),
      ),
    ),
  );
  const separate = references
    .ofType([SECURITY_GROUP_RULE, INGRESS_RULE, EGRESS_RULE])
    .flatMap((holder) => {
      const direction = directionOf(holder);
      const groups = references.referred(holder, "securityGroupId", SECURITY_GROUPS);
      return groups.flatMap((group) =>
        permissions(references, { group, holder, rule: holder.props, direction }),
      );
    });
  return [...inline, ...separate];
}

function directionOf({ type, props }: StackResource): Permission["direction"] {
  return type === EGRESS_RULE || (type === SECURITY_GROUP_RULE && props.type === "egress")
    ? "egress"
    : "ingress";
}

interface Written {
  group: StackResource;
  /** The resource in which the rule is written, and the property if it is inline. */
  holder: StackResource;
  property?: string;
  rule: Value;
  direction: Permission["direction"];
}

function permissions(references: References, written: Written): Permission[] {
  const { group, holder, rule, direction, property } = written;
  // Rules have the same properties in both directions.
  const read = ingressOf(rule, { urn: holder.urn, propertyDependencies: {} });
  const ports = portsOf(read);
  if (!ports) return [];
  // A separate rule has one peer, so every property but the group describes the peer.
  const properties = property
    ? [property]
    : Object.keys(holder.props).filter((name) => name !== "securityGroupId");
  return read.sources
    .flatMap((source) => peersOf(references, source, group, holder, properties))
    .map((peer) => ({ group: group.urn, direction, ports, peer }));
}

function peersOf(
  references: References,
  { kind, value }: Source,
  group: StackResource,
  holder: StackResource,
  properties: readonly string[],
): Peer[] {
  const resources = (types: readonly string[]) => [
    ...new Set(
      properties.flatMap((property) => references.referred(holder, property, types, value)),
    ),
  ];
  switch (kind) {
    case "cidr":
      return typeof value === "string" ? [{ kind, value }] : [];
    case "self":
      return [{ kind: "group", value: group.urn }];
    case "group": {
      const groups = resources(SECURITY_GROUPS);
      if (groups.length === 0 && typeof value === "string") return [{ kind, value }];
      return groups.map(({ urn }) => ({ kind, value: urn }));
    }
    case "prefix list": {
      const [list] = resources([PREFIX_LIST]);
      if (!list) return typeof value === "string" ? [{ kind, value }] : [];
      return [{ kind, value: titleOf(list) }];
    }
    case "nothing":
      return [];
  }
}

const protocols: Readonly<Record<string, string>> = {
  all: "-1",
  "6": "tcp",
  "17": "udp",
  "1": "icmp",
  "58": "icmpv6",
};

/** The ports of a rule; undefined if they are not known yet. */
function portsOf({ protocol, fromPort, toPort }: Ingress): Ports | undefined {
  if ([protocol, fromPort, toPort].includes(UNKNOWN)) return undefined;
  const lower = toText(protocol).toLowerCase();
  const name = protocols[lower] ?? lower;
  if (name !== "tcp" && name !== "udp") return { protocol: name, from: 0, to: 65_535 };
  return { protocol: name, from: toInteger(fromPort) ?? 0, to: toInteger(toPort) ?? 65_535 };
}

/** The traffic that both allow; undefined if there is none. */
export function commonPorts(one: Ports, other: Ports): Ports | undefined {
  if (one.protocol === "-1") return other;
  if (other.protocol === "-1") return one;
  if (one.protocol !== other.protocol) return undefined;
  const from = Math.max(one.from, other.from);
  const to = Math.min(one.to, other.to);
  return from <= to ? { protocol: one.protocol, from, to } : undefined;
}

/** `tcp 80`, `udp 1000-2000`, `all traffic`; several are sorted, without duplicates. */
export function portsText(ports: readonly Ports[]): string {
  if (ports.some(({ protocol }) => protocol === "-1")) return "all traffic";
  const sorted = [...ports].sort(
    (one, other) =>
      Number(one.protocol > other.protocol) - Number(one.protocol < other.protocol) ||
      one.from - other.from ||
      one.to - other.to,
  );
  const texts = sorted.map(({ protocol, from, to }) => {
    const name = /^\d+$/.test(protocol) ? `protocol ${protocol}` : protocol;
    if (from === 0 && to === 65_535) return name;
    return from === to ? `${name} ${from}` : `${name} ${from}-${to}`;
  });
  return [...new Set(texts)].join(", ");
}

/** Whether two blocks have an address in common; false if one of them is not valid. */
export function overlaps(one: string, other: string): boolean {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a !== undefined && b !== undefined && (contains(a, b) || contains(b, a));
}
