import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { readdir, readlink, stat } from "node:fs/promises";
import { join } from "node:path";

/** Whether there is a folder at `path`, relative to the working directory. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Whether there is a file at `path`, relative to the working directory. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/**
 * Hash of a build's inputs: path and content of every file in the folder, sorted by path, and the Dockerfile, wherever
 * it is. A `.dockerignore` is ignored, so a change of a file that it excludes counts too.
 *
 * @param folder Build context, e.g. `./nginx`.
 * @param dockerfile Path of the Dockerfile, e.g. `./nginx/Dockerfile`.
 * @returns SHA-256 as 64 hexadecimal digits.
 * @throws Error if one of them is missing or cannot be read.
 */
export async function contextHash(folder: string, dockerfile: string): Promise<string> {
  return sha256(JSON.stringify([await contentsOf(folder), await fileSha256(dockerfile)]));
}

/** Hash of a text: SHA-256 as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** How much of a file is read at once. */
const PART_BYTES = 2 ** 18;

/** As {@link sha256}, of a file's bytes. It is read in parts, between which others have their turn. */
export async function fileSha256(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const part of createReadStream(file, { highWaterMark: PART_BYTES }))
    hash.update(part as Buffer);
  return hash.digest("hex");
}

/** Each path in a folder, in their order, with what is said of it. */
export type Contents = readonly (readonly [path: string, said: string])[];

/** What is in a folder: what stands for each file's bytes, and where each link points, be it nowhere. */
export const contentsOf = (folder: string): Promise<Contents> => walk(folder, fileSha256);

/** What changes with each file of a folder, without reading them, and when the last one changed, in ms since 1970. */
export async function versionOf(folder: string): Promise<{ version: string; changedAt: number }> {
  let changedAt = 0;
  const states = await walk(folder, async (file) => {
    const { ino, size, ctimeMs } = await stat(file);
    changedAt = Math.max(changedAt, ctimeMs);
    return `${ino} ${size} ${ctimeMs}`;
  });
  return { version: sha256(JSON.stringify(states)), changedAt };
}

async function walk(
  folder: string,
  say: (file: string) => Promise<string>,
  prefix = "",
): Promise<Contents> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true });
  const contents: Contents[number][] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    const file = join(folder, path);
    if (entry.isDirectory()) contents.push(...(await walk(folder, say, path)));
    // A link goes into the context as a link.
    else if (entry.isSymbolicLink()) contents.push([path, `-> ${await readlink(file)}`]);
    else if (entry.isFile()) contents.push([path, await say(file)]);
  }
  return contents;
}
