import type { PolicyResource } from "@pulumi/policy";
import { isCovered, parseCidr } from "./cidr";
import { fieldsOf } from "./inputs";
import { groupsBehind } from "./origins";
import { prefixListBlocks } from "./prefixLists";
import { ofType } from "./references";
import type { Group, Source } from "./securityGroups";
import { SECURITY_GROUPS } from "./tokens";
import { UNKNOWN, type Value } from "./value";
import { type VpcReference, Vpcs } from "./vpcs";

/** What the configuration says about resources outside the stack. */
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

/** Tells whether sources of ingress rules lie inside the VPC of the group that they open. */
export interface VpcScope {
  /**
   * Why the source is not known to lie inside the group's VPC; undefined if it does. For a group in several VPCs, the one
   * that `tasks` run in counts, or all of them if that is not known.
   */
  doubt(source: Source, group: Group, tasks?: PolicyResource): Doubt | undefined;
}

const outside = (text: string): Doubt => ({ text, unknown: false });
const unknown = (text: string): Doubt => ({ text, unknown: true });

/** Creates the scope of a stack. */
export function vpcScope(
  resources: readonly PolicyResource[],
  settings: NetworkSettings,
): VpcScope {
  const groups = ofType(resources, SECURITY_GROUPS);
  const vpcs = new Vpcs(resources, settings.vpcCidrBlocks);

  const placesOf = (group: Group, tasks?: PolicyResource): readonly VpcReference[] => {
    if (!group.resource) return [{ key: UNKNOWN }];
    const places = vpcs.placesOf(group.resource);
    const own = places.length > 1 && tasks && vpcs.placeOfTasks(tasks);
    const used = places.filter(({ key }) => own && key === own.key);
    return used.length > 0 ? used : places;
  };

  const doubtCidr = (value: Value, place: VpcReference, source?: Source): Doubt | undefined => {
    if (typeof value !== "string") {
      // A block that comes from the VPC itself, such as one that AWS assigned, lies inside it.
      const origins = source?.dependencies ?? [];
      const isOwn = origins.some((origin) => vpcs.isPart(origin, place)) && !source?.foreign;
      return isOwn ? undefined : unknown("a CIDR block that");
    }
    const blocks = vpcs.blocksOf(place);
    const block = parseCidr(value);
    if (block && isCovered(block, blocks)) {
      return undefined;
    }
    const names = new Set(blocks.map(({ address, prefix }) => `${address.toString()}/${prefix}`));
    if (!block) return outside(`${value}, which is not a CIDR block`);
    if (names.size > 0) {
      return outside(`${value}, which is not inside the VPC's ${[...names].join(", ")}`);
    }
    const isElsewhere = typeof place.key === "string" && !place.vpc;
    const vpc = isElsewhere
      ? `the VPC ${place.key}, which is not in the stack: name its blocks in vpcCidrBlocks`
      : "its VPC, whose blocks are not known";
    return outside(`${value}, which is not known to be inside ${vpc}`);
  };

  const doubtGroup = (source: Source, place: VpcReference): Doubt | undefined => {
    const { value } = source;
    if (typeof value === "string" && settings.trustedSecurityGroupIds.includes(value)) {
      return undefined;
    }
    const referenced =
      typeof value === "string"
        ? groups.filter((resource) => fieldsOf(resource.props).id === value)
        : source.foreign
          ? []
          : groupsBehind(source.dependencies, resources);
    if (referenced.length === 0) {
      return typeof value === "string"
        ? outside(`the security group ${value}, which is neither in the stack nor trusted`)
        : unknown("a security group that does not come from the stack and");
    }
    const isHere = (other: PolicyResource): boolean =>
      place.key !== UNKNOWN && vpcs.placesOf(other).some(({ key }) => key === place.key);
    const stranger = referenced.find((other) => !isHere(other));
    return stranger && outside(`the security group ${stranger.name}, which is not in its VPC`);
  };

  const doubtPrefixList = (source: Source, place: VpcReference): Doubt | undefined => {
    const { value } = source;
    if (typeof value === "string" && settings.trustedPrefixListIds.includes(value)) {
      return undefined;
    }
    const cidrs = prefixListBlocks(source, resources);
    if (!cidrs) {
      return typeof value === "string"
        ? outside(`the prefix list ${value}, which is neither in the stack nor trusted`)
        : unknown("a prefix list that does not come from the stack and");
    }
    return cidrs.map((cidr) => doubtCidr(cidr, place)).find((doubt) => doubt !== undefined);
  };

  const doubtIn = (source: Source, place: VpcReference): Doubt | undefined => {
    switch (source.kind) {
      case "cidr":
        return doubtCidr(source.value, place, source);
      case "group":
        return doubtGroup(source, place);
      case "prefix list":
        return doubtPrefixList(source, place);
      case "self":
        return undefined;
      case "nothing":
        return source.value === UNKNOWN
          ? unknown("a source that")
          : outside("an ingress rule that names no source");
    }
  };

  return {
    doubt(source, group, tasks) {
      return placesOf(group, tasks)
        .map((place) => doubtIn(source, place))
        .find((doubt) => doubt !== undefined);
    },
  };
}
