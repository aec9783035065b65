import Table from "cli-table3";
import { Argument, Command } from "commander";

import { messageOf } from "../lab/shared/messageOf";
import { albBenchmark } from "./alb";
import { wholeNumber } from "./arguments";
import { arrivalsBenchmark } from "./arrivals";
import type { Benchmark, BenchmarkTable, Cell } from "./benchmark";
import { cdkBenchmark } from "./cdk";
import { classBenchmark } from "./class";
import { growthBenchmark } from "./growth";
import { operationsBenchmark } from "./operations";
import { packBenchmark } from "./pack";
import { policiesBenchmark } from "./policies";

const benchmarks: readonly Benchmark[] = [
  operationsBenchmark,
  growthBenchmark,
  policiesBenchmark,
  packBenchmark,
  cdkBenchmark,
  classBenchmark,
  arrivalsBenchmark,
  albBenchmark,
];

const command = new Command("bench")
  .description("Measures the lab and what it is compared with, in turns, and prints tables")
  .addArgument(
    new Argument("[names...]", "the benchmarks to run; all if none is named").choices(
      benchmarks.map(({ name }) => name),
    ),
  )
  .option("--runs <n>", "how often everything is measured", wholeNumber, 3)
  .option("--json", "print the figures as JSON")
  .addHelpText(
    "after",
    `\nBenchmarks:\n${benchmarks.map((b) => `  ${b.name.padEnd(12)}${b.description}`).join("\n")}`,
  )
  .action(run);

command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});

async function run(names: string[], { runs, json }: { runs: number; json?: boolean }) {
  const results: Record<string, BenchmarkTable> = {};
  for (const { name, description, measure } of benchmarks) {
    if (names.length > 0 && !names.includes(name)) continue;
    const table = await measure({
      runs,
      progress: (text) => process.stderr.write(`${name}: ${text}\n`),
    });
    results[name] = table;
    if (!json) process.stdout.write(`\n${name}: ${description}\n${printed(table)}\n`);
  }
  if (json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
}

function printed({ columns, rows }: BenchmarkTable): string {
  const table = new Table({ head: [...columns], style: { head: [], border: [] } });
  table.push(...rows.map((row) => row.map(text)));
  return table.toString();
}

/** Whole numbers as they are, others with the digits that a measurement justifies. */
function text(cell: Cell): string {
  if (typeof cell === "string" || Number.isInteger(cell)) return `${cell}`;
  return Math.abs(cell) >= 100 ? cell.toFixed(0) : cell.toFixed(2);
}
