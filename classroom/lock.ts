import { mkdir } from "node:fs/promises";
import * as path from "node:path";

import { lock } from "proper-lockfile";

/**
 * Lets one process at a time work on a class.
 *
 * @param recordFile the class's record; its folder is created.
 * @returns a function that gives the lock back.
 * @throws Error if another process works on it. A lock whose process is gone is taken over.
 */
export async function lockClass(recordFile: string): Promise<() => Promise<void>> {
  await mkdir(path.dirname(recordFile), { recursive: true });
  return lock(recordFile, { realpath: false, stale: 10_000, update: 2_000 }).catch(
    (error: unknown) => {
      if ((error as { code?: unknown }).code !== "ELOCKED") throw error;
      throw new Error(
        `another process works on this class (${recordFile}.lock); wait for it, or ten seconds if it was killed`,
      );
    },
  );
}
