import * as path from "node:path";

import Table from "cli-table3";
import { Command } from "commander";

import { repository } from "../lab/repository";
import { wholeNumber } from "./arguments";
import { declareResources, openTimedStack, type TimedStack } from "./stack";
import { median, minimum } from "./statistics";

const packs = {
  none: undefined,
  empty: path.join(__dirname, "empty-pack"),
  ours: path.join(repository, "policies"),
};

type PackName = keyof typeof packs;
const packNames = Object.keys(packs) as PackName[];

interface Row {
  resources: number;
  seconds: Record<PackName, number[]>;
}

const command = new Command("bench:policies")
  .description("Times previews with our policy pack, with an empty one and with none, in turn")
  .option("--runs <n>", "previews of each kind", wholeNumber, 3)
  .option(
    "--sizes <n,…>",
    "numbers of resources",
    (text) => text.split(",").map(wholeNumber),
    [60, 1000],
  )
  .option("--json", "print the figures for programs")
  .parse();

const options = command.opts<{ runs: number; sizes: number[]; json?: boolean }>();

main().catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const rows: Row[] = [];
  for (const resources of options.sizes) rows.push(await measure(resources));
  if (options.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else print(rows);
}

/** Takes turns, so that a machine that slows down slows all of them. */
async function measure(resources: number): Promise<Row> {
  const program = () => {
    declareResources(resources);
    return Promise.resolve({});
  };
  const seconds: Row["seconds"] = { none: [], empty: [], ours: [] };
  const stacks: Partial<Record<PackName, TimedStack>> = {};
  try {
    for (const name of packNames) stacks[name] = await openTimedStack(program, packs[name]);
    for (let run = 1; run <= options.runs; run += 1) {
      for (const name of packNames) {
        process.stderr.write(
          `${resources} resources, pack ${name}, run ${run} of ${options.runs}\n`,
        );
        const time = await stacks[name]?.time("preview");
        if (time !== undefined) seconds[name].push(time);
      }
    }
  } finally {
    for (const name of packNames) await stacks[name]?.close();
  }
  return { resources, seconds };
}

function print(rows: readonly Row[]): void {
  const table = new Table({
    head: ["resources", "pack", "min s", "median s", "÷ empty", "ms a resource over empty"],
    style: { head: [], border: [] },
  });
  for (const { resources, seconds } of rows) {
    const empty = minimum(seconds.empty);
    for (const name of packNames) {
      const least = minimum(seconds[name]);
      table.push([
        resources,
        name,
        least.toFixed(2),
        median(seconds[name]).toFixed(2),
        (least / empty).toFixed(2),
        name === "ours" ? ((1000 * (least - empty)) / resources).toFixed(2) : "",
      ]);
    }
  }
  process.stdout.write(`${table.toString()}\n`);
}
