import type { PolicyResource } from "@pulumi/policy";

import { fieldsOf, propsOf } from "./inputs";
import { ofType, referred, within } from "./references";
import type { Source } from "./securityGroups";
import { PREFIX_LIST, PREFIX_LIST_ENTRY } from "./tokens";
import { field, items, type Value } from "./value";

/**
 * The blocks in the stack's prefix lists that a source names.
 *
 * @returns undefined if the list is or may be from outside the stack
 */
export function prefixListBlocks(
  { value, dependencies, foreign }: Source,
  resources: readonly PolicyResource[],
): readonly Value[] | undefined {
  const all = ofType(resources, [PREFIX_LIST]);
  const behind = foreign ? [] : within(dependencies, [PREFIX_LIST], resources);
  const lists =
    typeof value === "string" ? all.filter((list) => fieldsOf(list.props).id === value) : behind;
  if (lists.length === 0) return undefined;
  const added = ofType(resources, [PREFIX_LIST_ENTRY]).filter((entry) =>
    referred(entry, "prefixListId", [PREFIX_LIST], resources).some((list) => lists.includes(list)),
  );
  return [
    ...lists.flatMap((list) => items(propsOf(list).entries).map((entry) => field(entry, "cidr"))),
    ...added.map((entry) => propsOf(entry).cidr),
  ];
}
