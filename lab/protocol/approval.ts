import { z } from "zod";

/** Somebody's answer to an approval action of a pipeline. */
export const approvalSchema = z.object({
  /** Id of the execution, or its beginning. @default whichever waits */
  run: z.string().optional(),
  approved: z.boolean(),
  comment: z.string(),
});

export type ApprovalRequest = z.infer<typeof approvalSchema>;
