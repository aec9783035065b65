import {
  branchProblem,
  codeCommitProblem,
  connectionProblem,
  githubRepositoryProblem,
} from "../shared/sourceNames";
import type { PipelineSource } from "./source";

/** Says what is wrong with a pipeline's source, a sentence for each fault. */
export function sourceProblems(source: PipelineSource): (string | undefined)[] {
  return [
    branchProblem(source.branch ?? "main"),
    ...(source.type === "github"
      ? [
          githubRepositoryProblem(source.repository),
          source.connectionArn === undefined ? undefined : connectionProblem(source.connectionArn),
        ]
      : [codeCommitProblem(source.repositoryName ?? "ecs-handson.nginx")]),
  ];
}
