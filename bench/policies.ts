import * as path from "node:path";

import { policyPack } from "../lab/shared/repository";
import type { Benchmark, BenchmarkOptions } from "./benchmark";
import { flatPolicies, openTimedStack, type TimedStack } from "./stack";
import { median, minimum } from "./statistics";

const packs = {
  none: undefined,
  empty: { dir: path.join(__dirname, "empty-pack") },
  ours: { dir: policyPack, config: flatPolicies },
};

type PackName = keyof typeof packs;
const packNames = Object.keys(packs) as PackName[];

const sizes = [60, 1000];

/** What a pack costs: at start, and per resource. */
export const policiesBenchmark: Benchmark = {
  name: "policies",
  description: "previews with our policy pack, with an empty one and without one",
  measure: async (options) => {
    const rows: (string | number)[][] = [];
    for (const resources of sizes) {
      const seconds = await measure(resources, options);
      const empty = minimum(seconds.empty);
      for (const name of packNames) {
        const least = minimum(seconds[name]);
        const each = (1000 * (least - empty)) / resources;
        const row = [resources, name, least, median(seconds[name]), least / empty];
        rows.push([...row, name === "ours" ? each : ""]);
      }
    }
    return {
      columns: ["resources", "pack", "min s", "median s", "÷ empty", "ms per resource over empty"],
      rows,
    };
  },
};

/** Packs take turns, so that a slow moment affects all of them. */
async function measure(resources: number, { runs, progress }: BenchmarkOptions) {
  const seconds: Record<PackName, number[]> = { none: [], empty: [], ours: [] };
  const stacks: Partial<Record<PackName, TimedStack>> = {};
  try {
    for (const name of packNames) stacks[name] = await openTimedStack(resources, packs[name]);
    for (let run = 1; run <= runs; run += 1) {
      for (const name of packNames) {
        progress(`run ${run} of ${runs}: ${resources} resources, pack ${name}`);
        const time = await stacks[name]?.time("preview");
        if (time !== undefined) seconds[name].push(time);
      }
    }
  } finally {
    for (const name of packNames) await stacks[name]?.close();
  }
  return seconds;
}
