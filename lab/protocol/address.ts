import { z } from "zod";

import { processIdSchema } from "../shared/processId";

/** Counts up when processes of an older and of a newer lab would misunderstand each other. */
export const PROTOCOL_VERSION = 3;

/** `host.json`: how another lab process reaches the one that has the account open. */
export const addressSchema = z.object({
  version: z.literal(PROTOCOL_VERSION),
  pid: z.number(),
  /** The same, told from others that have the id later. */
  process: processIdSchema.optional(),
  /** Value of PULUMI_DEBUG_PROVIDERS. */
  debugProviders: z.string(),
  /** `http://127.0.0.1:PORT` of its control server. */
  control: z.string(),
  /** What the control server wants as a bearer token. */
  token: z.string(),
});

export type Address = z.infer<typeof addressSchema>;

/** What every version of `host.json` has. */
export const holderSchema = z.object({
  pid: z.number(),
  process: processIdSchema.optional().catch(undefined),
});
