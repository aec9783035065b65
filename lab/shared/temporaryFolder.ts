import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { crc32 } from "node:zlib";

import { isAlive, type ProcessId, processOf, thisProcess } from "./processId";

const PREFIX = "ecs-handson-";
/** Contains the owning process's mark and ID. */
const MARKED = /^ecs-handson-([0-9a-f]{8}-(\d+)-[0-9a-f]{8})-/;

let swept: Promise<void> | undefined;

/**
 * Creates a folder for temporary files, which only this user can read. Its name identifies its process: the next
 * process that creates one removes the folders of processes that were killed.
 *
 * @param its purpose, a word in its name
 * @returns the folder, which the caller must remove
 */
export async function temporaryFolder(what: string): Promise<string> {
  swept ??= removeLeftovers();
  await swept;
  return mkdtemp(path.join(tmpdir(), `${PREFIX}${markOf(thisProcess())}-${what}-`));
}

/**
 * Removes the temporary folders of processes that have ended.
 * @param dir where they are
 */
export async function removeLeftovers(dir = tmpdir()): Promise<void> {
  const names = await readdir(dir).catch(() => []);
  const left = names.filter(isLeft).map((name) => path.join(dir, name));
  // Errors are ignored: another process may be removing it too, or it may belong to another user.
  await Promise.all(left.map((folder) => removeOwn(folder).catch(() => undefined)));
}

/** Whether it belongs to a process of this machine or container that has ended. */
function isLeft(name: string): boolean {
  const [, mark, digits] = MARKED.exec(name) ?? [];
  if (mark === undefined) return false;
  const pid = Number(digits);
  const now = processOf(pid);
  if (!mark.startsWith(`${hash(now.host)}-`)) return false;
  // If a process's start time is not known, its folders are kept while a process has its ID.
  return !isAlive(pid) || (now.started !== undefined && mark !== markOf(now));
}

/** Identifies a process, in characters that are allowed in file names. */
function markOf({ host, pid, started = "" }: ProcessId): string {
  return `${hash(host)}-${pid}-${hash(started)}`;
}

const hash = (text: string) => crc32(text).toString(16).padStart(8, "0");

async function removeOwn(folder: string): Promise<void> {
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== (process.geteuid?.() ?? found.uid)) return;
  await rm(folder, { recursive: true, force: true });
}
