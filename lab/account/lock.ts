import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { lock } from "proper-lockfile";

import { isAlive } from "../shared/processes";

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** A lock not refreshed for this long, in milliseconds, belongs to a process that is gone. */
const STALE_MS = 5_000;
const REFRESH_MS = 1_000;

/**
 * Takes the one lock of an account's folder.
 *
 * A lock left by a killed process is waited out (5 s at most); one held by a living process is an
 * error at once.
 *
 * @param dir The account's folder; created when it is missing.
 * @param onLost Called if another process took the lock over, e.g. after this machine slept.
 * @returns A function that releases the lock.
 * @throws Error that names the process holding the lock.
 */
export async function lockAccount(
  dir: string,
  onLost: (reason: Error) => void,
): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true });
  const lockPath = join(dir, "lock");
  const holderPath = join(dir, "holder.json");
  const deadline = Date.now() + STALE_MS + REFRESH_MS;

  for (;;) {
    try {
      const release = await lock(dir, {
        lockfilePath: lockPath,
        stale: STALE_MS,
        update: REFRESH_MS,
        onCompromised: (cause) => {
          onLost(new Error(`the lock on ${dir} was lost: ${cause.message}`, { cause }));
        },
      });
      const me: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
      await writeFile(holderPath, JSON.stringify(me));
      return async () => {
        await rm(holderPath, { force: true });
        await release();
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      const holder = await readHolder(holderPath);
      if (Date.now() > deadline || (await isHeld(lockPath, holder))) {
        throw new Error(
          `the offline account in ${dir} is in use by ${describe(holder)}; ` +
            "stop that process, or choose another folder",
          { cause: error },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

/** True when the holder runs here and refreshes its lock: a reused process id does not. */
async function isHeld(lockPath: string, holder: Holder | undefined): Promise<boolean> {
  if (holder?.host !== hostname() || !isAlive(holder.pid)) return false;
  const refreshed = await stat(lockPath).catch(() => undefined);
  return refreshed !== undefined && Date.now() - refreshed.mtimeMs < 2 * REFRESH_MS;
}

function describe(holder: Holder | undefined): string {
  if (!holder) return "another process";
  return `process ${holder.pid} on ${holder.host} since ${holder.since}`;
}
