import { rm } from "node:fs/promises";
import { join } from "node:path";

import { describeHolder, type Holder, lockFolder, LockedError } from "../shared/folderLock";

/** Another process has the account open. */
export class AccountInUse extends Error {
  constructor(
    dir: string,
    readonly holder: Holder | undefined,
  ) {
    super(
      `the offline account in ${dir} is in use by ${describeHolder(holder)}; ` +
        "stop that process, or use another folder",
    );
  }
}

/**
 * Takes the one lock of an account's folder. A lock left by a killed process is taken over; one held by a living
 * process is an error at once.
 *
 * @param dir The account's folder; created if missing.
 * @param onLost Called if the folder disappears.
 * @returns A function that releases the lock.
 * @throws AccountInUse that names the process holding the lock.
 */
export async function lockAccount(
  dir: string,
  onLost: (reason: Error) => void,
): Promise<() => Promise<void>> {
  try {
    const release = await lockFolder(join(dir, "lock"), { onLost });
    // Left by older labs, which locked the folder in another way.
    await rm(join(dir, "holder.json"), { force: true });
    return release;
  } catch (error) {
    if (error instanceof LockedError) throw new AccountInUse(dir, error.holder);
    throw error;
  }
}
