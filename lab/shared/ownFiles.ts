import { chmod, mkdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";

/** Write permission of the group and of all others. */
const OTHERS_WRITE = 0o022;

/**
 * Makes a folder that other users of this machine cannot look into; one of this user that is there already becomes
 * so, if it is a lab's.
 *
 * @param mark a name in the folder by which it is known as a lab's
 */
export async function privateFolder(folder: string, mark: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { mode, uid } = await stat(folder);
  if ((mode & 0o077) === 0 || uid !== process.geteuid?.()) return;
  const isLab = await stat(path.join(folder, mark)).catch(() => undefined);
  if (isLab !== undefined) await chmod(folder, 0o700);
}

/**
 * Makes sure that nobody but this user, root and the owner of the home folder can have put something else into the place of what is to be
 * executed. What is this user's own and others may write to is closed to them.
 *
 * @param folder the outermost folder that is looked at
 * @param file in it, or below
 * @throws Error if one of them belongs to another user
 */
export async function assertOwn(folder: string, file: string): Promise<void> {
  const own = process.geteuid?.();
  if (own === undefined) return;
  // Root may work in the home of another, as by sudo.
  const home = (await stat(homedir()).catch(() => undefined))?.uid;
  const steps = path.relative(folder, file).split(path.sep);
  for (let at = 0; at <= steps.length; at++) {
    const one = path.join(folder, ...steps.slice(0, at));
    const { mode, uid } = await stat(one);
    if (![own, home, 0].includes(uid)) {
      throw new Error(
        `${one} belongs to another user, who could have anything done by it: remove ${folder}, or set ` +
          "XDG_CACHE_HOME to a folder of your own",
      );
    }
    if (uid === own && (mode & OTHERS_WRITE) !== 0) await chmod(one, mode & 0o7777 & ~OTHERS_WRITE);
  }
}
