import { spawn } from "node:child_process";
import { once } from "node:events";
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
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as ts from "typescript";
import { parseShard } from "./shard";

// Forces every condition of the rules to true and to false, one at a time, in a copy of the pack, and requires that a test
// fails. If none does, no example covers the condition.

const PACK = join(__dirname, "..");
const ROOT = join(PACK, "..");
const TESTS = [
  "rules",
  "remediation",
  "exemptions",
  "credentials",
  "valuesKnown",
  "properties",
  "made",
  "madeParts",
  "terraform",
  "programs",
].map((name) => `tests/policies/${name}.test.ts`);
/** Helpers that contain parts of the rules' logic. */
const HELPERS = [
  ...["builds", "documents", "encoded", "find", "formats", "names", "overrides", "places"]
    .concat(["references", "values", "workloads"])
    .map((name) => `lib/credentials/${name}.ts`),
  "lib/actions.ts",
  "lib/companions.ts",
  "lib/containers.ts",
  "lib/issuers.ts",
  "lib/policyDocument.ts",
  "lib/principals.ts",
  "lib/unknown.ts",
  "lib/volumes.ts",
  "cost/resources.ts",
  "graph/exposure.ts",
  ...["evaluate", "index", "names", "parts", "shapes", "stack", "template", "terraform"].map(
    (name) => `graph/made/${name}.ts`,
  ),
  "graph/origins.ts",
  "graph/prefixLists.ts",
  "graph/references.ts",
  "graph/securityGroups.ts",
  "graph/vpcScope.ts",
  "graph/vpcs.ts",
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
  const text = readFileSync(join(PACK, file), "utf8");
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

/** Whether the tests of a copy pass; given a rule, only its own examples. */
async function passes(copy: string, rule?: string): Promise<boolean> {
  const mocha = createRequire(__filename).resolve("mocha/bin/mocha.js");
  const options = [
    "--no-config",
    "--require",
    "ecs-handson-loader",
    "--bail",
    "--timeout",
    "60000",
  ];
  const files = (rule === undefined ? TESTS : TESTS.slice(0, 1)).map((file) => join(copy, file));
  if (rule !== undefined) options.push("--grep", `^${rule} `);
  const run = spawn(process.execPath, [mocha, ...options, ...files], {
    cwd: ROOT,
    timeout: 120_000,
    stdio: "ignore",
  });
  const [status] = (await once(run, "close")) as [number | null];
  return status === 0;
}

/** Takes mutants from a queue until it is empty, tries them in a copy, and returns those that no test notices. */
async function tryMutants(queue: Mutant[], copy: string): Promise<Mutant[]> {
  const survivors: Mutant[] = [];
  for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
    const { file, line, condition, forced, text } = mutant;
    const path = join(copy, "policies", file);
    const original = readFileSync(path, "utf8");
    writeFileSync(path, text);
    // The rule's own examples notice most changes, in a third of the time.
    const [, rule] = /^rules\/(.*)\.ts$/.exec(file) ?? [];
    const isUnnoticed = rule === undefined || (await passes(copy, rule));
    if (isUnnoticed && (await passes(copy))) {
      survivors.push(mutant);
      console.log(`no test notices: ${file}:${String(line)} (${condition}) as ${String(forced)}`);
    }
    writeFileSync(path, original);
  }
  return survivors;
}

/** @param args names of rules and helpers, by default all, and `--shard 2/8` for every eighth change. */
async function main(args: string[]): Promise<number> {
  const options = { shard: { type: "string", default: "1/1" } } as const;
  const { values, positionals: names } = parseArgs({ args, options, allowPositionals: true });
  const { number, shards } = parseShard(values.shard);
  const rules = readdirSync(join(PACK, "rules")).filter((file) => file !== "index.ts");
  const files = [...rules.map((file) => `rules/${file}`), ...HELPERS];
  const unknown = names.filter((name) => !files.some((file) => file.endsWith(`/${name}.ts`)));
  if (unknown.length > 0) {
    console.error(`error: no rule or helper ${unknown.join(", ")}`);
    return 2;
  }
  const mutants = files
    .filter((file) => names.length === 0 || names.some((name) => file.endsWith(`/${name}.ts`)))
    .flatMap(mutantsOf)
    .filter((_, i) => i % shards === number - 1);
  const copies = Array.from({ length: availableParallelism() }, copyPack);
  try {
    if (!(await passes(copies[0] ?? ""))) {
      console.error("the tests fail even without a change");
      return 1;
    }
    const queue = [...mutants];
    const survivors = (await Promise.all(copies.map((copy) => tryMutants(queue, copy)))).flat();
    console.log(`${String(mutants.length)} changes, ${String(survivors.length)} unnoticed`);
    return survivors.length === 0 ? 0 : 1;
  } finally {
    for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
