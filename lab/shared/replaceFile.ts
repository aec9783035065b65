import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import * as path from "node:path";

interface ReplaceOptions {
  /** Permissions of the file. @default its present ones, else those of new files */
  mode?: number;
}

/** Writes in progress, so that of two calls for one file, the later one wins. */
const underWay = new Map<string, Promise<void>>();

/**
 * Writes a file atomically: after a crash, or on a full disk, it has either the new or the old content.
 *
 * @throws Error of the file system; the file is then unchanged.
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array,
  options: ReplaceOptions = {},
): Promise<void> {
  const key = path.resolve(file);
  const before = underWay.get(key);
  const now = (before ?? Promise.resolve())
    .catch(() => undefined)
    .then(() => write(file, content, options));
  underWay.set(key, now);
  try {
    await now;
  } finally {
    if (underWay.get(key) === now) underWay.delete(key);
  }
}

async function write(
  file: string,
  content: string | Uint8Array,
  { mode }: ReplaceOptions,
): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const permissions = mode ?? modeOf(await stat(target).catch(() => undefined));
  const fresh = freshName(target);
  try {
    const handle = await open(fresh, "wx", permissions);
    try {
      // Continues after a partial write, and fails if the disk is full.
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}

/** {@link replaceFile}, synchronously. */
export function replaceFileSync(file: string, text: string, { mode }: ReplaceOptions = {}): void {
  const target = realpathIfThere(file);
  const permissions = mode ?? modeOf(statSync(target, { throwIfNoEntry: false }));
  const fresh = freshName(target);
  try {
    const descriptor = openSync(fresh, "wx", permissions);
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(fresh, target);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw error;
  }
}

function realpathIfThere(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

const modeOf = (stats?: Stats) => stats && stats.mode & 0o777;

const freshName = (file: string) => `${file}.${randomBytes(6).toString("hex")}.tmp`;
