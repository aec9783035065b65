import { z } from "zod";

import type { Immutable } from "./message";

const finding = z.object({
  policy: z.string(),
  pack: z.string(),
  level: z.enum(["mandatory", "advisory"]),
  urn: z.string().optional(),
  source: z.object({ file: z.string(), line: z.number(), column: z.number() }).optional(),
  message: z.string(),
});

export const stackReportSchema = z.object({
  stack: z.string(),
  operation: z.enum(["preview", "up", "refresh", "destroy"]),
  result: z.enum(["succeeded", "failed"]),
  at: z.iso.datetime(),
  changes: z.record(z.string(), z.number()),
  errors: z.number(),
  findings: z.array(finding),
});

/**
 * What the last operation on a stack did and what the policies found: an operation's report without
 * its outputs, and with the number of its errors in place of their texts.
 */
export type StackReport = Immutable<z.infer<typeof stackReportSchema>>;
