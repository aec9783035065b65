import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";

import { replaceFile } from "../shared/replaceFile";
import {
  type Batch,
  encodeLine,
  isGapless,
  JOURNAL_FILE,
  parseJournal,
  parseSnapshot,
  PREVIOUS_JOURNAL_FILE,
  PREVIOUS_SNAPSHOT_FILE,
  readIfThere,
  readSnapshot,
  SNAPSHOT_FILE,
  wholeBatches,
} from "./journalFiles";
import { lockAccount } from "./lock";

/** Where damaged files are moved to, in the account's folder. */
const ASIDE = "damaged";

/** A snapshot, and the changes after it. */
interface Candidate {
  /** The snapshot's file; absent for an account that has never had one. */
  readonly file?: string;
  readonly batches: readonly Batch<unknown>[];
  /** The last change that it contains. */
  readonly sequence: number;
}

/**
 * Restores a damaged account to the last state that its files allow: a snapshot with all changes before the first
 * damaged one. If nothing is intact, the account becomes empty. The old files are kept in a subfolder.
 *
 * @param dir the account's folder
 * @returns what was done, as sentences; empty if everything is intact
 * @throws AccountInUse if a process has the account open; Error if a newer lab wrote the files
 */
export async function salvageAccount(dir: string): Promise<string[]> {
  const release = await lockAccount(dir, () => undefined);
  try {
    const candidates = await candidatesIn(dir);
    if (await isWhole(dir)) return [];
    const [best] = candidates.sort((one, other) => other.sequence - one.sequence);
    return await putBack(dir, best);
  } finally {
    await release();
  }
}

async function isWhole(dir: string): Promise<boolean> {
  try {
    const path = join(dir, JOURNAL_FILE);
    const { batches } = parseJournal(path, await readIfThere(path));
    await readSnapshot(dir, batches);
    return true;
  } catch {
    return false;
  }
}

async function candidatesIn(dir: string): Promise<Candidate[]> {
  const journalOf = async (name: string) => wholeBatches(await readIfThere(join(dir, name)));
  const journal = await journalOf(JOURNAL_FILE);
  const earlier = await journalOf(PREVIOUS_JOURNAL_FILE);
  const present = await candidateFrom(join(dir, SNAPSHOT_FILE), journal);
  const previous = await candidateFrom(join(dir, PREVIOUS_SNAPSHOT_FILE), [...earlier, ...journal]);
  // Before its first snapshot, an account consists of its journal alone.
  const first = gapless(0, [...earlier, ...journal]);
  return [present, previous, ...(first.batches.length > 0 ? [first] : [])].filter(
    (one) => one !== undefined,
  );
}

async function candidateFrom(
  file: string,
  batches: readonly Batch<unknown>[],
): Promise<Candidate | undefined> {
  const snapshot = await parseSnapshot(file);
  if (typeof snapshot !== "object") return undefined;
  return { file, ...gapless(snapshot.sequence, batches) };
}

/** The changes after a snapshot, up to the first gap. */
function gapless(
  after: number,
  all: readonly Batch<unknown>[],
): Pick<Candidate, "batches" | "sequence"> {
  const batches = all.filter(({ sequence }) => sequence > after);
  while (!isGapless(after, batches)) batches.pop();
  return { batches, sequence: after + batches.length };
}

async function putBack(dir: string, best: Candidate | undefined): Promise<string[]> {
  const snapshot = best?.file === undefined ? undefined : await readIfThere(best.file);
  const aside = join(dir, ASIDE);
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { mode: 0o700 });
  const lines = (best?.batches ?? []).map((batch) => encodeLine(JSON.stringify(batch))).join("");
  for (const name of [JOURNAL_FILE, SNAPSHOT_FILE, PREVIOUS_JOURNAL_FILE, PREVIOUS_SNAPSHOT_FILE]) {
    await rename(join(dir, name), join(aside, name)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    });
  }
  await replaceFile(join(dir, JOURNAL_FILE), lines, { mode: 0o600 });
  if (snapshot) await replaceFile(join(dir, SNAPSHOT_FILE), snapshot, { mode: 0o600 });
  const kept = `the old files are in ${aside}`;
  if (best === undefined)
    return [`no intact state of the account was left, so it is empty now; ${kept}`];
  return [
    `the account was restored to its state after change ${best.sequence}, the last intact one; ${kept}`,
  ];
}
