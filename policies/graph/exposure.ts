import type { PolicyResource } from "@pulumi/policy";

import { type Cidr, isWorldOpen } from "./cidr";
import { prefixListBlocks } from "./prefixLists";
import type { Ingress } from "./securityGroups";
import { toInteger, toText, UNKNOWN } from "./value";
import { knownBlocks } from "./vpcs";

/** The blocks that a rule lets in, also by prefix lists of the stack, as far as they are known. */
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

/** Whether two rules open a port in common; what is not known may be any. */
function overlap(one: Ingress, other: Ingress): boolean {
  if ([one, other].some(isAll)) return true;
  if (one.protocol !== UNKNOWN && other.protocol !== UNKNOWN && one.protocol !== other.protocol) {
    return false;
  }
  const [from = 0, to = 65535] = [toInteger(one.fromPort), toInteger(one.toPort)];
  const [otherFrom = 0, otherTo = 65535] = [toInteger(other.fromPort), toInteger(other.toPort)];
  return from <= otherTo && otherFrom <= to;
}

/** Whether a rule lets in the internet by its own blocks. */
export function isOpen(rule: Ingress, resources: readonly PolicyResource[] = []): boolean {
  return isWorldOpen(blocksOf(rule, resources));
}

/**
 * The rules of a group that only together, or by a prefix list, let in the internet: none does by its own blocks.
 *
 * @param rules those that open more than they may.
 */
export function openTogether(
  rules: readonly Ingress[],
  resources: readonly PolicyResource[],
): readonly Ingress[] {
  const narrow = rules.filter((rule) => !isOpen(rule));
  const blocks = new Map(narrow.map((rule) => [rule, blocksOf(rule, resources)]));
  // Most groups have few rules with few blocks: then nothing needs to be compared.
  if (!isWorldOpen([...blocks.values()].flat())) return [];
  return narrow.filter((rule) => {
    const beside = narrow.filter((other) => overlap(rule, other));
    return isWorldOpen(beside.flatMap((other) => blocks.get(other) ?? []));
  });
}
