import { z } from "zod";

import { processIdSchema } from "../shared/processId";

/** Increases with every change after which older and newer lab processes would misunderstand each other. */
export const PROTOCOL_VERSION = 3;

/** `host.json`: how another lab process reaches the one that has the account open. */
export const addressSchema = z.object({
  version: z.literal(PROTOCOL_VERSION),
  pid: z.number(),
  /** The same process, distinguished from later ones with the same ID. */
  process: processIdSchema.optional(),
  /** Value of PULUMI_DEBUG_PROVIDERS. */
  debugProviders: z.string(),
  /** `http://127.0.0.1:PORT` of its control server. */
  control: z.string(),
  /** Bearer token for the control server. */
  token: z.string(),
});

export type Address = z.infer<typeof addressSchema>;

/** The fields that every version of `host.json` has. */
export const holderSchema = z.object({
  pid: z.number(),
  process: processIdSchema.optional().catch(undefined),
});
