import type { z } from "zod";

import { parsedJson } from "../shared/parsedJson";
import { mustKnowVersion, versionIn } from "./storedVersion";

export interface StoredForm<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** The latest version that this lab knows. */
  readonly version: number;
  /** What to do without the lab that wrote it, or if it is damaged: `remove it to go back to the standard quotas`. */
  readonly remedy: string;
}

/**
 * Parses a file of the lab that cannot be reconstructed from others.
 *
 * @throws Error naming the file and what to do, if it is damaged or a newer lab wrote it
 */
export function parseStored<Schema extends z.ZodType>(
  file: string,
  text: string,
  { schema, version, remedy }: StoredForm<Schema>,
): z.output<Schema> {
  const written = parsedJson(text);
  mustKnowVersion(file, versionIn(written), version, remedy);
  const { data, success } = schema.safeParse(written);
  if (success) return data;
  throw new Error(`${file} is damaged: ${remedy}`);
}
