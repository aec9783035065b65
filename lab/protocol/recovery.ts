import { z } from "zod";

/** Asks to delete what a crash left behind: a stack's resources that are in the account but not in `known`. */
export const recoverySchema = z.object({
  stack: z.string(),
  project: z.string(),
  known: z.array(z.object({ type: z.string(), id: z.string() })),
});

/** URNs of what was deleted. */
export const recoveredSchema = z.array(z.string());

/** Asks for a stack's resources in the account. */
export const resourcesSchema = z.object({ stack: z.string(), project: z.string() });

export const resourceListSchema = z.array(z.object({ urn: z.string(), id: z.string() }));

/** A resource of a stack, as the account has it. */
export type OwnedResource = z.infer<typeof resourceListSchema>[number];
