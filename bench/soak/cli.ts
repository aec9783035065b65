import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import Table from "cli-table3";
import { Command } from "commander";
import getPort from "get-port";

import { messageOf } from "../../lab/shared/messageOf";
import { wholeNumber } from "../arguments";
import { type LoadFigures, measureLoad } from "./load";
import { Random } from "../random";
import { type Outcome, Rounds } from "./rounds";

interface Options {
  seed: number;
  kills: number;
  minutes: number;
  pageSeconds: number;
  config: string[];
  keep?: string;
  load?: number;
  log?: string;
}

const command = new Command("soak")
  .description(
    "Kills processes of a lab at random moments and reports whether the next run recovers",
  )
  .option("--seed <n>", "determines what is killed and when", wholeNumber, 1)
  .option("--kills <n>", "maximum number of kills", wholeNumber, 20)
  .option("--minutes <n>", "maximum duration", wholeNumber, 15)
  .option("--page-seconds <n>", "seconds within which pages must respond again", wholeNumber, 10)
  .option("--config <key=value...>", "the stack's configuration", [
    'chapters=["cicd"]',
    "cicdDeploy=codedeploy",
    "deploymentBakeMinutes=0",
  ])
  .option("--keep <dir>", "copy the lab's folder there after a kill from which it did not recover")
  .option(
    "--load <n>",
    "instead of killing, send this many requests during deployments",
    wholeNumber,
  )
  .option("--log <file>", "append a line of JSON for each kill")
  .action((options: Options) => (options.load === undefined ? soak(options) : load(options.load)));

command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});

async function soak(options: Options): Promise<void> {
  const { seed, kills, minutes, pageSeconds, config, keep, log } = options;
  const until = Date.now() + minutes * 60_000;
  const state = await mkdtemp(path.join(tmpdir(), "soak-"));
  const rounds = new Rounds({
    state,
    config,
    port: await getPort(),
    random: new Random(seed),
    pageWithinMs: pageSeconds * 1000,
  });
  const outcomes: Outcome[] = [];
  try {
    await rounds.prepare();
    while (outcomes.length < kills && Date.now() < until) {
      const played = await rounds.play();
      for (const outcome of played) {
        outcomes.push(outcome);
        process.stderr.write(`${outcomes.length}: ${describe(outcome)}\n`);
        if (log !== undefined) await appendFile(log, `${JSON.stringify(outcome)}\n`);
      }
      if (played.every(({ problem }) => problem === undefined)) continue;
      process.exitCode = 1;
      if (keep === undefined) continue;
      await cp(state, path.join(keep, `seed-${seed}-kill-${outcomes.length}`), { recursive: true });
    }
  } finally {
    await rounds.stopServing();
    await rm(state, { recursive: true, force: true });
  }
  process.stdout.write(`${tableOf(outcomes)}\n`);
}

async function load(requests: number): Promise<void> {
  const figures = await measureLoad(requests, (text) => process.stderr.write(`${text}\n`));
  const table = new Table({
    head: ["deployments", "connections", "how many", "requests", "failed"],
    style: { head: [], border: [] },
  });
  for (const one of figures) {
    table.push([one.strategy, one.connections, one.deployments, one.requests, one.failed]);
  }
  const sum = (count: (one: LoadFigures) => number) =>
    figures.reduce((all, one) => all + count(one), 0);
  const failed = sum((one) => one.failed);
  table.push(["all", "", sum((one) => one.deployments), sum((one) => one.requests), failed]);
  process.stdout.write(`${table.toString()}\n`);
  if (failed > 0) process.exitCode = 1;
}

function describe({ operation, victim, problem, pageMs, bareStartMs }: Outcome): string {
  const page = pageMs === undefined ? "" : `, the page after ${(pageMs / 1000).toFixed(1)} s`;
  const bare = bareStartMs === undefined ? "" : ` (a bare Node.js: ${bareStartMs} ms)`;
  return `${operation}, ${victim} killed: ${problem ?? "recovered"}${page}${bare}`;
}

/** A row for each operation and kind of process. */
function tableOf(outcomes: readonly Outcome[]): string {
  const table = new Table({
    head: ["operation", "killed", "times", "recovered", "page after, max s"],
    style: { head: [], border: [] },
  });
  const kinds = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const key = `${outcome.operation}\n${outcome.victim}`;
    kinds.set(key, [...(kinds.get(key) ?? []), outcome]);
  }
  for (const [key, all] of [...kinds].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const pages = all.flatMap(({ pageMs }) => pageMs ?? []);
    const slowest = pages.length === 0 ? "" : (Math.max(...pages) / 1000).toFixed(1);
    table.push([...key.split("\n"), all.length, recovered(all), slowest]);
  }
  table.push(["all", "", outcomes.length, recovered(outcomes), ""]);
  return table.toString();
}

function recovered(outcomes: readonly Outcome[]): number {
  return outcomes.filter(({ problem }) => problem === undefined).length;
}
