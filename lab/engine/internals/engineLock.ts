import { readFile } from "node:fs/promises";

import { z } from "zod";

import { parsedJson } from "../../shared/parsedJson";
import { commandOf, isAlive } from "../../shared/processId";

// An engine's own lock of a stack, by which the lab waits for engines that somebody runs, and frees a stack of those that
// were killed.
//
// Relies on: the lock being JSON with the engine's `pid` (pulumi, pkg/backend/diy/lock.go).
// Without it: the lab does neither, and the CLI refuses to work on a stack that is locked.
// Proof: a lock that is whole and names no process is left to the CLI.

const lockSchema = z.object({ pid: z.number() });

/**
 * @returns the id of the living engine that has it; "nobody" for one that was killed, or a lock that a crash damaged;
 *   "unknown" if that cannot be told
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
