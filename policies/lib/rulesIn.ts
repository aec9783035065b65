import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import type { Rule } from "./rule";

/** A rule's file. Its name has one dot, which excludes declarations and tests. */
const RULE_FILE = /^([^.]+)\.[cm]?[jt]s$/;

/** These report on the others, so they come after them. */
const LAST = ["policy-values-known", "policy-exemptions-current"];

/**
 * Loads every rule in a folder: the default export of each file. The folder is read at each start, not when the pack is
 * built, so rules are found the same way as TypeScript in a checkout and as JavaScript in `node_modules`, and there is no
 * list of imports to maintain.
 *
 * @param path of the folder, relative to the working directory, which is the pack's folder; its `index` is not a rule.
 * @throws Error that names every file without a rule, or with a rule of another name, since a rule that is not loaded
 *   protects nothing.
 */
export function rulesIn(path: string): readonly Rule[] {
  const folder = resolve(path);
  const load = createRequire(join(folder, "index.js"));
  const found = [...filesIn(folder)].map(([name, file]) => ({
    name,
    rule: defaultOf(load(join(folder, file))),
  }));
  const wrong = found.flatMap(({ name, rule }) => problemOf(name, rule));
  if (wrong.length > 0) throw new Error([`${folder}:`, ...wrong].join("\n  - "));
  return inOrder(found.map(({ rule }) => rule as Rule));
}

/** Required rules first, then by name; those that report on the others last. */
export function inOrder(rules: readonly Rule[]): readonly Rule[] {
  const place = ({ name, metadata }: Rule): number =>
    metadata.required === true ? -2 : LAST.includes(name) ? LAST.indexOf(name) : -1;
  return [...rules].sort((a, b) => place(a) - place(b) || (a.name < b.name ? -1 : 1));
}

/** Files by rule name. If a rule exists both as source and compiled, the one with this file's extension is taken. */
function filesIn(folder: string): ReadonlyMap<string, string> {
  const isLast = (file: string): number => (extname(file) === extname(__filename) ? 1 : 0);
  const files = readdirSync(folder).sort((a, b) => isLast(a) - isLast(b));
  const named = files.map((file) => [RULE_FILE.exec(file)?.[1] ?? "index", file] as const);
  return new Map(named.filter(([name]) => name !== "index"));
}

function defaultOf(module: unknown): Partial<Rule> | undefined {
  return (module as { default?: Partial<Rule> } | undefined)?.default;
}

function problemOf(file: string, rule: Partial<Rule> | undefined): readonly string[] {
  if (rule?.metadata === undefined)
    return [`${file} exports no rule: its default export must be made by makeRule`];
  const { name } = rule.metadata;
  return name === file
    ? []
    : [`${file} has the rule "${name}": a file must be named after its rule`];
}
