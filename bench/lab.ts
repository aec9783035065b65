import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import Table from "cli-table3";
import { Command } from "commander";

import { repository } from "../lab/repository";
import { wholeNumber } from "./arguments";
import { watchMemory } from "./processTree";
import { median, minimum } from "./statistics";

/** What a learner does with a stack, in this order. */
const operations = {
  preview: ["preview"],
  up: ["up", "--no-serve"],
  "up, nothing changed": ["up", "--no-serve"],
  destroy: ["destroy"],
};

type Operation = keyof typeof operations;

interface Figures {
  seconds: number[];
  peakMiB: number[];
}

const command = new Command("bench:lab")
  .description(
    "Times the lab's commands as a person waits for them, with the memory of all processes",
  )
  .option("--runs <n>", "rounds", wholeNumber, 3)
  .option("--chapters <list>", "chapters of the stack", "fargate")
  .option("--json", "print the figures for programs")
  .parse();

const options = command.opts<{ runs: number; chapters: string; json?: boolean }>();

main().catch((error: unknown) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const figures = new Map<Operation, Figures>();
  for (let round = 1; round <= options.runs; round += 1) {
    const state = await mkdtemp(path.join(tmpdir(), "bench-lab-"));
    for (const operation of Object.keys(operations) as Operation[]) {
      process.stderr.write(`round ${round} of ${options.runs}: ${operation}\n`);
      const { seconds, peakMiB } = await run(operation, state);
      const row = figures.get(operation) ?? { seconds: [], peakMiB: [] };
      row.seconds.push(seconds);
      row.peakMiB.push(peakMiB);
      figures.set(operation, row);
    }
    await rm(state, { recursive: true });
  }
  if (options.json) process.stdout.write(`${JSON.stringify(Object.fromEntries(figures))}\n`);
  else print(figures);
}

async function run(operation: Operation, state: string) {
  const config = operation === "destroy" ? [] : ["--config", `chapters=${options.chapters}`];
  const args = [...operations[operation], "--state", state, ...config];
  const start = performance.now();
  const lab = spawn(process.execPath, ["--import", "tsx", "lab/cli.ts", ...args], {
    cwd: repository,
    stdio: "ignore",
  });
  const peak = watchMemory(lab.pid ?? 0);
  const [code] = (await once(lab, "exit")) as [number | null];
  const seconds = (performance.now() - start) / 1000;
  const peakMiB = await peak();
  if (code !== 0) throw new Error(`${operation} ended with code ${code ?? "none"}`);
  return { seconds, peakMiB };
}

function print(figures: ReadonlyMap<Operation, Figures>): void {
  const table = new Table({
    head: ["operation", "min s", "median s", "peak MiB"],
    style: { head: [], border: [] },
  });
  for (const [operation, { seconds, peakMiB }] of figures) {
    table.push([
      operation,
      minimum(seconds).toFixed(1),
      median(seconds).toFixed(1),
      Math.max(...peakMiB).toFixed(0),
    ]);
  }
  process.stdout.write(`${table.toString()}\n`);
}
