import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import * as path from "node:path";

import { z } from "zod";

import {
  pipelineActionSchema,
  pipelineRunSchema,
  pipelineStageSchema,
} from "../../protocol/pipelines";
import { parseStored } from "../../protocol/storedFile";
import { replaceFileSync } from "../../shared/replaceFile";

/** Increases when the format of `run.json` changes; earlier formats stay readable. */
const RUN_VERSION = 1;

const runAction = pipelineActionSchema.omit({ log: true });
const runStage = pipelineStageSchema.extend({ actions: z.array(runAction) });

const runSchema = pipelineRunSchema.extend({
  stages: z.array(runStage),
  /** Artifacts created so far, by name. */
  artifacts: z.record(z.string(), z.object({ bucket: z.string(), key: z.string() })),
  /** Variables of actions by namespace. */
  variables: z.record(z.string(), z.record(z.string(), z.string())),
  /** Present during a deployment, see {@link Deploying}. */
  deploying: z.object({ service: z.string(), from: z.string(), to: z.string() }).optional(),
});

export type RunAction = z.infer<typeof runAction>;
export type RunStage = z.infer<typeof runStage>;

/** A service that an action is deploying to, with its previous and its new revision. */
export type Deploying = NonNullable<Run["deploying"]>;

/** One execution, with what the status does not show. */
export type Run = z.infer<typeof runSchema>;

/** Number of executions kept per pipeline. */
const KEPT = 20;
/** Maximum size of a log file, before a new one is started beside it, as for tasks' logs. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A line of an action's log. */
export interface TimedLine {
  /** ISO 8601. */
  readonly at: string;
  readonly message: string;
}

/** Stores executions and their logs on disk, a folder each: `pipelines/<pipeline>/<id>/`. */
export class RunStore {
  private readonly dir: string;

  /** @param stateDir the lab's state folder */
  constructor(stateDir: string) {
    this.dir = path.join(stateDir, "pipelines");
  }

  /**
   * Executions of a pipeline, oldest first.
   * @throws Error if one is damaged, or a newer lab wrote it
   */
  list(pipeline: string): Run[] {
    const folder = path.join(this.dir, pipeline);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .map((id) => path.join(folder, id, "run.json"))
      .filter((file) => existsSync(file))
      .map(readRun)
      .sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  }

  /** Names of pipelines with executions. */
  pipelines(): string[] {
    return existsSync(this.dir) ? readdirSync(this.dir).sort() : [];
  }

  save(pipeline: string, run: Run): void {
    const folder = path.join(this.dir, pipeline, run.id);
    mkdirSync(folder, { recursive: true });
    replaceFileSync(
      path.join(folder, "run.json"),
      JSON.stringify({ version: RUN_VERSION, ...run }),
      {
        mode: 0o600,
      },
    );
  }

  /** Deletes the oldest executions of a pipeline; returns the remaining ones. */
  forgetOld(pipeline: string, runs: readonly Run[]): Run[] {
    for (const { id } of runs.slice(0, -KEPT)) {
      rmSync(path.join(this.dir, pipeline, id), { recursive: true, force: true });
    }
    return runs.slice(-KEPT);
  }

  log(pipeline: string, run: string, place: ActionPlace, line: string): void {
    const file = this.logFile(pipeline, run, place);
    if (!existsSync(path.dirname(file))) return;
    const { size = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
    if (size > MOST_BYTES) renameSync(file, earlier(file));
    appendFileSync(file, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
  }

  /** The lines of an action's log, oldest first: the last 4 to 8 MB. */
  readLog(pipeline: string, run: string, place: ActionPlace): string[] {
    return this.readTimedLog(pipeline, run, place).map(({ message }) => message);
  }

  /** As {@link readLog}, with the time of each line. */
  readTimedLog(pipeline: string, run: string, place: ActionPlace): TimedLine[] {
    const file = this.logFile(pipeline, run, place);
    const files = [earlier(file), file].filter((one) => existsSync(one));
    return files.flatMap((one) => {
      const lines = readFileSync(one, "utf8").split("\n").slice(0, -1);
      const written = statSync(one).mtime.toISOString();
      return lines.map((line) => {
        // Earlier labs wrote no times.
        const [, at = written, message = line] = TIMED.exec(line) ?? [];
        return { at, message };
      });
    });
  }

  private logFile(pipeline: string, run: string, { stage, action }: ActionPlace): string {
    return path.join(this.dir, pipeline, run, `${stage}.${action}.log`);
  }
}

const TIMED = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (.*)$/s;

const earlier = (file: string): string => `${file}.old`;

function readRun(file: string): Run {
  return parseStored(file, readFileSync(file, "utf8"), {
    schema: runSchema,
    version: RUN_VERSION,
    remedy: `remove ${path.dirname(file)}, which only loses this execution`,
  });
}

/** An action of an execution. */
export interface ActionPlace {
  readonly stage: string;
  readonly action: string;
}
