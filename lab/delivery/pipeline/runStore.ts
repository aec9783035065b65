import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";

import writeFileAtomic from "write-file-atomic";

import type { ArtifactLocation } from "./artifacts";
import type { PipelineActionStatus, PipelineRunStatus, PipelineStageStatus } from "./status";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export type RunAction = Mutable<Omit<PipelineActionStatus, "log">>;
export type RunStage = Mutable<Omit<PipelineStageStatus, "actions">> & { actions: RunAction[] };

/** A service that an action is deploying to: what it ran before, and what it is given. */
export interface Deploying {
  readonly service: string;
  readonly from: string;
  readonly to: string;
}

/** One execution, with what the status does not show. */
export type Run = Mutable<Omit<PipelineRunStatus, "stages">> & {
  stages: RunStage[];
  /** Artifacts that were made, by name. */
  artifacts: Record<string, ArtifactLocation>;
  /** Variables of actions by namespace. */
  variables: Record<string, Record<string, string>>;
  /** While it is so. */
  deploying?: Deploying | undefined;
};

/** Executions that are kept of each pipeline. */
const KEPT = 20;

/** Keeps executions and their logs on the disk, a folder each: `pipelines/<pipeline>/<id>/`. */
export class RunStore {
  private readonly dir: string;

  /** @param stateDir the lab's state folder */
  constructor(stateDir: string) {
    this.dir = path.join(stateDir, "pipelines");
  }

  /** Executions of a pipeline, oldest first. */
  list(pipeline: string): Run[] {
    const folder = path.join(this.dir, pipeline);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .map((id) => path.join(folder, id, "run.json"))
      .filter((file) => existsSync(file))
      .map((file) => JSON.parse(readFileSync(file, "utf8")) as Run)
      .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  }

  /** Names of pipelines with executions. */
  pipelines(): string[] {
    return existsSync(this.dir) ? readdirSync(this.dir).sort() : [];
  }

  save(pipeline: string, run: Run): void {
    const folder = path.join(this.dir, pipeline, run.id);
    mkdirSync(folder, { recursive: true });
    writeFileAtomic.sync(path.join(folder, "run.json"), JSON.stringify(run), { mode: 0o600 });
  }

  /** Deletes the oldest executions of a pipeline; returns those that stay. */
  forgetOld(pipeline: string, runs: readonly Run[]): Run[] {
    for (const { id } of runs.slice(0, -KEPT)) {
      rmSync(path.join(this.dir, pipeline, id), { recursive: true, force: true });
    }
    return runs.slice(-KEPT);
  }

  log(pipeline: string, run: string, place: ActionPlace, line: string): void {
    const file = this.logFile(pipeline, run, place);
    if (existsSync(path.dirname(file))) appendFileSync(file, `${line}\n`, { mode: 0o600 });
  }

  /** All lines of an action's log, oldest first. */
  readLog(pipeline: string, run: string, place: ActionPlace): string[] {
    const file = this.logFile(pipeline, run, place);
    if (!existsSync(file)) return [];
    return readFileSync(file, "utf8").split("\n").slice(0, -1);
  }

  private logFile(pipeline: string, run: string, { stage, action }: ActionPlace): string {
    return path.join(this.dir, pipeline, run, `${stage}.${action}.log`);
  }
}

/** Which action of an execution. */
export interface ActionPlace {
  readonly stage: string;
  readonly action: string;
}
