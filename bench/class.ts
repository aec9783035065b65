import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import * as path from "node:path";

import { reportSchema } from "../classroom/report";
import type { Benchmark } from "./benchmark";
import { type Comparison, comparisonTable } from "./comparison";
import { openFloor } from "./floor/floor";
import { watchMemory } from "./processTree";
import { timeNode, type Timing, typescript } from "./timedProcess";

/** How many learners a class has, and how many of their stacks are deployed at once. */
interface ClassSize {
  learners: number;
  atOnce: number;
}

const inParallel = Math.max(2, availableParallelism());

const sizes: readonly ClassSize[] = [
  { learners: 1, atOnce: 1 },
  { learners: 8, atOnce: 1 },
  { learners: 8, atOnce: inParallel },
  { learners: 30, atOnce: 1 },
  { learners: 30, atOnce: inParallel },
  { learners: 100, atOnce: inParallel },
];

/** A class on a shared network, compared with as many bare stacks on the floor. */
export const classBenchmark: Benchmark = {
  name: "class",
  description:
    "up of 1, 8, 30 and 100 learners, in sequence and in parallel, compared with bare stacks",
  measure: async ({ runs, progress }) => {
    const comparisons: Comparison[] = sizes.map(({ learners, atOnce }) => ({
      what: `up of ${learners} learners, ${atOnce} at once`,
      ours: [],
      floor: [],
    }));
    for (let run = 1; run <= runs; run += 1) {
      for (const [i, size] of sizes.entries()) {
        progress(`run ${run} of ${runs}: ${size.learners} learners, ${size.atOnce} at once`);
        const { timing, resources } = await timeClass(size);
        comparisons[i]?.ours.push(timing);
        progress(`run ${run} of ${runs}: ${resources.length} bare stacks`);
        comparisons[i]?.floor.push(await timeBareStacks(resources, size.atOnce));
      }
    }
    const table = comparisonTable(comparisons);
    return {
      columns: [...table.columns, "s a learner"],
      rows: table.rows.map((row, i) => [
        ...row,
        Math.min(...(comparisons[i]?.ours ?? []).map(({ seconds }) => seconds)) /
          (sizes[i]?.learners ?? 1),
      ]),
    };
  },
};

/**
 * Times `npm run class -- up` of a new class.
 *
 * @returns the time in total, and the resources and seconds of each stack, including the network's.
 */
export async function timeClass({
  learners,
  atOnce,
}: ClassSize): Promise<{ timing: Timing; resources: number[]; seconds: number[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), "bench-class-"));
  try {
    const roster = path.join(folder, "classroom.yaml");
    const report = path.join(folder, "report.json");
    await writeFile(roster, rosterOf(learners));
    const options = {
      roster,
      report,
      state: path.join(folder, "lab"),
      concurrency: `${atOnce}`,
    };
    const timing = await timeNode(
      typescript(
        "classroom/cli.ts",
        "up",
        ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      ),
    );
    const { stacks } = reportSchema.parse(JSON.parse(await readFile(report, "utf8")));
    return {
      timing,
      resources: stacks.map(({ resources }) => resources ?? 0),
      seconds: stacks.map(({ seconds }) => seconds ?? 0),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const rosterOf = (learners: number) =>
  [
    "class: bench",
    "network: shared",
    "budget: 60",
    "learners:",
    ...Array.from({ length: learners }, (_, i) => `  - learner-${i + 1}`),
    "",
  ].join("\n");

/**
 * Times bare stacks in one account. The memory is that of this process and all its descendants, including the provider,
 * which a class runs in its own process.
 *
 * @param resources how many resources each stack has
 * @returns the time in total, and the seconds of each stack
 */
export async function timeBareStacks(
  resources: readonly number[],
  atOnce: number,
): Promise<Timing & { each: number[] }> {
  const floor = await openFloor();
  const peak = watchMemory(process.pid);
  try {
    const start = performance.now();
    const waiting = [...resources.entries()];
    const each: number[] = [];
    const worker = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [number, count] = next;
        const timing = await floor.time("up", count, `bare-${number}`).catch((error: unknown) => {
          waiting.length = 0;
          throw error;
        });
        each.push(timing.seconds);
      }
    };
    const workers = await Promise.allSettled(Array.from({ length: atOnce }, worker));
    for (const result of workers) if (result.status === "rejected") throw result.reason;
    return { seconds: (performance.now() - start) / 1000, peakMiB: await peak(), each };
  } finally {
    await peak();
    await floor.close();
  }
}
