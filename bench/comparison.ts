import type { BenchmarkTable } from "./benchmark";
import { median, minimum } from "./statistics";
import type { Timing } from "./timedProcess";

/** Timings of ours and of the floor that it is compared with. */
export interface Comparison {
  what: string;
  ours: Timing[];
  floor: Timing[];
}

/** Minimum and median time and peak memory of both sides, and the ratio of the minima. */
export function comparisonTable(comparisons: readonly Comparison[]): BenchmarkTable {
  return {
    columns: [
      "what",
      "min s",
      "median s",
      "peak MiB",
      "floor min s",
      "floor median s",
      "floor MiB",
      "÷ floor",
    ],
    rows: comparisons.map(({ what, ours, floor }) => [
      what,
      ...figures(ours),
      ...figures(floor),
      minimum(secondsOf(ours)) / minimum(secondsOf(floor)),
    ]),
  };
}

function figures(timings: readonly Timing[]): number[] {
  const seconds = secondsOf(timings);
  return [minimum(seconds), median(seconds), Math.max(...timings.map(({ peakMiB }) => peakMiB))];
}

const secondsOf = (timings: readonly Timing[]) => timings.map(({ seconds }) => seconds);
