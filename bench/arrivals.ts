import { availableParallelism } from "node:os";

import type { Benchmark } from "./benchmark";
import { timeBareStacks, timeClass } from "./class";
import { Random } from "./random";
import { median, quantile } from "./statistics";

const learners = 100;
const measured = 12;
/** Minutes within which the class arrives, from one after another to all at once. */
const windows = [10, 5, 2, 0];
const seed = 2026;

/**
 * How long learners wait for their stacks when a class arrives within some minutes. The time for a stack is measured,
 * the arrivals are simulated.
 */
export const arrivalsBenchmark: Benchmark = {
  name: "arrivals",
  description: `how long each of ${learners} learners waits if they arrive within some minutes (simulated)`,
  measure: async ({ progress }) => {
    const workers = Math.max(2, availableParallelism());
    progress(`stacks of ${measured} learners, ${workers} at once`);
    const ours = await timeClass({ learners: measured, atOnce: workers });
    progress(`${ours.resources.length} bare stacks, ${workers} at once`);
    const floor = await timeBareStacks(ours.resources, workers);
    return {
      columns: [
        "minutes",
        "median s",
        "95 of 100 s",
        "floor median s",
        "floor 95 of 100 s",
        "÷ floor",
      ],
      rows: windows.map((minutes) => {
        const waits = waitsOf(ours.seconds, minutes, workers);
        const floorWaits = waitsOf(floor.each, minutes, workers);
        return [
          minutes,
          median(waits),
          quantile(waits, 0.95),
          median(floorWaits),
          quantile(floorWaits, 0.95),
          median(waits) / median(floorWaits),
        ];
      }),
    };
  },
};

/** The waits of learners who arrive at random times, and whose stacks take times drawn from `seconds`. */
function waitsOf(seconds: readonly number[], minutes: number, workers: number): number[] {
  const random = new Random(seed);
  const queue = Array.from({ length: learners }, () => ({
    at: random.next() * minutes * 60,
    takes: random.of(seconds),
  }));
  return waits(queue, workers);
}

/**
 * Simulates a queue: learners are served in order of arrival by the first free worker.
 *
 * @param arrivals when each learner arrives and how long the stack takes, in seconds
 * @returns how long each learner waits until the stack is ready, in seconds, in order of arrival
 */
export function waits(
  arrivals: readonly { at: number; takes: number }[],
  workers: number,
): number[] {
  const free = Array.from({ length: workers }, () => 0);
  return [...arrivals]
    .sort((a, b) => a.at - b.at)
    .map(({ at, takes }) => {
      const worker = free.indexOf(Math.min(...free));
      const end = Math.max(at, free[worker] ?? 0) + takes;
      free[worker] = end;
      return end - at;
    });
}
