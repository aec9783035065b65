import { lstat, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { crc32 } from "node:zlib";

import { isAlive, type ProcessId, processOf, thisProcess } from "./processId";

const PREFIX = "ecs-handson-";
/** With the mark of the process whose it is, and its id. */
const MARKED = /^ecs-handson-([0-9a-f]{8}-(\d+)-[0-9a-f]{8})-/;

let swept: Promise<void> | undefined;

/**
 * Makes a folder for temporary files, which this user alone can look into. Its name tells whose it is: what a process
 * that was killed left is removed by the next process that makes one.
 *
 * @param what it is for, in a word of its name
 * @returns the folder, which is the caller's to remove
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
  // One that another process removes as well, or that is another user's, is none of this one's concern.
  await Promise.all(left.map((folder) => removeOwn(folder).catch(() => undefined)));
}

/** Whether it is the folder of a process of this machine, or container, that has ended. */
function isLeft(name: string): boolean {
  const [, mark, digits] = MARKED.exec(name) ?? [];
  if (mark === undefined) return false;
  const pid = Number(digits);
  const now = processOf(pid);
  if (!mark.startsWith(`${hash(now.host)}-`)) return false;
  // Of one whose start cannot be told, nothing is removed while it lives.
  return !isAlive(pid) || (now.started !== undefined && mark !== markOf(now));
}

/** Tells a process from any other, in letters that may stand in a file's name. */
function markOf({ host, pid, started = "" }: ProcessId): string {
  return `${hash(host)}-${pid}-${hash(started)}`;
}

const hash = (text: string) => crc32(text).toString(16).padStart(8, "0");

async function removeOwn(folder: string): Promise<void> {
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== (process.geteuid?.() ?? found.uid)) return;
  await rm(folder, { recursive: true, force: true });
}
