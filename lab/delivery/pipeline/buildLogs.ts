import { createHash } from "node:crypto";

import type { AccountView } from "../../account/record";
import { findProject, pipelinesOf, type BuildProject } from "./records";
import type { RunStore, TimedLine } from "./runStore";

/** The action of an execution that a build belongs to. */
export interface BuildPlace {
  readonly runId: string;
  readonly stage: string;
  readonly action: string;
}

/** The log of one build. */
export interface BuildLog {
  /** Name of the stream: the build's ID without its project's name. */
  readonly stream: string;
  readonly lines: readonly TimedLine[];
}

/** The ID of an action's build, as in CodeBuild after the project's name; the same for every attempt. */
export function buildIdOf({ runId, stage, action }: BuildPlace): string {
  const hex = createHash("sha256").update(`${runId}/${stage}/${action}`).digest("hex");
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map((part) => hex.slice(...part))
    .join("-");
}

/**
 * The log group that a project's builds write to. Source: AWS CodeBuild API Reference, "CloudWatchLogsConfig"; its User
 * Guide on the default group.
 */
export const logGroupOf = ({ logsConfig, name }: BuildProject): string =>
  logsConfig?.cloudwatchLogs?.groupName ?? `/aws/codebuild/${name}`;

/** Logs of pipelines' builds in a log group, in order of their start. */
export function buildLogsIn(account: AccountView, store: RunStore, group: string): BuildLog[] {
  return pipelinesOf(account).flatMap((pipeline) => {
    const places = pipeline.stages.flatMap(({ name: stage, actions }) =>
      actions
        .filter(({ configuration, provider }) => {
          const project = findProject(account, configuration.ProjectName ?? "");
          return provider === "CodeBuild" && project !== undefined && logGroupOf(project) === group;
        })
        .map(({ name: action }) => ({ stage, action })),
    );
    return store.list(pipeline.name).flatMap((run) =>
      places.map((place) => ({
        stream: buildIdOf({ runId: run.id, ...place }),
        lines: store.readTimedLog(pipeline.name, run.id, place),
      })),
    );
  });
}
