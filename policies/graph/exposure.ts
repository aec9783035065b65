import type { PolicyResource } from "@pulumi/policy";

import { type Cidr, isWorldOpen } from "./cidr";
import { prefixListBlocks } from "./prefixLists";
import type { Ingress } from "./securityGroups";
import { toInteger, toText, UNKNOWN } from "./value";
import { knownBlocks } from "./vpcs";

/** The known blocks that a rule lets in, including those in the stack's prefix lists. */
export function blocksOf(
  { sources }: Ingress,
  resources: readonly PolicyResource[] = [],
): readonly Cidr[] {
  return knownBlocks(
    sources.flatMap((source) =>
      source.kind === "cidr"
        ? [source.value]
        : source.kind === "prefix list"
          ? (prefixListBlocks(source, resources) ?? [])
          : [],
    ),
  );
}

const isAll = ({ protocol }: Ingress): boolean => ["-1", "all"].includes(toText(protocol));

/** Whether two rules may open the same port; unknown ports may be any. */
function overlap(one: Ingress, other: Ingress): boolean {
  if ([one, other].some(isAll)) return true;
  if (one.protocol !== UNKNOWN && other.protocol !== UNKNOWN && one.protocol !== other.protocol) {
    return false;
  }
  const [from = 0, to = 65535] = [toInteger(one.fromPort), toInteger(one.toPort)];
  const [otherFrom = 0, otherTo = 65535] = [toInteger(other.fromPort), toInteger(other.toPort)];
  return from <= otherTo && otherFrom <= to;
}

/** Whether a rule lets in the internet on its own. */
export function isOpen(rule: Ingress, resources: readonly PolicyResource[] = []): boolean {
  return isWorldOpen(blocksOf(rule, resources));
}

/**
 * The rules of a group that let in the internet only together, or through a prefix list.
 *
 * @param rules the group's rules that open more than allowed.
 */
export function openTogether(
  rules: readonly Ingress[],
  resources: readonly PolicyResource[],
): readonly Ingress[] {
  const narrow = rules.filter((rule) => !isOpen(rule));
  const blocks = new Map(narrow.map((rule) => [rule, blocksOf(rule, resources)]));
  // Most groups have few rules with few blocks, and need no comparison of each pair.
  if (!isWorldOpen([...blocks.values()].flat())) return [];
  return narrow.filter((rule) => {
    const overlapping = narrow.filter((other) => overlap(rule, other));
    return isWorldOpen(overlapping.flatMap((other) => blocks.get(other) ?? []));
  });
}
