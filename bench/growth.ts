import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { Benchmark } from "./benchmark";
import { type Comparison, comparisonTable } from "./comparison";
import { openFloor } from "./floor/floor";
import { timeNode, typescript } from "./timedProcess";

const sizes = [60, 200, 1000, 5000];

/** Previews of flat programs of growing size in the lab with the whole pack, compared with the floor without a pack. */
export const growthBenchmark: Benchmark = {
  name: "growth",
  description: `previews of ${sizes.join(", ")} resources with the whole pack, compared with the floor`,
  measure: async ({ runs, progress }) => {
    const comparisons: Comparison[] = sizes.map((size) => ({
      what: `preview of ${size} resources`,
      ours: [],
      floor: [],
    }));
    const state = await mkdtemp(path.join(tmpdir(), "bench-growth-"));
    const floor = await openFloor();
    try {
      for (let run = 1; run <= runs; run += 1) {
        for (const [i, size] of sizes.entries()) {
          progress(`run ${run} of ${runs}: ${size} resources`);
          const ours = typescript("bench/previewInLab.ts", `${size}`, path.join(state, `${size}`));
          comparisons[i]?.ours.push(await timeNode(ours));
          comparisons[i]?.floor.push(await floor.time("preview", size, `floor-${size}`));
        }
      }
    } finally {
      await floor.close();
      await rm(state, { recursive: true });
    }
    const table = comparisonTable(comparisons);
    const least = comparisons.map(({ ours }) => Math.min(...ours.map(({ seconds }) => seconds)));
    return {
      columns: [...table.columns, "ms per additional resource"],
      rows: table.rows.map((row, i) => [
        ...row,
        i === 0
          ? ""
          : (1000 * ((least[i] ?? 0) - (least[i - 1] ?? 0))) /
            ((sizes[i] ?? 0) - (sizes[i - 1] ?? 0)),
      ]),
    };
  },
};
