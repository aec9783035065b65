import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { Benchmark } from "./benchmark";
import { type Comparison, comparisonTable } from "./comparison";
import { openFloor } from "./floor/floor";
import { measuredChapters, resourcesOf } from "./stack";
import { timeNode, labCommand } from "./timedProcess";

/** What a learner does with a stack, in this order; the floor does the same. */
const operations = [
  { what: "preview", lab: ["preview"], floor: "preview" },
  { what: "up", lab: ["up", "--no-serve"], floor: "up" },
  { what: "preview, nothing changed", lab: ["preview"], floor: "preview" },
  { what: "up, nothing changed", lab: ["up", "--no-serve"], floor: "up" },
  { what: "destroy", lab: ["destroy"], floor: "destroy" },
];

/** The lab's commands on all chapters with the whole pack, compared with the bare engine. */
export const operationsBenchmark: Benchmark = {
  name: "operations",
  description: "preview, up, up again and destroy of all chapters, compared with the floor",
  measure: async ({ runs, progress }) => {
    const chapters = measuredChapters.join(",");
    const resources = await resourcesOf({ chapters });
    const comparisons: Comparison[] = operations.map(({ what }) => ({
      what: `${what} (${resources} resources)`,
      ours: [],
      floor: [],
    }));
    for (let run = 1; run <= runs; run += 1) {
      const state = await mkdtemp(path.join(tmpdir(), "bench-lab-"));
      const floor = await openFloor();
      try {
        for (const [i, operation] of operations.entries()) {
          progress(`run ${run} of ${runs}: ${operation.what}`);
          const config = operation.what === "destroy" ? [] : ["--config", `chapters=${chapters}`];
          const args = [...operation.lab, "--state", state, ...config];
          comparisons[i]?.ours.push(await timeNode(labCommand(...args)));
          comparisons[i]?.floor.push(await floor.time(operation.floor, resources));
        }
      } finally {
        await floor.close();
        await rm(state, { recursive: true });
      }
    }
    return comparisonTable(comparisons);
  },
};
