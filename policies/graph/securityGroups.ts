import type { PolicyResource } from "@pulumi/policy";
import { fieldsOf, propsOf } from "./inputs";
import { groupsBehind, mayBeForeign } from "./origins";
import { ofType, originsOf } from "./references";
import {
  CLASSIC_LOAD_BALANCER,
  DEFAULT_SECURITY_GROUP,
  GROUP_VPC_ASSOCIATION,
  INGRESS_RULE,
  LOAD_BALANCERS,
  PREFIX_LIST,
  PREFIX_LIST_ENTRY,
  SECURITY_GROUP_RULE,
  SECURITY_GROUPS,
  SUBNET,
  TASK_RUNNERS,
  VPC_CIDR_ASSOCIATIONS,
  VPCS,
} from "./tokens";
import {
  field,
  type Fields,
  isAbsent,
  isTrue,
  items,
  toInteger,
  toText,
  UNKNOWN,
  type Value,
} from "./value";

/** The types that the graph is built from; a stack rule that uses it must list them. */
export const GRAPH_TYPES: readonly string[] = [
  ...TASK_RUNNERS,
  ...LOAD_BALANCERS,
  CLASSIC_LOAD_BALANCER,
  ...SECURITY_GROUPS,
  SECURITY_GROUP_RULE,
  INGRESS_RULE,
  ...VPCS,
  ...VPC_CIDR_ASSOCIATIONS,
  GROUP_VPC_ASSOCIATION,
  SUBNET,
  PREFIX_LIST,
  PREFIX_LIST_ENTRY,
];

/** One source that an ingress rule lets in. */
export interface Source {
  readonly kind: "cidr" | "group" | "prefix list" | "self" | "nothing";
  readonly value: Value;
  /** The resources that an unknown value comes from. */
  readonly dependencies: readonly PolicyResource[];
  /** Whether it may come from outside the stack. */
  readonly foreign: boolean;
}

/** One ingress rule of a group, whether written in the group or as a resource. */
export interface Ingress {
  /** The resource that contains it: the group, or the rule's own resource. */
  readonly urn: string;
  readonly protocol: Value;
  readonly fromPort: Value;
  readonly toPort: Value;
  readonly sources: readonly Source[];
}

/** A security group of the stack, or one known only by its id. */
export interface Group {
  /** Resource name in the program, or the id. */
  readonly name: string;
  readonly resource?: PolicyResource;
  readonly ingress: Ingress[];
}

/** Something that uses security groups: a service, a task set or a load balancer. */
export interface GroupUser {
  readonly resource: PolicyResource;
  readonly groups: readonly Group[];
  /** Whether it uses a group that cannot be determined at preview. */
  readonly unresolved: boolean;
  /** Whether the whole list, which comes from groups of the stack, is unknown until the update. */
  readonly later: boolean;
}

/** The security groups of a stack: who uses them and what they let in. */
export interface SecurityGroupGraph {
  readonly services: readonly GroupUser[];
  readonly loadBalancers: readonly GroupUser[];
  /** Every group of the stack, and every group known by its id that the stack uses or opens. */
  readonly groups: readonly Group[];
  /** Ingress rules whose group cannot be determined. */
  readonly orphans: readonly Ingress[];
}

const SOURCE_PROPERTIES: readonly [string, Source["kind"]][] = [
  ["cidrBlocks", "cidr"],
  ["ipv6CidrBlocks", "cidr"],
  ["cidrIpv4", "cidr"],
  ["cidrIpv6", "cidr"],
  ["securityGroups", "group"],
  ["sourceSecurityGroupId", "group"],
  ["referencedSecurityGroupId", "group"],
  ["prefixListIds", "prefix list"],
  ["prefixListId", "prefix list"],
];

/**
 * Reads one ingress rule, from an inline entry, a SecurityGroupRule or a SecurityGroupIngressRule.
 *
 * @param holder The resource it is written in.
 * @param property Where it is written, if inline.
 */
export function ingressOf(
  rule: Value,
  holder: Pick<PolicyResource, "urn" | "propertyDependencies">,
  property?: string,
): Ingress {
  const { urn, propertyDependencies } = holder;
  if (rule === UNKNOWN) {
    const dependencies = propertyDependencies[property ?? ""] ?? [];
    const sources: Source[] = [{ kind: "nothing", value: UNKNOWN, dependencies, foreign: true }];
    return { urn, protocol: UNKNOWN, fromPort: UNKNOWN, toPort: UNKNOWN, sources };
  }
  const sources = SOURCE_PROPERTIES.flatMap(([name, kind]) =>
    items(field(rule, name))
      .filter((value) => !isAbsent(value))
      .map((value): Source => {
        const dependencies = originsOf({ propertyDependencies }, property ?? name);
        const foreign = mayBeForeign(dependencies, rule);
        return { kind, value, dependencies, foreign };
      }),
  );
  const self = field(rule, "self");
  if (self === UNKNOWN || isTrue(self)) {
    sources.push({ kind: "self", value: self, dependencies: [], foreign: false });
  }
  if (sources.length === 0) {
    sources.push({ kind: "nothing", value: undefined, dependencies: [], foreign: false });
  }
  const protocol = field(rule, "protocol") ?? field(rule, "ipProtocol");
  return {
    urn,
    protocol,
    fromPort: field(rule, "fromPort"),
    toPort: field(rule, "toPort"),
    sources,
  };
}

/** Whether a SecurityGroupRule may be an ingress rule; one of unknown type may be. */
export function mayBeIngress(props: Fields): boolean {
  return props.type !== "egress";
}

/** Builds the graph of a stack. Ids are unknown at preview, so it follows `propertyDependencies`. */
export function securityGroupGraph(resources: readonly PolicyResource[]): SecurityGroupGraph {
  const stackGroups = new Map(
    ofType(resources, SECURITY_GROUPS).map((resource): [string, Group] => [
      resource.urn,
      {
        name: resource.name,
        resource,
        ingress: items(propsOf(resource).ingress).map((rule) =>
          ingressOf(rule, resource, "ingress"),
        ),
      },
    ]),
  );
  const otherGroups = new Map<string, Group>();

  // An id that is unknown at preview equals no known one.
  const idOf = ({ resource }: Group) => field(resource && fieldsOf(resource.props), "id");
  const groupById = (id: string): Group => {
    const known = [...stackGroups.values()].find((group) => idOf(group) === id);
    const group = known ?? otherGroups.get(id) ?? { name: id, ingress: [] };
    otherGroups.set(id, group);
    return group;
  };

  const resolve = (resource: PolicyResource, property: string, value: Value): GroupUser => {
    const ids = items(value).filter((id) => !isAbsent(id));
    const groups = new Set(ids.filter((id) => typeof id === "string").map(groupById));
    const unknowns = ids.filter((id) => typeof id !== "string").length;
    const origins = originsOf(resource, property);
    const candidates = groupsBehind(origins, resources)
      .map(({ urn }) => stackGroups.get(urn))
      .filter((group) => group !== undefined)
      .filter((group) => !groups.has(group));
    if (unknowns > 0) {
      candidates.forEach((group) => groups.add(group));
    }
    const later = value === UNKNOWN && candidates.length > 0;
    const missing = later ? 0 : unknowns - new Set(candidates).size;
    const foreign = unknowns > 0 && mayBeForeign(origins, propsOf(resource)[property]);
    return { resource, groups: [...groups], unresolved: missing > 0 || foreign, later };
  };

  const orphans: Ingress[] = [];
  for (const resource of ofType(resources, [SECURITY_GROUP_RULE, INGRESS_RULE])) {
    const props = propsOf(resource);
    if (resource.type === SECURITY_GROUP_RULE && !mayBeIngress(props)) {
      continue;
    }
    // One id, so a list of one: an unknown id is resolved by the group it comes from.
    const target = resolve(resource, "securityGroupId", [props.securityGroupId]);
    const ingress = ingressOf(props, resource);
    target.groups.forEach((group) => group.ingress.push(ingress));
    if (target.unresolved && opensDefaultGroup(resource, resources)) {
      const defaults = ofType(resources, [DEFAULT_SECURITY_GROUP]);
      defaults.forEach(({ urn }) => stackGroups.get(urn)?.ingress.push(ingress));
    } else if (target.unresolved) {
      orphans.push(ingress);
    }
  }

  const services = ofType(resources, TASK_RUNNERS).map((resource) => {
    const network = propsOf(resource).networkConfiguration;
    const value = field(network, "securityGroups");
    if (!isAbsent(network) && value !== UNKNOWN && items(value).length === 0) {
      // A service without groups gets its VPC's default group.
      const defaults = ofType(resources, [DEFAULT_SECURITY_GROUP]);
      const groups = defaults.map((group) => stackGroups.get(group.urn)).filter((group) => !!group);
      return { resource, groups, unresolved: false, later: false };
    }
    return resolve(resource, "networkConfiguration", value);
  });
  const loadBalancers = ofType(resources, [...LOAD_BALANCERS, CLASSIC_LOAD_BALANCER]).map(
    (resource) => resolve(resource, "securityGroups", propsOf(resource).securityGroups),
  );
  const groups = [...new Set([...stackGroups.values(), ...otherGroups.values()])];
  return { services, loadBalancers, groups, orphans };
}

/** Whether the group that a rule opens is the default one of a VPC, the only group among a VPC's outputs. */
function opensDefaultGroup(rule: PolicyResource, resources: readonly PolicyResource[]): boolean {
  const origins = originsOf(rule, "securityGroupId");
  const groups = groupsBehind(origins, resources);
  return (
    groups.length === 0 && origins.length > 0 && origins.every(({ type }) => VPCS.includes(type))
  );
}

/** A rule's ports for a message: `tcp 80`, `udp 1000-2000`, `all traffic`. */
export function portsText(ingress: Ingress): string {
  const protocol = toText(ingress.protocol);
  if (protocol === "-1" || protocol === "all") {
    return "all traffic";
  }
  if (ingress.protocol === UNKNOWN) return "traffic";
  if ([ingress.fromPort, ingress.toPort].includes(UNKNOWN)) return `${protocol} traffic`;
  const [from, to] = [toText(ingress.fromPort), toText(ingress.toPort)];
  if (protocol.startsWith("icmp")) {
    return from === "-1" ? protocol : `${protocol} type ${from}${to === "-1" ? "" : ` code ${to}`}`;
  }
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
}

/**
 * Messages that tell a sender that its packets are too large, which are safe to accept from anyone: ICMP "fragmentation
 * needed" and ICMPv6 "packet too big", as protocol, type and code.
 * Source: Amazon EC2 User Guide, "Path MTU Discovery".
 */
const PATH_MTU = ["icmp 3 4", "1 3 4", "icmpv6 2 0", "icmpv6 2 -1", "58 2 0", "58 2 -1"];

/**
 * Whether an ingress rule opens only allowed TCP ports, or path MTU discovery.
 *
 * @returns `undefined` if its ports are not known yet.
 */
export function opensOnlyPorts(ingress: Ingress, allowed: readonly number[]): boolean | undefined {
  const { protocol, fromPort, toPort } = ingress;
  if ([protocol, fromPort, toPort].includes(UNKNOWN)) {
    return undefined;
  }
  const [from, to] = [toInteger(fromPort), toInteger(toPort)];
  if (PATH_MTU.includes(`${toText(protocol).toLowerCase()} ${String(from)} ${String(to)}`)) {
    return true;
  }
  if (
    !["tcp", "6"].includes(toText(protocol).toLowerCase()) ||
    from === undefined ||
    to === undefined
  ) {
    return false;
  }
  // One port more than the list has is enough to find one that is not allowed.
  const ports = Array.from({ length: Math.min(to - from, allowed.length) + 1 }, (_, i) => from + i);
  return from <= to && ports.every((port) => allowed.includes(port));
}
