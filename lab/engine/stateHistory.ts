import { readdir, rm } from "node:fs/promises";
import * as path from "node:path";

import { foldersOf } from "./internals/engineFiles";

/** How many whole states of a stack are kept of each kind. */
export const KEPT_STATES = 20;

/**
 * Removes what is older than the last {@link KEPT_STATES} states of a stack, each as large as its state: the engine
 * keeps all for good. What `pulumi stack history` tells stays.
 */
export async function forgetOldStates(stackFile: string): Promise<void> {
  const { history, backups } = foldersOf(stackFile);
  await keepLast(history, ".checkpoint.json");
  await keepLast(backups, ".json");
}

/**
 * The names contain the time of the update in nanoseconds, so they sort by age. A file that cannot be removed must not
 * fail the operation.
 */
async function keepLast(folder: string, ending: string): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(ending));
  const old = names.sort().slice(0, -KEPT_STATES);
  await Promise.allSettled(old.map((name) => rm(path.join(folder, name), { force: true })));
}
