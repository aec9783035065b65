import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as ts from "typescript";

// Forces every condition of the rules to true and to false, one at a time, in a copy of the pack, and
// demands that a test notices. What survives is a condition that no example needs.

const ROOT = join(__dirname, "..");
const TESTS = ["rules", "remediation", "exemptions", "properties"].map(
  (name) => `tests/policies/${name}.test.ts`,
);
/** Helpers that hold a part of the tutorial's rules. */
const HELPERS = [
  "lib/containers.ts",
  "graph/references.ts",
  "graph/securityGroups.ts",
  "graph/vpcScope.ts",
];

interface Mutant {
  /** Path below `policies/`. */
  readonly file: string;
  readonly line: number;
  readonly condition: string;
  readonly forced: boolean;
  readonly text: string;
}

function mutantsOf(file: string): readonly Mutant[] {
  const text = readFileSync(join(__dirname, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const conditions: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIfStatement(node)) {
      conditions.push(node.expression);
    } else if (ts.isConditionalExpression(node)) {
      conditions.push(node.condition);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return conditions.flatMap((condition) => {
    const [start, end] = [condition.getStart(source), condition.getEnd()];
    const line = source.getLineAndCharacterOfPosition(start).line + 1;
    return [false, true].map((forced) => ({
      file,
      line,
      condition: text.slice(start, end).replace(/\s+/g, " "),
      forced,
      text: `${text.slice(0, start)}${String(forced)}${text.slice(end)}`,
    }));
  });
}

function copyPack(): string {
  const cache = join(ROOT, "node_modules", ".cache");
  mkdirSync(cache, { recursive: true });
  const copy = mkdtempSync(join(cache, "policy-mutation-"));
  for (const part of ["policies", "tests/policies"]) {
    cpSync(join(ROOT, part), join(copy, part), {
      recursive: true,
      filter: (path) => !path.endsWith("node_modules"),
    });
  }
  return copy;
}

/** Whether the tests of a copy pass. */
function passes(copy: string): boolean {
  const mocha = createRequire(__filename).resolve("mocha/bin/mocha.js");
  const options = ["--no-config", "--require", "tsx", "--bail", "--reporter", "dot"];
  const files = TESTS.map((file) => join(copy, file));
  const run = spawnSync(process.execPath, [mocha, ...options, ...files], {
    cwd: ROOT,
    timeout: 120_000,
  });
  return run.status === 0;
}

function main(chosen: readonly string[]): number {
  const rules = readdirSync(join(__dirname, "rules")).filter((file) => file !== "index.ts");
  const files = [...rules.map((file) => `rules/${file}`), ...HELPERS];
  const mutants = files
    .filter((file) => chosen.length === 0 || chosen.some((name) => file.endsWith(`/${name}.ts`)))
    .flatMap(mutantsOf);
  const copy = copyPack();
  try {
    if (!passes(copy)) {
      console.error("the tests fail before anything is changed");
      return 1;
    }
    let survivors = 0;
    for (const { file, line, condition, forced, text } of mutants) {
      const path = join(copy, "policies", file);
      const original = readFileSync(path, "utf8");
      writeFileSync(path, text);
      if (passes(copy)) {
        survivors += 1;
        console.log(`no test notices: ${file}:${String(line)} (${condition}) as ${String(forced)}`);
      }
      writeFileSync(path, original);
    }
    console.log(`${String(mutants.length)} changes, ${String(survivors)} unnoticed`);
    return survivors === 0 ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

process.exitCode = main(process.argv.slice(2));
