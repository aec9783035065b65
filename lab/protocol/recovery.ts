import { z } from "zod";

/** Asks for what a crash left behind to be deleted: what the account has of a stack and `known` does not name. */
export const recoverySchema = z.object({
  stack: z.string(),
  project: z.string(),
  known: z.array(z.object({ type: z.string(), id: z.string() })),
});

/** URNs of what was deleted. */
export const recoveredSchema = z.array(z.string());

/** Asks which resources the account has of a stack. */
export const resourcesSchema = z.object({ stack: z.string(), project: z.string() });

export const resourceListSchema = z.array(z.object({ urn: z.string(), id: z.string() }));

/** A resource of a stack, as the account has it. */
export type OwnedResource = z.infer<typeof resourceListSchema>[number];
