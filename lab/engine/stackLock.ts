import { readdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { z } from "zod";

import { describeHolder, lockFolder, LockedError } from "../shared/folderLock";
import { commandOf, isAlive } from "../shared/processId";
import { workDirs } from "./workDirs";

/** What of an engine's own lock tells who has it. Source: pulumi, pkg/backend/diy/lock.go. */
const engineLockSchema = z.object({ pid: z.number() });

const lookEveryMs = 200;

export interface StackPlace {
  readonly stateDir: string;
  readonly project: string;
  readonly stack: string;
}

export interface StackLockOptions {
  /** What it is taken for, to tell others: `up`. */
  readonly what: string;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
  /** Told once whom one waits for. @default standard error */
  readonly say?: (text: string) => void;
}

/**
 * Takes a stack, for as long as one makes or changes it; waits for who does so already, be it a lab or an engine
 * that somebody runs, and frees it of the locks of engines that were killed.
 *
 * @returns a function that gives it back
 * @throws the signal's reason if that is aborted meanwhile
 */
export async function lockStack(
  place: StackPlace,
  { what, signal, say = toStandardError }: StackLockOptions,
): Promise<() => Promise<void>> {
  const { stateDir, stack } = place;
  let told: string | undefined;
  const tell = (who: string) => {
    if (told !== who) say(`${who} works on stack ${stack}; waiting until it has ended`);
    told = who;
  };
  const release = await untilFree(workDirs(stateDir, stack).lock, what, signal, tell);
  try {
    await engineGone(place, signal, tell);
    return release;
  } catch (error) {
    await release();
    throw error;
  }
}

async function untilFree(
  dir: string,
  what: string,
  signal: AbortSignal | undefined,
  tell: (who: string) => void,
): Promise<() => Promise<void>> {
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await lockFolder(dir, { what });
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      tell(describeHolder(error.holder));
      await sleep(lookEveryMs);
    }
  }
}

/** Waits for an engine that is at work, and takes back locks whose engine is gone. */
async function engineGone(
  { stateDir, project, stack }: StackPlace,
  signal: AbortSignal | undefined,
  tell: (who: string) => void,
): Promise<void> {
  const locks = workDirs(stateDir, stack).locks(project);
  for (;;) {
    signal?.throwIfAborted();
    const files = (await readdir(locks).catch(() => [])).map((file) => path.join(locks, file));
    if (files.length === 0) return;
    for (const file of files) {
      const pid = await engineOf(file);
      if (pid === undefined) await rm(file, { force: true });
      else tell(`the engine of process ${pid}`);
    }
    await sleep(files.length === 0 ? 0 : 20);
  }
}

/** Id of the living engine that has a lock; a damaged lock is nobody's. */
async function engineOf(file: string): Promise<number | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  let pid: number | undefined;
  try {
    ({ pid } = engineLockSchema.parse(JSON.parse(text)));
  } catch {
    return undefined;
  }
  // The lock does not say when its engine started: another program may have the id by now.
  const isEngine = commandOf(pid)?.includes("pulumi") ?? true;
  return isAlive(pid) && isEngine ? pid : undefined;
}

function toStandardError(text: string): void {
  process.stderr.write(`${text}\n`);
}
