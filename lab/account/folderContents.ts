import { rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import { versionIn } from "../protocol/storedVersion";
import { parsedJson } from "../shared/parsedJson";
import { type Contents, contentsOf, sha256, versionOf } from "./buildContext";

/** Counts up when the form of a note changes. */
const NOTE_VERSION = 1;

/** Each path in a folder, with what stands for its content, and the checksum of all that. */
const noteSchema = z.object({
  /** Absent before versions were noted. */
  version: z.literal(NOTE_VERSION).optional(),
  sha256: z.string(),
  contents: z.array(z.tuple([z.string(), z.string()])),
});

const checksum = (contents: Contents) => sha256(JSON.stringify(contents));

/** By folder, what its note and its files were like when it was last found whole: they are not read again until one changes. */
const whole = new Map<string, string>();

/** Files that changed so shortly ago, in ms, may change again at a time that the file system notes as the same. */
const STEP_MS = 2000;

/** The file beside a folder that lists its contents. */
export const contentsFile = (folder: string): string => `${folder}.json`;

/** Notes beside a folder what is in it, as {@link contentsOf} gives it. */
export function noteContents(folder: string, contents: Contents): void {
  const note = JSON.stringify({
    version: NOTE_VERSION,
    sha256: checksum(contents),
    contents,
  });
  writeFileSync(contentsFile(folder), note, { mode: 0o600 });
}

export function forgetContents(folder: string): void {
  rmSync(contentsFile(folder), { force: true });
  whole.delete(folder);
}

/**
 * The file of a folder that is not as it was noted, or lost, or the note itself; undefined if all are as they were, or
 * if nothing was noted, as by an earlier lab, or in a newer lab's form. What came later is not looked at.
 */
export async function damagedFile(folder: string): Promise<string | undefined> {
  let text;
  try {
    text = await readFile(contentsFile(folder), "utf8");
  } catch {
    return undefined;
  }
  const written = parsedJson(text);
  const noted = versionIn(written);
  if (typeof noted === "number" && noted > NOTE_VERSION) return undefined;
  const { data: note } = noteSchema.safeParse(written);
  if (note?.sha256 !== checksum(note?.contents ?? [])) return contentsFile(folder);
  const at = Date.now();
  const { version, changedAt } = await versionOf(folder).catch(() => ({
    version: "",
    changedAt: at,
  }));
  const seen = `${note.sha256} ${version}`;
  if (whole.get(folder) === seen) return undefined;
  // Nothing, where the folder or what is in it cannot be read.
  const now = new Map(await contentsOf(folder).catch((): Contents => []));
  const [name] = note.contents.find(([file, content]) => now.get(file) !== content) ?? [];
  if (name !== undefined) return path.join(folder, name);
  if (at - changedAt > STEP_MS) whole.set(folder, seen);
  return undefined;
}
