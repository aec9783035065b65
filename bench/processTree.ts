import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/**
 * How often the memory is sampled, in milliseconds. Peaks between samples are missed, but sampling takes time that is
 * measured too.
 */
const intervalMs = 500;

/**
 * Watches the memory of a process and its descendants.
 *
 * @returns a function that stops watching and returns the peak of their resident memory, in MiB. Pages that processes
 *   share count for each of them.
 */
export function watchMemory(pid: number): () => Promise<number> {
  let peak = 0;
  const end = new AbortController();
  const watch = (async () => {
    while (!end.signal.aborted) {
      peak = Math.max(peak, await residentMiB(pid));
      await sleep(intervalMs);
    }
  })();
  return async () => {
    end.abort();
    await watch;
    return peak;
  };
}

async function residentMiB(root: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,rss="]);
  const rows = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const tree = new Set([root]);
  // Parents come before their children, whose ids are larger unless ids have wrapped around.
  for (const [pid = 0, parent = 0] of rows) if (tree.has(parent)) tree.add(pid);
  const kilobytes = rows
    .filter(([pid = 0]) => tree.has(pid))
    .reduce((sum, [, , resident = 0]) => sum + resident, 0);
  return kilobytes / 1024;
}
