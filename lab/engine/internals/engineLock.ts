// Finds the engine that holds the lock of a stack, so that the lab can wait for one that is running, and release the
// lock of one that was killed.
//
// Relies on: the lock being JSON with the engine's `pid` (pulumi, pkg/backend/diy/lock.go).
// Check: the lock has a `pid`.
// Otherwise: the lock is left to the CLI, which refuses to work on a locked stack.

import { readFile } from "node:fs/promises";

import { z } from "zod";

import { parsedJson } from "../../shared/parsedJson";
import { commandOf, isAlive } from "../../shared/processId";

const lockSchema = z.object({ pid: z.number() });

/**
 * @returns the process id of the running engine that holds the lock; "nobody" if that engine was killed, or a crash
 *   damaged the lock; "unknown" if the lock names no process
 */
export async function holderOf(file: string): Promise<number | "nobody" | "unknown"> {
  const json = parsedJson(await readFile(file, "utf8").catch(() => ""));
  if (json === undefined) return "nobody";
  const { data } = lockSchema.safeParse(json);
  if (data === undefined) return "unknown";
  // The lock does not say when its engine started: another program may have the id by now.
  const isEngine = commandOf(data.pid)?.includes("pulumi") ?? true;
  return isAlive(data.pid) && isEngine ? data.pid : "nobody";
}
