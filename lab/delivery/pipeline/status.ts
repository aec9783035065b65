/** What the delivery tells of itself, as other lab processes are told. */
export type {
  ActionState,
  PipelineActionStatus,
  PipelineRunStatus,
  PipelineStageStatus,
  PipelineStatus,
  RepositoryStatus,
  RunState,
} from "../../protocol/pipelines";
