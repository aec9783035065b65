import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { mustKnowVersion } from "../protocol/storedVersion";

export interface Batch<Entry> {
  readonly sequence: number;
  readonly entries: readonly Entry[];
}

export interface Snapshot<State> {
  /** Of the snapshot and the journal beside it. Absent in those from before versions were noted. */
  readonly version?: number;
  readonly sequence: number;
  /** Of the state's JSON; absent before version 2. */
  readonly checksum?: string;
  readonly state: State;
}

export const JOURNAL_FILE = "journal.jsonl";
export const SNAPSHOT_FILE = "account.json";
/** The snapshot before the present one, and the journal that leads from it to that. */
export const PREVIOUS_SNAPSHOT_FILE = "account.previous.json";
export const PREVIOUS_JOURNAL_FILE = "journal.previous.jsonl";
/** Counts up when the form of the files changes; what an earlier one had is then read as well. */
export const FILES_VERSION = 2;

export function encodeLine(json: string): string {
  return `${checksum(json)} ${json}\n`;
}

export function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}

/** A snapshot, and the batches between it and the journal. */
interface Found<State, Entry> {
  snapshot?: Snapshot<State>;
  earlier: readonly Batch<Entry>[];
  /** What is wrong with the present snapshot, if these are in its place. */
  damage?: string;
}

/**
 * The present snapshot, or where that is damaged or gone the one before it with what led on from there.
 *
 * @throws Error naming the file and what to do if neither leads to the journal without a gap.
 */
export async function readSnapshot<State, Entry>(
  dir: string,
  journal: readonly Batch<Entry>[],
): Promise<Found<State, Entry>> {
  const file = join(dir, SNAPSHOT_FILE);
  const present = await parseSnapshot<State>(file);
  if (typeof present === "object") return { snapshot: present, earlier: [] };
  const before = await readPrevious<State, Entry>(dir);
  const chain = [...(before?.earlier ?? []), ...journal];
  const isWhole = before !== undefined && isGapless(before.snapshot?.sequence ?? 0, chain);
  const isEmpty = before?.snapshot === undefined && chain.length === 0;
  if (isWhole && !(isEmpty && present !== undefined)) {
    const isNew = before.snapshot === undefined && before.earlier.length === 0;
    const damage = present ?? (isNew ? undefined : "is gone");
    return { ...before, ...(damage === undefined ? {} : { damage: `${file} ${damage}` }) };
  }
  throw new Error(
    `${file} ${present ?? "is gone"}, and the one before it does not lead to the journal; ` +
      "npm run lab -- recover goes back to the last state that is whole; or restore the folder from a copy",
  );
}

/** Undefined where they are damaged too. */
async function readPrevious<State, Entry>(dir: string): Promise<Found<State, Entry> | undefined> {
  const snapshot = await parseSnapshot<State>(join(dir, PREVIOUS_SNAPSHOT_FILE));
  if (typeof snapshot === "string") return undefined;
  const path = join(dir, PREVIOUS_JOURNAL_FILE);
  const bytes = await readIfThere(path);
  try {
    const { batches: earlier, goodBytes } = parseJournal<Entry>(path, bytes);
    return goodBytes < bytes.length ? undefined : { ...(snapshot && { snapshot }), earlier };
  } catch {
    return undefined;
  }
}

/** Whether batches follow one another from this sequence on; those before it are in the snapshot. */
export function isGapless(sequence: number, batches: readonly Batch<unknown>[]): boolean {
  return batches
    .filter((batch) => batch.sequence > sequence)
    .every((batch, i) => batch.sequence === sequence + 1 + i);
}

/**
 * @returns nothing if there is none, and what is wrong with it if it is damaged.
 * @throws Error if it is of a later version.
 */
export async function parseSnapshot<State>(
  path: string,
): Promise<Snapshot<State> | string | undefined> {
  const bytes = await readFile(path).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (bytes === undefined) return undefined;
  const text = bytes.toString();
  let snapshot: Partial<Snapshot<State>>;
  try {
    snapshot = JSON.parse(text) as Partial<Snapshot<State>>;
  } catch {
    return "is damaged: it is cut short or no JSON";
  }
  const remedy = "remove its folder to start with an empty account";
  mustKnowVersion(path, snapshot.version, FILES_VERSION, remedy);
  const { sequence, state } = snapshot;
  if (sequence === undefined || state === undefined) return "is damaged: parts of it are missing";
  const isWhole =
    snapshot.checksum === undefined
      ? (snapshot.version ?? 1) < 2
      : snapshot.checksum === checksum(JSON.stringify(state));
  return isWhole ? { ...snapshot, sequence, state } : "is damaged: its checksum is another";
}

export function parseJournal<Entry>(
  path: string,
  bytes: Buffer,
): { batches: Batch<Entry>[]; goodBytes: number } {
  const batches: Batch<Entry>[] = [];
  let goodBytes = 0;
  let start = 0;
  for (let line = 1; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    // A line that a crash cut short has no end.
    if (end < 0) break;
    const batch = decodeLine<Entry>(bytes.toString("utf8", start, end));
    start = end + 1;
    if (!batch) {
      throw new Error(
        `${path} is damaged at line ${line}; npm run lab -- recover goes back to what is before it; ` +
          "or restore the folder from a copy",
      );
    }
    batches.push(batch);
    goodBytes = start;
  }
  return { batches, goodBytes };
}

/** The batches of a journal up to the first line that is damaged. */
export function wholeBatches(bytes: Buffer): Batch<unknown>[] {
  const batches: Batch<unknown>[] = [];
  for (const line of bytes.toString().split("\n").slice(0, -1)) {
    const batch = decodeLine<unknown>(line);
    if (batch === undefined) break;
    batches.push(batch);
  }
  return batches;
}

function decodeLine<Entry>(line: string): Batch<Entry> | undefined {
  const json = line.slice(9);
  if (line.slice(0, 9) !== `${checksum(json)} `) return undefined;
  return JSON.parse(json) as Batch<Entry>;
}

export async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

/** Makes a file's name as durable as its content. Windows cannot sync a folder and needs no sync. */
export async function syncDirectory(dir: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(dir, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
