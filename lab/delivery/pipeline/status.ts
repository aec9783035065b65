/** States of a pipeline execution, as `aws codepipeline list-pipeline-executions` names them. */
export type RunState = "InProgress" | "Succeeded" | "Failed" | "Stopped" | "Superseded";

/**
 * States of an action, as `aws codepipeline list-action-executions` names them; `Waiting` is an
 * action that was not reached yet.
 */
export type ActionState = "Waiting" | "InProgress" | "Succeeded" | "Failed" | "Abandoned";

/** A pipeline of the account and its last executions: plain JSON. */
export interface PipelineStatus {
  readonly name: string;
  readonly executionMode: "QUEUED" | "SUPERSEDED" | "PARALLEL";
  /** The last 20, newest first. */
  readonly runs: readonly PipelineRunStatus[];
}

/** One execution of a pipeline. Times are ISO 8601. */
export interface PipelineRunStatus {
  /** As CodePipeline gives it: a UUID. */
  readonly id: string;
  /** What started it, e.g. `CreatePipeline` or `CloudWatchEvent: push of 1a2b3c4 to main`. */
  readonly trigger: string;
  /** Commit whose push started it; absent when something else did. */
  readonly pushedCommit?: string;
  /** Commit that the source action took: the branch's head by then. Absent before. */
  readonly commit?: string;
  /** First line of that commit's message. */
  readonly message?: string;
  readonly status: RunState;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly stages: readonly PipelineStageStatus[];
}

/** A stage of an execution. `Waiting` is one that was not reached yet, or that another holds. */
export interface PipelineStageStatus {
  readonly name: string;
  readonly status: RunState | "Waiting";
  readonly actions: readonly PipelineActionStatus[];
}

/** An action of a stage. */
export interface PipelineActionStatus {
  readonly name: string;
  /** E.g. `CodeCommit`, `CodeBuild`, `Manual`, `ECS`, `CodeDeployToECS`. */
  readonly provider: string;
  readonly status: ActionState;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** What came of it, in one sentence; of a failed one, AWS's error. */
  readonly summary?: string;
  /** The last 20 lines of its log; `npm run lab -- logs` prints all of it. */
  readonly log?: readonly string[];
}

/** A CodeCommit repository of the account: plain JSON. */
export interface RepositoryStatus {
  readonly name: string;
  /** The stack that made it. */
  readonly stack: string;
  /** `http://127.0.0.1:PORT/v1/repos/NAME`, without the password that `lab status` adds. */
  readonly cloneUrl: string;
  /** Branches and the commits that they point to; empty for an empty repository. */
  readonly branches: Readonly<Record<string, string>>;
}
