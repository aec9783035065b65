import { z } from "zod";

import type { Immutable } from "./message";
import { pipelineSchema, repositorySchema } from "./pipelines";
import { planeSchema } from "./plane";
import { stackReportSchema } from "./report";

const awsApi = z.object({
  /** Value of `AWS_ENDPOINT_URL`: `http://127.0.0.1:PORT`. */
  endpoint: z.string(),
  /** Value of `AWS_REGION`: where most of the account's resources are. */
  region: z.string(),
});

/** How the AWS CLI and the SDKs reach the lab; they need its access key, too. */
export type AwsApi = Immutable<z.infer<typeof awsApi>>;

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
  /** AWS's API; absent unless the lab is being served. */
  awsApi: awsApi.optional(),
});

/** What `lab status` shows. */
export type LabStatus = Immutable<z.infer<typeof labStatusSchema>>;
