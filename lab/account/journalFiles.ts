import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import { mustKnowVersion } from "../protocol/storedVersion";

export interface Batch<Entry> {
  readonly sequence: number;
  readonly entries: readonly Entry[];
}

export interface Snapshot<State> {
  /** Version of the snapshot and its journal. Absent in files from before there were versions. */
  readonly version?: number;
  readonly sequence: number;
  /** Checksum of the state's JSON; absent before version 2. */
  readonly checksum?: string;
  readonly state: State;
}

export const JOURNAL_FILE = "journal.jsonl";
export const SNAPSHOT_FILE = "account.json";
/** The previous snapshot, and the journal that leads from it to the present one. */
export const PREVIOUS_SNAPSHOT_FILE = "account.previous.json";
export const PREVIOUS_JOURNAL_FILE = "journal.previous.jsonl";
/** Increases when the file format changes; earlier formats stay readable. */
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
  /** What is wrong with the present snapshot, if the previous one was used instead. */
  damage?: string;
}

/**
 * The present snapshot or, if that is damaged or missing, the previous one with the batches after it.
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
    `${file} ${present ?? "is missing"}, and the journal does not continue from the previous one; ` +
      "npm run lab -- recover restores the last intact state; or restore the folder from a copy",
  );
}

/** @returns undefined if they are damaged too */
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

/** Whether the batches are consecutive from this sequence number on; earlier ones are in the snapshot. */
export function isGapless(sequence: number, batches: readonly Batch<unknown>[]): boolean {
  return batches
    .filter((batch) => batch.sequence > sequence)
    .every((batch, i) => batch.sequence === sequence + 1 + i);
}

/**
 * @returns undefined if there is none, or what is wrong with it if it is damaged.
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
    return "is damaged: it is truncated or not JSON";
  }
  const remedy = "remove its folder to start with an empty account";
  mustKnowVersion(path, snapshot.version, FILES_VERSION, remedy);
  const { sequence, state } = snapshot;
  if (sequence === undefined || state === undefined) return "is damaged: parts of it are missing";
  const isWhole =
    snapshot.checksum === undefined
      ? (snapshot.version ?? 1) < 2
      : snapshot.checksum === checksum(JSON.stringify(state));
  return isWhole ? { ...snapshot, sequence, state } : "is damaged: its checksum does not match";
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
    // A line that was truncated by a crash has no line break.
    if (end < 0) break;
    const batch = decodeLine<Entry>(bytes.toString("utf8", start, end));
    start = end + 1;
    if (!batch) {
      throw new Error(
        `${path} is damaged at line ${line}; npm run lab -- recover restores the state before it; ` +
          "or restore the folder from a copy",
      );
    }
    batches.push(batch);
    goodBytes = start;
  }
  return { batches, goodBytes };
}

/** The batches of a journal up to the first damaged line. */
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
