import type { PolicyResource } from "@pulumi/policy";
import { type Cidr, isCovered, isVpcBlock, parseCidr } from "./cidr";
import { fieldsOf, propsOf } from "./inputs";
import { ofType, referred } from "./references";
import { type Group, GRAPH_TYPES, type Source } from "./securityGroups";
import {
  PREFIX_LIST,
  PREFIX_LIST_ENTRY,
  SECURITY_GROUPS,
  VPC_CIDR_ASSOCIATIONS,
  VPCS,
} from "./tokens";
import { field, items, UNKNOWN, type Value } from "./value";

/** What the configuration says about things the stack does not contain. */
export interface NetworkSettings {
  /** Groups outside the stack that may be used, e.g. `sg-0123`. */
  readonly trustedSecurityGroupIds: readonly string[];
  /** Prefix lists outside the stack whose entries lie in the VPC, e.g. `pl-0123`. */
  readonly trustedPrefixListIds: readonly string[];
  /** The VPC's blocks, for groups whose VPC is not in the stack, e.g. `10.0.0.0/16`. */
  readonly vpcCidrBlocks: readonly string[];
}

const idList = (description: string) => ({
  type: "array" as const,
  items: { type: "string" as const },
  default: [],
  description,
});

/** The configuration properties behind {@link NetworkSettings}. */
export const NETWORK_SETTINGS_SCHEMA = {
  trustedSecurityGroupIds: idList("Security groups outside the stack that may be used."),
  trustedPrefixListIds: idList("Prefix lists outside the stack that lie inside the VPC."),
  vpcCidrBlocks: idList("CIDR blocks of the VPC, for groups whose VPC is not in the stack."),
};

/** Why a source is not known to lie inside a VPC. */
export interface Doubt {
  readonly text: string;
  /** Whether the update may still settle it. */
  readonly unknown: boolean;
}

/** Answers whether sources of ingress rules lie inside the VPC of the group they open. */
export interface VpcScope {
  /** Nothing if the source lies inside the group's VPC, else why not. */
  doubt(source: Source, group: Group): Doubt | undefined;
}

const outside = (text: string): Doubt => ({ text, unknown: false });
const unknown = (text: string): Doubt => ({ text, unknown: true });

const knownBlocks = (values: readonly Value[]): readonly Cidr[] =>
  values
    .map((value) => (typeof value === "string" ? parseCidr(value) : undefined))
    .filter((block) => block !== undefined);

/** Makes the scope for a stack. */
export function vpcScope(
  resources: readonly PolicyResource[],
  settings: NetworkSettings,
): VpcScope {
  const groups = new Map(ofType(resources, SECURITY_GROUPS).map((group) => [group.urn, group]));

  const vpcOf = (group: PolicyResource): PolicyResource | undefined => {
    const found = referred(group, "vpcId", VPCS, resources);
    return found.length === 1 ? found[0] : undefined;
  };

  // What tells one VPC from another: its resource or its id; neither means the default VPC.
  const vpcKey = (group: PolicyResource): Value => vpcOf(group)?.urn ?? propsOf(group).vpcId;

  const blocksOf = (group: Group): readonly Cidr[] => {
    const vpc = group.resource && vpcOf(group.resource);
    if (!vpc) {
      return knownBlocks(settings.vpcCidrBlocks).filter(isVpcBlock);
    }
    const associations = ofType(resources, VPC_CIDR_ASSOCIATIONS).filter((association) =>
      referred(association, "vpcId", VPCS, resources).includes(vpc),
    );
    return knownBlocks(
      [vpc, ...associations].flatMap((resource) =>
        [propsOf(resource), fieldsOf(resource.props)].flatMap((props) => [
          props.cidrBlock,
          props.ipv6CidrBlock,
        ]),
      ),
    ).filter(isVpcBlock);
  };

  const doubtCidr = (value: Value, group: Group): Doubt | undefined => {
    if (typeof value !== "string") {
      return unknown("a CIDR block that");
    }
    const blocks = blocksOf(group);
    const block = parseCidr(value);
    if (block && isCovered(block, blocks)) {
      return undefined;
    }
    const names = new Set(blocks.map(({ address, prefix }) => `${address.toString()}/${prefix}`));
    const vpc =
      names.size > 0 ? `the VPC's ${[...names].join(", ")}` : "a VPC whose CIDR is not known";
    return outside(
      block ? `${value}, which is not inside ${vpc}` : `${value}, which is no CIDR block`,
    );
  };

  // Preview knows no ids. An unknown one is taken for the resource it comes from, provided that
  // everything it may come from is part of the graph.
  const behind = (source: Source, types: readonly string[]): readonly PolicyResource[] =>
    source.dependencies.every(({ type }) => GRAPH_TYPES.includes(type))
      ? ofType(source.dependencies, types)
      : [];

  const doubtGroup = (source: Source, group: Group): Doubt | undefined => {
    const { value } = source;
    if (typeof value === "string" && settings.trustedSecurityGroupIds.includes(value)) {
      return undefined;
    }
    const named = [...groups.values()].filter(
      (resource) => typeof value === "string" && fieldsOf(resource.props).id === value,
    );
    const referenced = typeof value === "string" ? named : behind(source, SECURITY_GROUPS);
    if (referenced.length === 0) {
      return typeof value === "string"
        ? outside(`the security group ${value}, which is neither in the stack nor trusted`)
        : unknown("a security group that does not come from the stack and");
    }
    const own = group.resource ? vpcKey(group.resource) : UNKNOWN;
    const stranger = referenced.find((other) => own === UNKNOWN || vpcKey(other) !== own);
    return stranger && outside(`the security group ${stranger.name}, which is not in its VPC`);
  };

  const doubtPrefixList = (source: Source, group: Group): Doubt | undefined => {
    const { value } = source;
    if (typeof value === "string" && settings.trustedPrefixListIds.includes(value)) {
      return undefined;
    }
    const lists =
      typeof value === "string"
        ? ofType(resources, [PREFIX_LIST]).filter((list) => fieldsOf(list.props).id === value)
        : behind(source, [PREFIX_LIST]);
    if (lists.length === 0) {
      return typeof value === "string"
        ? outside(`the prefix list ${value}, which is neither in the stack nor trusted`)
        : unknown("a prefix list that does not come from the stack and");
    }
    const added = ofType(resources, [PREFIX_LIST_ENTRY]).filter((entry) =>
      referred(entry, "prefixListId", [PREFIX_LIST], resources).some((list) =>
        lists.includes(list),
      ),
    );
    const cidrs = [
      ...lists.flatMap((list) => items(propsOf(list).entries).map((entry) => field(entry, "cidr"))),
      ...added.map((entry) => propsOf(entry).cidr),
    ];
    return cidrs.map((cidr) => doubtCidr(cidr, group)).find((doubt) => doubt !== undefined);
  };

  return {
    doubt(source, group) {
      switch (source.kind) {
        case "cidr":
          return doubtCidr(source.value, group);
        case "group":
          return doubtGroup(source, group);
        case "prefix list":
          return doubtPrefixList(source, group);
        case "self":
          return undefined;
        case "nothing":
          return source.value === UNKNOWN
            ? unknown("a source that")
            : outside("an ingress rule that names no source");
      }
    },
  };
}
