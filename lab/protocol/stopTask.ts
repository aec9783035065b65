import { z } from "zod";

/** A task to stop, as `aws ecs stop-task` does. */
export const stopTaskSchema = z.object({
  /** ARN. */
  task: z.string(),
  /** Shown as the stopped task's reason. */
  reason: z.string(),
});

export type StopTaskRequest = z.infer<typeof stopTaskSchema>;
