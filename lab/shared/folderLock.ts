import { randomBytes } from "node:crypto";
import { utimesSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { z } from "zod";

import { type ProcessId, processIdSchema, stillRuns, thisProcess } from "./processId";

/** The holder of a lock. */
export interface Holder extends ProcessId {
  /** Its operation, e.g. `up`. */
  readonly what?: string | undefined;
  /** When it took the lock; only shown to people. */
  readonly since: string;
}

const holderSchema = processIdSchema.extend({ what: z.string().optional(), since: z.string() });

/** Another process holds the lock. */
export class LockedError extends Error {
  constructor(
    message: string,
    readonly holder: Holder | undefined,
  ) {
    super(message);
  }
}

export interface LockOptions {
  /** The operation that takes it, to show to others. @default none */
  readonly what?: string;
  /** Called if the lock's files disappear, e.g. with the folder. */
  readonly onLost?: (reason: Error) => void;
}

/** How often a holder touches its file, for those that cannot see its process, in milliseconds. */
const BEAT_MS = 1_000;
/** How long those watch the file, in milliseconds. */
const WATCH_MS = 3_500;
/** How long to retry when others want the lock at the same moment, in milliseconds. */
const CONTEND_MS = 5_000;

const CLAIM = "claim-";
const HELD = "held-";

/**
 * Takes a lock that ends with its holder, however that ends. It is a folder in which each process that wants the lock
 * creates a file with its process ID and start time, then checks whether a running process did so before. No clock is
 * involved, and a reused process ID is not mistaken for the holder. A holder on another machine, or in another
 * container, counts as running as long as its file is being touched.
 *
 * @param dir the lock's folder; created if missing.
 * @returns a function that releases the lock.
 * @throws LockedError if a running process has it
 */
export async function lockFolder(
  dir: string,
  { what, onLost }: LockOptions = {},
): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true });
  const name = `${process.pid}-${randomBytes(6).toString("hex")}`;
  const claim = path.join(dir, `${CLAIM}${name}`);
  const held = path.join(dir, `${HELD}${name}`);
  const me: Holder = { ...thisProcess(), what, since: new Date().toISOString() };
  let contended = 0;
  for (;;) {
    // Before checking, so that of two processes doing so at once, at least one sees the other.
    await writeFile(claim, JSON.stringify(me), { mode: 0o600 });
    const other = await findOther(dir, name).catch(async (error: unknown) => {
      await rm(claim, { force: true });
      throw error;
    });
    if (other === undefined) break;
    await rm(claim, { force: true });
    if (other.isHeld || contended > CONTEND_MS) {
      throw new LockedError(`${dir} is locked by ${describeHolder(other.holder)}`, other.holder);
    }
    const wait = 5 + Math.random() * 45;
    contended += wait;
    await sleep(wait);
  }
  await rename(claim, held);
  const timer = setInterval(() => {
    try {
      utimesSync(held, new Date(), new Date());
    } catch (error) {
      clearInterval(timer);
      onLost?.(new Error(`the lock in ${dir} was lost: ${String(error)}`));
    }
  }, BEAT_MS).unref();
  return async () => {
    clearInterval(timer);
    await rm(held, { force: true });
  };
}

/** `process 4711 on host since 2026-01-31T09:00:00.000Z (up)`. */
export function describeHolder(holder: Holder | undefined): string {
  if (holder === undefined) return "another process";
  const { pid, host, since, what } = holder;
  return `process ${pid} on ${host} since ${since}${what === undefined ? "" : ` (${what})`}`;
}

interface Other {
  readonly holder: Holder | undefined;
  readonly isHeld: boolean;
}

/** A running process that has the lock, or wants it; removes files that other processes left. */
async function findOther(dir: string, own: string): Promise<Other | undefined> {
  let found: Other | undefined;
  for (const file of await readdir(dir)) {
    const isHeld = file.startsWith(HELD);
    if ((!isHeld && !file.startsWith(CLAIM)) || file.endsWith(own)) continue;
    const place = path.join(dir, file);
    const text = await readFile(place, "utf8").catch(() => undefined);
    const holder = parseHolder(text);
    // A claim that disappeared meanwhile may have become a held lock, so check again.
    if (text !== undefined && (await isGone(place, holder))) await rm(place, { force: true });
    else if (found?.isHeld !== true) found = { holder, isHeld: isHeld && text !== undefined };
  }
  return found;
}

async function isGone(file: string, holder: Holder | undefined): Promise<boolean> {
  const runs = holder && stillRuns(holder);
  return runs === undefined ? !(await isTouched(file)) : !runs;
}

/** Whether a file changes while being watched; false at once if it does not exist. */
async function isTouched(file: string): Promise<boolean> {
  const changed = () =>
    stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    );
  const before = await changed();
  for (let ms = 0; ms < WATCH_MS; ms += 100) {
    const now = await changed();
    if (now === undefined) return false;
    if (now !== before) return true;
    await sleep(100);
  }
  return false;
}

/** @returns undefined if it is incomplete: it is being written, or its process was killed while writing it */
function parseHolder(text: string | undefined): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}
