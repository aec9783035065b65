import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { z } from "zod";

import { parsedJson } from "../shared/parsedJson";
import { contentsOf, sha256 } from "./buildContext";

/** Counts up when the form of a note changes. */
const NOTE_VERSION = 1;

/** Each path in a folder, with what stands for its content, and the checksum of all that. */
const noteSchema = z.object({
  /** Absent before versions were noted. */
  version: z.literal(NOTE_VERSION).optional(),
  sha256: z.string(),
  contents: z.array(z.tuple([z.string(), z.string()])),
});

const checksum = (contents: z.output<typeof noteSchema>["contents"]) =>
  sha256(JSON.stringify(contents));

/** The file beside a folder that lists its contents. */
export const contentsFile = (folder: string): string => `${folder}.json`;

/** Records a folder's contents, from {@link contentsOf}, in a file beside it. */
export function noteContents(folder: string, contents: ReturnType<typeof contentsOf>): void {
  const note = JSON.stringify({
    version: NOTE_VERSION,
    sha256: checksum(contents),
    contents,
  });
  writeFileSync(contentsFile(folder), note, { mode: 0o600 });
}

export function forgetContents(folder: string): void {
  rmSync(contentsFile(folder), { force: true });
}

/**
 * The file of a folder that is not as it was noted, or lost, or the note itself; undefined if all are as they were, or
 * if nothing was noted, as by an earlier lab, or in a newer lab's form. What came later is not looked at.
 */
export function damagedFile(folder: string): string | undefined {
  let text;
  try {
    text = readFileSync(contentsFile(folder), "utf8");
  } catch {
    return undefined;
  }
  const written = parsedJson(text);
  const { data: head } = z.object({ version: z.unknown() }).safeParse(written);
  if (typeof head?.version === "number" && head.version > NOTE_VERSION) return undefined;
  const { data: note } = noteSchema.safeParse(written);
  if (note?.sha256 !== checksum(note?.contents ?? [])) return contentsFile(folder);
  const now = new Map(presentIn(folder));
  const [name] = note.contents.find(([file, content]) => now.get(file) !== content) ?? [];
  return name === undefined ? undefined : path.join(folder, name);
}

/** The readable contents of a folder. */
function presentIn(folder: string): [string, string][] {
  try {
    return contentsOf(folder);
  } catch {
    return [];
  }
}
