import { createHash } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
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
export function contextHash(folder: string, dockerfile: string): string {
  return sha256(JSON.stringify([contentsOf(folder), sha256(readFileSync(dockerfile))]));
}

/** Hash of a text or a file's bytes: SHA-256 as 64 hexadecimal digits. */
export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Sorted paths inside the folder, each with a text that represents its content. */
export function contentsOf(folder: string, prefix = ""): [path: string, content: string][] {
  const entries = readdirSync(join(folder, prefix), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): [string, string][] => {
      const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory()) return contentsOf(folder, path);
      // A link is part of the context as a link, and may be dangling here.
      if (entry.isSymbolicLink()) return [[path, `-> ${readlinkSync(join(folder, path))}`]];
      return entry.isFile() ? [[path, sha256(readFileSync(join(folder, path)))]] : [];
    });
}
