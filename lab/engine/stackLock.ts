import { readdir, rm } from "node:fs/promises";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { describeHolder, lockFolder, LockedError } from "../shared/folderLock";
import { holderOf } from "./internals/engineLock";
import { workDirs } from "./workDirs";

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
    let isTaken = false;
    for (const name of await readdir(locks).catch(() => [])) {
      const file = path.join(locks, name);
      const holder = await holderOf(file);
      if (holder === "nobody") await rm(file, { force: true });
      else if (holder !== "unknown") {
        tell(`the engine of process ${holder}`);
        isTaken = true;
      }
    }
    if (!isTaken) return;
    await sleep(20);
  }
}

function toStandardError(text: string): void {
  process.stderr.write(`${text}\n`);
}
