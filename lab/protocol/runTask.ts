import { z } from "zod";

/** Tasks to start without a service, as `aws ecs run-task` does. */
export const runTaskSchema = z.object({
  /** ARN, `family:revision`, or `family` for its latest revision. */
  taskDefinition: z.string(),
  /** Name or ARN. @default the only one that there is */
  cluster: z.string().optional(),
  /** 1 to 10. */
  count: z.number(),
  /** @default FARGATE for what is registered for it alone, else the cluster's own way */
  launchType: z.enum(["FARGATE", "EC2"]).optional(),
  /** Replaces the command of `container`. */
  command: z.array(z.string()).optional(),
  /** @default the task's main one */
  container: z.string().optional(),
});

export type RunTaskRequest = z.infer<typeof runTaskSchema>;

/** What was started of it. */
export const ranTaskSchema = z.object({
  /** ARNs. */
  tasks: z.array(z.string()),
  /** Why each of those that are missing was not started. */
  failures: z.array(z.string()),
  /** What does the same on AWS. */
  command: z.string(),
});

export type RanTask = z.infer<typeof ranTaskSchema>;
