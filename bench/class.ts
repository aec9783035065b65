import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import * as path from "node:path";

import Table from "cli-table3";
import { Command, Option } from "commander";

import { type ClassReport, reportSchema } from "../classroom/report";
import { openHost } from "../lab/host";
import { repository } from "../lab/repository";
import { wholeNumber } from "./arguments";
import { watchMemory } from "./processTree";

const command = new Command("bench:class")
  .description(
    "Times a class in the lab against the floor: as many bare stacks, updated by the engine alone",
  )
  .option("--learners <n>", "learners of the class, one of whom breaks a rule", wholeNumber, 30)
  .option("--concurrency <n>", "most stacks at once", wholeNumber, 2)
  .addOption(
    new Option("--part <part>", "measure the class, the floor, or both")
      .choices(["class", "floor", "both"])
      .default("both"),
  )
  .parse();

const options = command.opts<{ learners: number; concurrency: number; part: string }>();

interface Figures {
  what: string;
  seconds: number;
  peakMiB: number;
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const dir = await mkdtemp(path.join(tmpdir(), "bench-class-"));
  const figures: Figures[] = [];
  try {
    const roster = path.join(dir, "classroom.yaml");
    await writeFile(roster, rosterText());
    const operations = options.part === "floor" ? [] : ["up", "up again", "status", "destroy"];
    for (const operation of operations) {
      figures.push(await runClass(operation, roster, dir));
    }
    if (options.part !== "class") figures.push(...(await floor(path.join(dir, "floor"))));
  } finally {
    await rm(dir, { recursive: true });
  }
  print(figures);
}

/** Everyone on one network; the last learner runs too many tasks for the budget. */
function rosterText(): string {
  const names = Array.from({ length: options.learners }, (_, i) => `learner-${i + 1}`);
  const careless = names.pop() ?? "";
  return [
    "class: bench",
    "network: shared",
    "budget: 60",
    "learners:",
    ...names.map((name) => `  - ${name}`),
    `  - { name: ${careless}, config: { desiredCount: 9 } }`,
    "",
  ].join("\n");
}

async function runClass(what: string, roster: string, dir: string): Promise<Figures> {
  const file = path.join(dir, "report.json");
  const operation = what.split(" ")[0] ?? what;
  const asks = operation === "destroy" ? ["--yes"] : [];
  const figures = await timed(what, [
    ...["--import", "tsx", "classroom/cli.ts", operation, ...asks],
    ...["--roster", roster, "--state", path.join(dir, "lab"), "--report", file],
    ...["--concurrency", String(options.concurrency)],
  ]);
  check(what, reportSchema.parse(JSON.parse(await readFile(file, "utf8"))));
  return figures;
}

/** The class must have come to what it should: figures of a class that failed are worth nothing. */
function check(what: string, { stacks }: ClassReport): void {
  const wrong = stacks.filter(({ stack, phase }) => {
    const refused = stack === `bench-learner-${options.learners}`;
    return phase !== (refused ? "refused" : what === "destroy" ? "destroyed" : "up");
  });
  const [first] = wrong;
  if (first) {
    throw new Error(`${what}: ${first.stack} is ${first.phase}: ${first.errors.join("; ")}`);
  }
}

/**
 * As many stacks of the same program by the lab's own command, as many at once, with no class around
 * them: each a process, on the account of this one.
 */
async function floor(state: string): Promise<Figures[]> {
  const host = await openHost(state);
  const peak = watchMemory(process.pid);
  try {
    const start = performance.now();
    await host.account?.grantQuotas({
      vpcs: 100,
      internetGateways: 100,
      elasticIps: 100,
      natGateways: 100,
    });
    let next = 1;
    const one = async () => {
      while (next <= options.learners) await bareStack(`bare-${next++}`, state);
    };
    await Promise.all(Array.from({ length: options.concurrency }, one));
    const seconds = (performance.now() - start) / 1000;
    return [{ what: `up of ${options.learners} bare stacks`, seconds, peakMiB: await peak() }];
  } finally {
    await host.close();
  }
}

async function bareStack(stack: string, state: string): Promise<void> {
  const args = ["--import", "tsx", "lab/cli.ts", "up", "--no-serve", "--stack", stack];
  const child = spawn(process.execPath, [...args, "--state", state], {
    cwd: repository,
    stdio: "ignore",
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${stack} ended with code ${code ?? "none"}`);
  process.stderr.write(`${stack} is up\n`);
}

async function timed(what: string, args: string[]): Promise<Figures> {
  process.stderr.write(`${what}\n`);
  const start = performance.now();
  const child = spawn(process.execPath, args, { cwd: repository, stdio: "inherit" });
  const peak = watchMemory(child.pid ?? 0);
  const [code] = (await once(child, "exit")) as [number | null];
  const seconds = (performance.now() - start) / 1000;
  const peakMiB = await peak();
  // One learner is refused, so an update ends with 1.
  if (code !== 0 && code !== 1) throw new Error(`${what} ended with code ${code ?? "none"}`);
  return { what, seconds, peakMiB };
}

function print(figures: readonly Figures[]): void {
  const table = new Table({
    head: ["operation", "seconds", "a learner", "peak memory"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const { what, seconds, peakMiB } of figures) {
    const each = (seconds / options.learners).toFixed(1);
    table.push([what, seconds.toFixed(0), `${each} s`, `${peakMiB.toFixed(0)} MiB`]);
  }
  process.stdout.write(
    `${table.toString()}\n${options.learners} learners, ${options.concurrency} at once, ` +
      `${cpus().length} processors, Node.js ${process.version}\n`,
  );
}
