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
  /** The operation that takes it, to show to others: `up`. */
  readonly what: string;
  /** Stops waiting. */
  readonly signal?: AbortSignal;
  /** Called once with a message on whom it is waiting for. @default standard error */
  readonly say?: (text: string) => void;
}

/**
 * Locks a stack while it is created or changed. Waits for any lab or engine that is already working on it, and removes
 * locks left by engines that were killed.
 *
 * @returns a function that unlocks it
 * @throws the signal's reason if that is aborted meanwhile
 */
export async function lockStack(
  place: StackPlace,
  { what, signal, say = toStandardError }: StackLockOptions,
): Promise<() => Promise<void>> {
  const { stateDir, stack } = place;
  let told: string | undefined;
  const tell = (who: string) => {
    if (told !== who) say(`${who} is working on stack ${stack}; waiting for it to finish`);
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

/** Waits for an engine that is running, and removes locks of engines that are gone. */
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
