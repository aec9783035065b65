import { z } from "zod";

import type { Immutable } from "./message";

/** Somebody's answer to an approval action of a pipeline. */
export const approvalSchema = z.object({
  /** ID of the execution, or a prefix of it. @default the one that is waiting */
  run: z.string().optional(),
  approved: z.boolean(),
  comment: z.string(),
});

export type ApprovalRequest = Immutable<z.infer<typeof approvalSchema>>;
