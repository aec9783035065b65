import {
  branchProblem,
  codeCommitProblem,
  connectionProblem,
  githubRepositoryProblem,
} from "../shared/sourceNames";
import { about } from "../shared/problems";
import type { PipelineSource } from "./source";

/** Says what is wrong with a pipeline's source, a sentence for each fault. */
export function sourceProblems(source: PipelineSource): (string | undefined)[] {
  return [
    sourced(branchProblem(source.branch ?? "main")),
    ...(source.type === "github"
      ? [
          sourced(githubRepositoryProblem(source.repository)),
          source.connectionArn === undefined
            ? undefined
            : about("source.connectionArn", connectionProblem(source.connectionArn)),
        ]
      : [sourced(codeCommitProblem(source.repositoryName ?? "ecs-handson.nginx"))]),
  ];
}

/** Problems, each beginning with the name of an argument of the source. */
const sourced = (problem: string | undefined) => problem?.replace(/^/, "source.");
