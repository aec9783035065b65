import { readFile, rm } from "node:fs/promises";

import { z } from "zod";

const positionSchema = z.object({
  /** Path relative to the program's folder, separated by `/`. */
  file: z.string(),
  /** From 1. */
  line: z.number(),
  /** From 1. */
  column: z.number(),
});

/** Where in the program a resource is declared. */
export type SourcePosition = z.infer<typeof positionSchema>;

/** One line of the file that internals/observe.ts writes. */
const observationSchema = z.union([
  z.object({ registrations: z.string() }),
  z.object({ type: z.string(), name: z.string(), position: positionSchema.optional() }),
]);

export type Observation = z.infer<typeof observationSchema>;

/** What was observed of a run from within the program's process. */
export interface Observations {
  /**
   * Digest of everything that the program registered, with every option; independent of the order, and reveals no
   * values. Given the same state, two runs with equal digests leave the same state, unless a provider finds something
   * to do. Absent if the program was killed.
   */
  registrations?: string;
  /** Where the program declares a resource, by `<type>::<name>`. */
  positions: ReadonlyMap<string, SourcePosition>;
}

/** Reads the last run's observations, if any, and removes them. */
export async function takeObservations(file: string): Promise<Observations> {
  const text = await readFile(file, "utf8").catch(() => "");
  await rm(file, { force: true });
  const positions = new Map<string, SourcePosition>();
  let registrations: string | undefined;
  // A program that was killed may have left half a line at the end.
  for (const line of text.split("\n").slice(0, -1)) {
    const observation = observationSchema.parse(JSON.parse(line));
    if ("registrations" in observation) registrations = observation.registrations;
    else if (observation.position)
      positions.set(`${observation.type}::${observation.name}`, observation.position);
  }
  return { registrations, positions };
}

/** Where the resource with this URN is declared; undefined for children that a provider declares. */
export function positionOf(observations: Observations, urn: string): SourcePosition | undefined {
  const [, , types = "", ...name] = urn.split("::");
  return observations.positions.get(`${types.split("$").at(-1) ?? ""}::${name.join("::")}`);
}
