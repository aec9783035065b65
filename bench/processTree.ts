import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/**
 * How often the memory is looked at, in milliseconds: what is gone in between is not seen, but looking
 * takes time that is measured.
 */
const every = 500;

/**
 * Watches a process and all below it until `stop` is called.
 *
 * @returns a function that ends the watch and gives the largest sum of resident memory, in MiB. Pages
 * that processes share count once for each.
 */
export function watchMemory(pid: number): () => Promise<number> {
  let peak = 0;
  const end = new AbortController();
  const watch = (async () => {
    while (!end.signal.aborted) {
      peak = Math.max(peak, await residentMiB(pid));
      await sleep(every);
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
  // Parents come before their children, whose ids are larger, save where ids have wrapped around.
  for (const [pid = 0, parent = 0] of rows) if (tree.has(parent)) tree.add(pid);
  const kilobytes = rows
    .filter(([pid = 0]) => tree.has(pid))
    .reduce((sum, [, , resident = 0]) => sum + resident, 0);
  return kilobytes / 1024;
}
