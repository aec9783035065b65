import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rules } from "../../../policies/rules";
import type { Cases } from "./case";

const load = createRequire(__filename);
const files = new Set(readdirSync(__dirname).map((file) => file.replace(/\.ts$/, "")));

/** The rules without examples, which are about other rules and have tests of their own. */
export const withoutCases = rules.filter(({ name }) => !files.has(name)).map(({ name }) => name);

/** The examples of every rule that has some, in the pack's order; a file is named after its rule. */
export const allCases: readonly Cases[] = rules
  .filter(({ name }) => files.has(name))
  .map(({ name }) => (load(join(__dirname, name)) as { default: Cases }).default);
