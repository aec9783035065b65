import { randomBytes } from "node:crypto";
import { utimesSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { z } from "zod";

import { type ProcessId, processIdSchema, stillRuns, thisProcess } from "./processId";

/** Who has a lock. */
export interface Holder extends ProcessId {
  /** What it does, e.g. `up`. */
  readonly what?: string | undefined;
  /** When it took the lock, for people alone. */
  readonly since: string;
}

const holderSchema = processIdSchema.extend({ what: z.string().optional(), since: z.string() });

/** Somebody else has the lock. */
export class LockedError extends Error {
  constructor(
    message: string,
    readonly holder: Holder | undefined,
  ) {
    super(message);
  }
}

export interface LockOptions {
  /** What it is taken for, to tell others. @default nothing is told */
  readonly what?: string;
  /** Called if the lock's files went away meanwhile, e.g. with the folder. */
  readonly onLost?: (reason: Error) => void;
}

/** How often a holder shows that it lives, to those that cannot see its process, in milliseconds. */
const BEAT_MS = 1_000;
/** How long those watch, in milliseconds. */
const WATCH_MS = 3_500;
/** Who meets others that want the lock at the same moment tries again for so long, in milliseconds. */
const CONTEND_MS = 5_000;

const CLAIM = "claim-";
const HELD = "held-";

/**
 * Takes a lock that ends with its holder, however that ends: a folder in which each process that wants it puts a file
 * with its id and start, then looks whether a living one did before. No clock decides anything, and an id used again
 * is not mistaken for the holder. A holder on another machine, or in another container, counts as living as long as
 * its file is seen to be touched.
 *
 * @param dir the lock's folder; it is created.
 * @returns a function that gives the lock back.
 * @throws LockedError if a living process has it
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
    // Before looking: of two that do so at once, one sees the other at least.
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

/** A living process that has the lock, or wants it; what others left is removed. */
async function findOther(dir: string, own: string): Promise<Other | undefined> {
  let found: Other | undefined;
  for (const file of await readdir(dir)) {
    const isHeld = file.startsWith(HELD);
    if ((!isHeld && !file.startsWith(CLAIM)) || file.endsWith(own)) continue;
    const place = path.join(dir, file);
    const text = await readFile(place, "utf8").catch(() => undefined);
    const holder = parseHolder(text);
    // A claim that went away while one looked may be a held lock now: that is to be looked at again.
    if (text !== undefined && (await isGone(place, holder))) await rm(place, { force: true });
    else if (found?.isHeld !== true) found = { holder, isHeld: isHeld && text !== undefined };
  }
  return found;
}

async function isGone(file: string, holder: Holder | undefined): Promise<boolean> {
  const runs = holder && stillRuns(holder);
  return runs === undefined ? !(await isTouched(file)) : !runs;
}

/** Whether a file changes while one looks; at once false if it is not there. */
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

/** Undefined if it is not whole: it is being written, or its process was killed meanwhile. */
function parseHolder(text: string | undefined): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(text ?? ""));
  } catch {
    return undefined;
  }
}
