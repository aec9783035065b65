import { z } from "zod";

import type { Immutable } from "./message";

const runState = z.enum(["InProgress", "Succeeded", "Failed", "Stopped", "Superseded"]);

/** States of a pipeline execution, as `aws codepipeline list-pipeline-executions` names them. */
export type RunState = z.infer<typeof runState>;

const actionState = z.enum(["Waiting", "InProgress", "Succeeded", "Failed", "Abandoned"]);

/**
 * States of an action, as `aws codepipeline list-action-executions` names them; `Waiting` is an
 * action that was not reached yet.
 */
export type ActionState = z.infer<typeof actionState>;

export const pipelineActionSchema = z.object({
  name: z.string(),
  /** E.g. `CodeCommit`, `CodeBuild`, `Manual`, `ECS`, `CodeDeployToECS`. */
  provider: z.string(),
  status: actionState,
  startedAt: z.string().optional(),
  endedAt: z.string().optional(),
  /** Its result in one sentence; for a failed one, AWS's error. */
  summary: z.string().optional(),
  /** The last 20 lines of its log; `npm run lab -- logs` prints all of it. */
  log: z.array(z.string()).optional(),
});

/** An action of a stage. */
export type PipelineActionStatus = Immutable<z.infer<typeof pipelineActionSchema>>;

export const pipelineStageSchema = z.object({
  name: z.string(),
  status: z.enum([...runState.options, "Waiting"]),
  actions: z.array(pipelineActionSchema),
});

/** A stage of an execution. `Waiting` is one that was not reached yet, or that another execution occupies. */
export type PipelineStageStatus = Immutable<z.infer<typeof pipelineStageSchema>>;

export const pipelineRunSchema = z.object({
  /** A UUID, as CodePipeline assigns it. */
  id: z.string(),
  /** What started it, e.g. `CreatePipeline` or `CloudWatchEvent: push of 1a2b3c4 to main`. */
  trigger: z.string(),
  /** Commit whose push started it; absent when something else did. */
  pushedCommit: z.string().optional(),
  /** Commit that the source action took: the branch's head at that time. Absent before. */
  commit: z.string().optional(),
  /** First line of that commit's message. */
  message: z.string().optional(),
  status: runState,
  startedAt: z.string(),
  endedAt: z.string().optional(),
  stages: z.array(pipelineStageSchema),
});

/** One execution of a pipeline. Times are ISO 8601. */
export type PipelineRunStatus = Immutable<z.infer<typeof pipelineRunSchema>>;

export const pipelineSchema = z.object({
  name: z.string(),
  executionMode: z.enum(["QUEUED", "SUPERSEDED", "PARALLEL"]),
  /** The last 20, newest first. */
  runs: z.array(pipelineRunSchema),
});

/** A pipeline of the account and its last executions. */
export type PipelineStatus = Immutable<z.infer<typeof pipelineSchema>>;

export const repositorySchema = z.object({
  name: z.string(),
  /** The stack that made it. */
  stack: z.string(),
  /** `http://127.0.0.1:PORT/v1/repos/NAME`, without the password that `lab status` adds. */
  cloneUrl: z.string(),
  /** Branches and the commits that they point to; empty for an empty repository. */
  branches: z.record(z.string(), z.string()),
});

/** A CodeCommit repository of the account. */
export type RepositoryStatus = Immutable<z.infer<typeof repositorySchema>>;
