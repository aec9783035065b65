import { z } from "zod";

const headSchema = z.object({ version: z.unknown() });

/** The version that a file's content says it has; undefined if it says none. */
export function versionIn(content: unknown): unknown {
  return headSchema.safeParse(content).data?.version;
}

/**
 * Rejects a file that a newer lab wrote. Files without a version have the format of version 1.
 *
 * @param found the version that the file says it has
 * @param known the latest version that this lab knows
 * @param remedy what to do without the lab that wrote it, e.g. `remove its folder to start anew`
 * @throws Error that says what to do
 */
export function mustKnowVersion(
  file: string,
  found: unknown,
  known: number,
  remedy: string,
): asserts found is number | undefined {
  if (found === undefined) return;
  if (typeof found === "number" && Number.isInteger(found) && found >= 1 && found <= known) return;
  throw new Error(
    `${file} has version ${JSON.stringify(found)}, but this lab knows versions up to ${known}: ` +
      `use the lab that wrote it, or ${remedy}`,
  );
}
