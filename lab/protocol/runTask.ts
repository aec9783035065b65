import { z } from "zod";

/** Tasks to start without a service, as `aws ecs run-task` does. */
export const runTaskSchema = z.object({
  /** ARN, `family:revision`, or `family` for its latest revision. */
  taskDefinition: z.string(),
  /** Name or ARN. @default the only cluster */
  cluster: z.string().optional(),
  /** 1 to 10. */
  count: z.number(),
  /** @default FARGATE for a task definition that requires only that, else the cluster's default */
  launchType: z.enum(["FARGATE", "EC2"]).optional(),
  /** Replaces the command of `container`. */
  command: z.array(z.string()).optional(),
  /** @default the task's main container */
  container: z.string().optional(),
});

export type RunTaskRequest = z.infer<typeof runTaskSchema>;

/** The tasks that were started. */
export const ranTaskSchema = z.object({
  /** ARNs. */
  tasks: z.array(z.string()),
  /** Why each of the missing tasks was not started. */
  failures: z.array(z.string()),
  /** The AWS CLI command that does the same on AWS. */
  command: z.string(),
});

export type RanTask = z.infer<typeof ranTaskSchema>;
