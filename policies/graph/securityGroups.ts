import type { PolicyResource } from "@pulumi/policy";
import { fieldsOf, propsOf } from "./inputs";
import { ofType } from "./references";
import {
  CLASSIC_LOAD_BALANCER,
  DEFAULT_SECURITY_GROUP,
  INGRESS_RULE,
  LOAD_BALANCERS,
  PREFIX_LIST,
  PREFIX_LIST_ENTRY,
  SECURITY_GROUP_RULE,
  SECURITY_GROUPS,
  SERVICE,
  TASK_SET,
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

/** Everything the graph is built from: a stack rule on it must list these types. */
export const GRAPH_TYPES: readonly string[] = [
  SERVICE,
  TASK_SET,
  ...LOAD_BALANCERS,
  CLASSIC_LOAD_BALANCER,
  ...SECURITY_GROUPS,
  SECURITY_GROUP_RULE,
  INGRESS_RULE,
  ...VPCS,
  ...VPC_CIDR_ASSOCIATIONS,
  PREFIX_LIST,
  PREFIX_LIST_ENTRY,
];

/** Who may send: one entry of one ingress rule. */
export interface Source {
  readonly kind: "cidr" | "group" | "prefix list" | "self" | "nothing";
  readonly value: Value;
  /** Resources behind an unknown value. */
  readonly dependencies: readonly PolicyResource[];
}

/** One ingress rule of a group, wherever it is written. */
export interface Ingress {
  /** The resource that holds it: the group, or the rule's own resource. */
  readonly urn: string;
  readonly protocol: Value;
  readonly fromPort: Value;
  readonly toPort: Value;
  readonly sources: readonly Source[];
}

/** A security group: one of the stack, or one known only by its id. */
export interface Group {
  /** Resource name in the program, or the id. */
  readonly name: string;
  readonly resource?: PolicyResource;
  readonly ingress: Ingress[];
}

/** What uses groups: a service, a task set or a load balancer. */
export interface GroupUser {
  readonly resource: PolicyResource;
  readonly groups: readonly Group[];
  /** Whether some group it uses cannot be told at preview. */
  readonly unresolved: boolean;
}

/** The security groups of a stack: who uses them and what they let in. */
export interface SecurityGroupGraph {
  readonly services: readonly GroupUser[];
  readonly loadBalancers: readonly GroupUser[];
  /** Ingress rules whose group cannot be told. */
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
 * @param holder The resource it is written in; `property` is where, if it is inline.
 */
export function ingressOf(
  rule: Value,
  holder: Pick<PolicyResource, "urn" | "propertyDependencies">,
  property?: string,
): Ingress {
  const { urn, propertyDependencies } = holder;
  if (rule === UNKNOWN) {
    const dependencies = propertyDependencies[property ?? ""] ?? [];
    const sources: Source[] = [{ kind: "nothing", value: UNKNOWN, dependencies }];
    return { urn, protocol: UNKNOWN, fromPort: UNKNOWN, toPort: UNKNOWN, sources };
  }
  const sources = SOURCE_PROPERTIES.flatMap(([name, kind]) =>
    items(field(rule, name))
      .filter((value) => !isAbsent(value))
      .map((value): Source => {
        const dependencies = propertyDependencies[property ?? name] ?? [];
        return { kind, value, dependencies };
      }),
  );
  const self = field(rule, "self");
  if (self === UNKNOWN || isTrue(self)) {
    sources.push({ kind: "self", value: self, dependencies: [] });
  }
  if (sources.length === 0) {
    sources.push({ kind: "nothing", value: undefined, dependencies: [] });
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

/** Whether a SecurityGroupRule may be an ingress rule (an unknown type may). */
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

  // Unknown at preview, so it equals no id that is known.
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
    const candidates = (resource.propertyDependencies[property] ?? [])
      .map((dependency) => stackGroups.get(dependency.urn))
      .filter((group) => group !== undefined && !groups.has(group));
    if (unknowns > 0) {
      candidates.forEach((group) => group && groups.add(group));
    }
    const unresolved = value === UNKNOWN || unknowns > candidates.length;
    return { resource, groups: [...groups], unresolved };
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
    if (target.unresolved) {
      orphans.push(ingress);
    }
  }

  const services = ofType(resources, [SERVICE, TASK_SET]).map((resource) => {
    const network = propsOf(resource).networkConfiguration;
    const value = field(network, "securityGroups");
    if (!isAbsent(network) && value !== UNKNOWN && items(value).length === 0) {
      // Without groups of its own, a service gets its VPC's default group.
      const defaults = ofType(resources, [DEFAULT_SECURITY_GROUP]);
      const groups = defaults.map((group) => stackGroups.get(group.urn)).filter((group) => !!group);
      return { resource, groups, unresolved: false };
    }
    return resolve(resource, "networkConfiguration", value);
  });
  const loadBalancers = ofType(resources, [...LOAD_BALANCERS, CLASSIC_LOAD_BALANCER]).map(
    (resource) => resolve(resource, "securityGroups", propsOf(resource).securityGroups),
  );
  return { services, loadBalancers, orphans };
}

/** How a rule's ports read in a message: `tcp 80`, `udp 1000-2000`, `all traffic`. */
export function portsText(ingress: Ingress): string {
  const protocol = toText(ingress.protocol);
  if (protocol === "-1" || protocol === "all") {
    return "all traffic";
  }
  const [from, to] = [toText(ingress.fromPort), toText(ingress.toPort)];
  return from === to ? `${protocol} ${from}` : `${protocol} ${from}-${to}`;
}

/**
 * Whether an ingress rule opens nothing but some TCP ports.
 *
 * @returns `undefined` if its ports are not known yet.
 */
export function opensOnlyPorts(ingress: Ingress, allowed: readonly number[]): boolean | undefined {
  const { protocol, fromPort, toPort } = ingress;
  if ([protocol, fromPort, toPort].includes(UNKNOWN)) {
    return undefined;
  }
  const [from, to] = [toInteger(fromPort), toInteger(toPort)];
  if (
    !["tcp", "6"].includes(toText(protocol).toLowerCase()) ||
    from === undefined ||
    to === undefined
  ) {
    return false;
  }
  // A range is longer than the list before it can hold a port that is not in it.
  const ports = Array.from({ length: Math.min(to - from, allowed.length) + 1 }, (_, i) => from + i);
  return from <= to && ports.every((port) => allowed.includes(port));
}
