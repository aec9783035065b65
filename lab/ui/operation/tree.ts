import colors from "picocolors";

import type { Change, ChangedResource } from "./changes";
import type { PropertyDifference } from "./differences";

/** At least this many resources of one type in one component with the same change are shown as one line. */
const foldFrom = 3;

/** Maximum number of differences shown for a resource, or for several with the same change. */
const differencesTold = 12;

/**
 * A component with its changes, including those in nested components. Resources are shown below their nearest
 * component, since parents among provider resources tell a reader nothing.
 */
interface Branch {
  resource?: ChangedResource;
  branches: Branch[];
  leaves: ChangedResource[];
}

/** The changes as a tree by component, without anything unchanged. */
export function treeLines(resources: readonly ChangedResource[]): string[] {
  return linesOf(toTree(resources), 1);
}

function toTree(resources: readonly ChangedResource[]): Branch {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const root: Branch = { branches: [], leaves: [] };
  const branches = new Map<string, Branch>();
  const branchOf = (resource: ChangedResource | undefined): Branch => {
    if (resource === undefined) return root;
    if (!resource.isComponent) return above(resource);
    const known = branches.get(resource.urn);
    if (known) return known;
    const made: Branch = { resource, branches: [], leaves: [] };
    branches.set(resource.urn, made);
    above(resource).branches.push(made);
    return made;
  };
  const above = ({ parent = "" }: ChangedResource) => branchOf(byUrn.get(parent));
  for (const resource of resources) {
    if (resource.change === "same") continue;
    if (resource.isComponent) branchOf(resource);
    else above(resource).leaves.push(resource);
  }
  return root;
}

function linesOf({ branches, leaves }: Branch, depth: number): string[] {
  return [
    ...groups(leaves).flatMap((alike) => groupLines(alike, depth)),
    ...branches.flatMap((branch) => [
      ...(branch.resource ? resourceLines(branch.resource, depth) : []),
      ...linesOf(branch, depth + 1),
    ]),
  ];
}

/** Groups of resources that are shown together, in the order of each group's first. */
function groups(resources: readonly ChangedResource[]): ChangedResource[][] {
  const alike = new Map<string, ChangedResource[]>();
  for (const resource of resources) {
    const { type, change, differences } = resource;
    const key = JSON.stringify([type, change, differences]);
    alike.set(key, [...(alike.get(key) ?? []), resource]);
  }
  return [...alike.values()].flatMap((group) =>
    group.length < foldFrom ? group.map((one) => [one]) : [group],
  );
}

function groupLines(group: readonly ChangedResource[], depth: number): string[] {
  const [first, last] = [group[0], group.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (group.length === 1) return resourceLines(first, depth);
  const names = `${first.name} … ${last.name}`;
  return describeChanged(
    first,
    depth,
    `${first.type} ${colors.bold(`${group.length} times`)}: ${names}`,
  );
}

function resourceLines(resource: ChangedResource, depth: number): string[] {
  return describeChanged(resource, depth, `${resource.type} ${colors.bold(resource.name)}`);
}

/** A line for the change, followed by its only difference, or by one line per difference. */
function describeChanged(
  { change, differences }: ChangedResource,
  depth: number,
  what: string,
): string[] {
  const indent = "  ".repeat(depth);
  const head = `${indent}${signs[change]} ${what}`;
  // For a created or deleted resource, every property differs, so none is shown.
  if (change === "create" || change === "delete") return [head];
  const replaced = change === "replace" ? " is replaced" : "";
  const [only] = differences;
  if (only && differences.length === 1) return [`${head}${replaced}, ${describe(only)}`];
  const more = differences.length - differencesTold;
  return [
    `${head}${replaced}`,
    ...differences.slice(0, differencesTold).map((one) => `${indent}    ${describe(one)}`),
    ...(more > 0 ? [`${indent}    and ${more} more`] : []),
  ];
}

function describe({ path, from, to, replaces }: PropertyDifference): string {
  const why = replaces ? " (this replaces it)" : "";
  if (from === undefined) return `${path}: set to ${to ?? "another value"}${why}`;
  return to === undefined ? `${path}: no more ${from}${why}` : `${path}: ${from} => ${to}${why}`;
}

const signs: Readonly<Record<Change, string>> = {
  create: colors.green("+"),
  update: colors.yellow("~"),
  replace: colors.magenta("±"),
  delete: colors.red("-"),
  read: colors.cyan(">"),
  import: colors.cyan("="),
  same: " ",
};

const words: Readonly<Record<string, string>> = {
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  read: "read",
  import: "import",
};

/**
 * What an operation does, in one line: `1 to update, 51 unchanged`, or afterwards `1 updated, 51 unchanged`.
 *
 * @param changes number of resources by kind of change, from the engine's summary.
 */
export function summaryOf(changes: Partial<Record<string, number>>, isPreview: boolean): string {
  const { same = 0, ...others } = changes;
  const parts = Object.entries(others)
    .filter(([, count = 0]) => count > 0)
    .map(([change, count = 0]) => {
      const word = words[change] ?? change;
      if (isPreview) return `${count} to ${word}`;
      return `${count} ${word.endsWith("e") ? `${word}d` : word === "read" ? "read" : `${word}ed`}`;
    });
  if (same > 0 || parts.length === 0) parts.push(`${same} unchanged`);
  return parts.join(", ");
}
