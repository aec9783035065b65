import { readFile, rm } from "node:fs/promises";

import { z } from "zod";

const positionSchema = z.object({
  /** Path relative to the program's folder, with `/`. */
  file: z.string(),
  /** From 1. */
  line: z.number(),
  /** From 1. */
  column: z.number(),
});

/** Where in the program a resource is declared. */
export type SourcePosition = z.infer<typeof positionSchema>;

/** One line of what internals/observe.ts writes. */
const observationSchema = z.union([
  z.object({ registrations: z.string() }),
  z.object({ type: z.string(), name: z.string(), position: positionSchema.optional() }),
]);

export type Observation = z.infer<typeof observationSchema>;

/** What was seen of a program's run, in its process. */
export interface Observations {
  /**
   * Equal for runs that asked the engine to register the same, with every option, in whatever order; tells
   * nothing of the values. On the same state, two such runs leave the same state, if no provider finds
   * anything to do. Absent if the program was ended.
   */
  registrations?: string;
  /** Where the program declares a resource, by `<type>::<name>`. */
  positions: ReadonlyMap<string, SourcePosition>;
}

/** The observations of the last run, of which there may be none; they are read once. */
export async function takeObservations(file: string): Promise<Observations> {
  const text = await readFile(file, "utf8").catch(() => "");
  await rm(file, { force: true });
  const positions = new Map<string, SourcePosition>();
  let registrations: string | undefined;
  // A program that was ended may have left half a line at the end.
  for (const line of text.split("\n").slice(0, -1)) {
    const observation = observationSchema.parse(JSON.parse(line));
    if ("registrations" in observation) registrations = observation.registrations;
    else if (observation.position)
      positions.set(`${observation.type}::${observation.name}`, observation.position);
  }
  return { registrations, positions };
}

/** Where the resource with this URN is declared; nothing for what a provider declares itself. */
export function positionOf(observations: Observations, urn: string): SourcePosition | undefined {
  const [, , types = "", ...name] = urn.split("::");
  return observations.positions.get(`${types.split("$").at(-1) ?? ""}::${name.join("::")}`);
}
