import { z } from "zod";

import type { Immutable } from "./message";
import { pipelineSchema, repositorySchema } from "./pipelines";
import { planeSchema } from "./plane";
import { stackReportSchema } from "./report";

export const labStatusSchema = z.object({
  /** Number of resources in the account by stack. */
  stacks: z.record(z.string(), z.number()),
  /** What the last operation on each stack did, and what the policies found, by stack. */
  reports: z.array(stackReportSchema),
  /** Tasks, targets and load balancers; absent unless the lab is being served. */
  plane: planeSchema.optional(),
  /** Pipelines and their last executions; absent unless the lab is being served. */
  pipelines: z.array(pipelineSchema).optional(),
  /** CodeCommit's git repositories; absent unless the lab is being served. */
  repositories: z.array(repositorySchema).optional(),
});

/** What `lab status` shows. */
export type LabStatus = Immutable<z.infer<typeof labStatusSchema>>;
