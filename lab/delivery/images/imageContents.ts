import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";

import { z } from "zod";

import { contentsOf } from "../../account/buildContext";
import { contentsFile } from "../../account/contents";
import { parsedJson } from "../../protocol/storedFile";

/** Each path in an image's folder, with what stands for its content. */
const contentsSchema = z.array(z.tuple([z.string(), z.string()]));

/** Notes beside an image's folder what is in it. */
export function noteContents(folder: string, contents = contentsOf(folder)): void {
  writeFileSync(contentsFile(folder), JSON.stringify(contents), { mode: 0o600 });
}

export function forgetContents(folder: string): void {
  rmSync(contentsFile(folder), { force: true });
}

/**
 * The file of an image that is not as it was when the image was pushed, or is not there, or the note that tells; none
 * if all are, or if the lab that pushed it took no note.
 */
export function damagedFile(folder: string): string | undefined {
  let text;
  try {
    text = readFileSync(contentsFile(folder), "utf8");
  } catch {
    return undefined;
  }
  const { data: noted } = contentsSchema.safeParse(parsedJson(text));
  if (noted === undefined) return contentsFile(folder);
  const now = new Map(presentIn(folder));
  const lost = noted.find(([name, content]) => now.get(name) !== content);
  if (lost) return path.join(folder, lost[0]);
  const known = new Map(noted);
  const added = [...now.keys()].find((name) => !known.has(name));
  return added === undefined ? undefined : path.join(folder, added);
}

function presentIn(folder: string): [string, string][] {
  try {
    return contentsOf(folder);
  } catch {
    return [];
  }
}
