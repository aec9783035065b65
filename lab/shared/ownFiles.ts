import { chmod, mkdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";

/** Write permission for the group and others. */
const OTHERS_WRITE = 0o022;

/**
 * Creates a folder that other users of this machine cannot read; makes an existing one of this user private if it is a
 * lab's.
 *
 * @param mark a name in the folder that identifies it as a lab's
 */
export async function privateFolder(folder: string, mark: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(folder);
  if ((mode & 0o077) === 0 || uid !== process.geteuid?.()) return;
  const isLab = await stat(path.join(folder, mark)).catch(() => undefined);
  if (isLab !== undefined) await chmod(folder, 0o700);
}

/**
 * Makes sure that nobody but this user, root and the owner of the home folder can have replaced a file that is going to
 * be executed. Removes others' write permission from this user's own files.
 *
 * @param folder the outermost folder to check
 * @param file a file in it, at any depth
 * @throws Error if one of them belongs to another user
 */
export async function assertOwn(folder: string, file: string): Promise<void> {
  const own = process.geteuid?.();
  if (own === undefined) return;
  // Root may work in another user's home folder, e.g. with sudo.
  const home = (await stat(homedir()).catch(() => undefined))?.uid;
  const steps = path.relative(folder, file).split(path.sep);
  for (let at = 0; at <= steps.length; at++) {
    const one = path.join(folder, ...steps.slice(0, at));
    const { mode, uid } = await stat(one);
    if (![own, home, 0].includes(uid)) {
      throw new Error(
        `${one} belongs to another user, who could run anything through it: remove ${folder}, or set ` +
          "XDG_CACHE_HOME to a folder of your own",
      );
    }
    if (uid === own && (mode & OTHERS_WRITE) !== 0) await chmod(one, mode & 0o7777 & ~OTHERS_WRITE);
  }
}
