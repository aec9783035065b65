import { describeHolder, lockFolder, LockedError } from "../lab/shared/folderLock";

/**
 * Lets one process at a time work on a class.
 *
 * @param recordFile the class's record; its folder is created.
 * @returns a function that releases the lock.
 * @throws Error if another process is working on it. The lock of a process that no longer runs is taken over.
 */
export async function lockClass(recordFile: string): Promise<() => Promise<void>> {
  return lockFolder(`${recordFile}.lock`).catch((error: unknown) => {
    if (!(error instanceof LockedError)) throw error;
    throw new Error(
      `another process is working on this class: ${describeHolder(error.holder)}; wait for it, or stop it`,
    );
  });
}
