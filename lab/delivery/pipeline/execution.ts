import { randomUUID } from "node:crypto";

import { messageOf } from "../../shared/messageOf";
import {
  type ActionCall,
  ActionError,
  type ActionResult,
  type Approval,
  type ActionContext,
} from "./actions/action";
import { manualApproval } from "./actions/approval";
import { codeBuild } from "./actions/build";
import { codeDeployToEcs } from "./actions/codeDeploy";
import { ecsDeploy } from "./actions/ecsDeploy";
import { codeCommitSource, connectionSource } from "./actions/source";
import { artifactKey } from "./artifacts";
import type { Action, Pipeline, Stage } from "./records";
import type { ActionPlace, Run, RunAction, RunStage } from "./runStore";
import type { StageGate } from "./stageGate";

type Runner = (surroundings: ActionContext, call: ActionCall) => Promise<ActionResult>;

const runners: Readonly<Record<string, Runner>> = {
  CodeCommit: codeCommitSource,
  CodeStarSourceConnection: connectionSource,
  CodeBuild: codeBuild,
  Manual: manualApproval,
  ECS: ecsDeploy,
  CodeDeployToECS: codeDeployToEcs,
};

/** Why an execution is stopped. */
class StoppedError extends Error {}

export interface ExecutionOptions {
  readonly surroundings: ActionContext;
  readonly pipeline: Pipeline;
  readonly gate: (stage: string) => StageGate;
  /** Called after every change of the run, to store and show it. */
  readonly onChange: (run: Run) => void;
  readonly onLine: (run: Run, place: ActionPlace, line: string) => void;
}

/** What started an execution. */
export interface Trigger {
  /** The trigger as in the status. */
  readonly trigger: string;
  readonly pushedCommit?: string;
}

/** A new execution, with all of the pipeline's stages still to come. */
export function newRun(pipeline: Pipeline, { trigger, pushedCommit }: Trigger): Run {
  return {
    id: randomUUID(),
    trigger,
    ...(pushedCommit === undefined ? {} : { pushedCommit }),
    status: "InProgress",
    startedAt: new Date().toISOString(),
    stages: pipeline.stages.map(({ name, actions }) => ({
      name,
      status: "Waiting",
      actions: actions.map((action) => ({
        name: action.name,
        provider: action.provider,
        status: "Waiting",
      })),
    })),
    artifacts: {},
    variables: {},
  };
}

/** Takes one execution through the stages of its pipeline. */
export class Execution {
  private readonly controller = new AbortController();
  private readonly approvals = new Map<string, (approval: Approval) => void>();

  constructor(
    readonly run: Run,
    private readonly options: ExecutionOptions,
  ) {}

  /** Stops it; running actions are abandoned. */
  stop(reason: string): void {
    this.controller.abort(new StoppedError(reason));
  }

  /** Answers the approval that it is waiting for. Returns false if it is waiting for none. */
  approve(approval: Approval): boolean {
    const [first] = this.approvals.entries();
    if (first === undefined) return false;
    this.approvals.delete(first[0]);
    first[1](approval);
    return true;
  }

  /** Runs it; resolves when it has ended, with any result. */
  async go(): Promise<void> {
    const { run } = this;
    const { gate, pipeline } = this.options;
    let held: StageGate | undefined;
    try {
      for (const [index, stage] of pipeline.stages.entries()) {
        const next = gate(stage.name);
        // Queues for the next stage before leaving the last one, so that no execution overtakes another.
        const entered = next.enter(this);
        held?.leave(this);
        held = next;
        if (!(await this.unlessStopped(entered))) {
          this.end("Superseded");
          return;
        }
        if (!(await this.stage(stage, run.stages[index]))) return;
      }
      this.end("Succeeded");
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      this.end("Stopped");
    } finally {
      held?.leave(this);
    }
  }

  /** Runs one stage alone, as a rollback does. */
  async goStage(name: string): Promise<void> {
    const { gate, pipeline } = this.options;
    const stage = pipeline.stages.find((one) => one.name === name);
    const status = this.run.stages.find((one) => one.name === name);
    if (stage === undefined) return;
    const entrance = gate(name);
    try {
      if (!(await this.unlessStopped(entrance.enter(this)))) this.end("Superseded");
      else if (await this.stage(stage, status)) this.end("Succeeded");
    } catch (error) {
      if (!(error instanceof StoppedError)) throw error;
      this.end("Stopped");
    } finally {
      entrance.leave(this);
    }
  }

  /** @returns false if the stage failed */
  private async stage(stage: Stage, status: RunStage | undefined): Promise<boolean> {
    if (status === undefined) return true;
    status.status = "InProgress";
    this.changed();
    // A failed stage with result RETRY is retried once, as on AWS.
    const attempts = stage.onFailure?.result === "RETRY" ? 2 : 1;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (await this.actions(stage, status)) {
        status.status = "Succeeded";
        this.changed();
        return true;
      }
    }
    status.status = "Failed";
    this.end("Failed");
    return false;
  }

  /** Runs a stage's actions by run order, those with the same order in parallel. */
  private async actions(stage: Stage, status: RunStage): Promise<boolean> {
    const orders = [...new Set(stage.actions.map(({ runOrder }) => runOrder))].sort(
      (a, b) => a - b,
    );
    for (const order of orders) {
      const results = await Promise.all(
        stage.actions.flatMap((action, index) => {
          const one = status.actions[index];
          return action.runOrder === order && one ? [this.action(stage.name, action, one)] : [];
        }),
      );
      this.controller.signal.throwIfAborted();
      if (results.includes(false)) return false;
    }
    return true;
  }

  /** @returns false if the action failed or was stopped */
  private async action(stage: string, action: Action, status: RunAction): Promise<boolean> {
    const place = { stage, action: action.name };
    const log = (line: string) => {
      this.options.onLine(this.run, place, line);
    };
    status.status = "InProgress";
    status.startedAt = new Date().toISOString();
    delete status.endedAt;
    delete status.summary;
    this.changed();
    try {
      const result = await this.perform(stage, action, log);
      status.status = "Succeeded";
      status.summary = result.summary;
      return true;
    } catch (error) {
      const { signal } = this.controller;
      const why = signal.aborted ? (signal.reason as Error) : error;
      status.status = signal.aborted ? "Abandoned" : "Failed";
      status.summary = messageOf(why);
      log(status.summary);
      return false;
    } finally {
      this.approvals.delete(action.name);
      status.endedAt = new Date().toISOString();
      this.changed();
    }
  }

  private async perform(
    stage: string,
    action: Action,
    log: (line: string) => void,
  ): Promise<ActionResult> {
    const { pipeline, surroundings } = this.options;
    const { run } = this;
    const runner = runners[action.provider];
    if (runner === undefined) {
      throw new ActionError(`The lab does not run actions of ${action.provider}`);
    }
    const bucket = pipeline.artifactStores[0]?.location ?? "";
    const inputs = action.inputArtifacts.map((name) => {
      const location = run.artifacts[name];
      if (location === undefined) throw new ActionError(`There is no artifact ${name}`);
      return surroundings.artifacts.get(location);
    });
    const result = await runner(surroundings, {
      pipeline,
      runId: run.id,
      stage,
      action: { ...action, configuration: this.resolve(action.configuration) },
      inputs: await Promise.all(inputs),
      commit: run.commit,
      signal: this.controller.signal,
      log,
      approval: () =>
        new Promise((answer) => {
          this.approvals.set(action.name, answer);
        }),
      deploying: (deploying) => {
        run.deploying = deploying;
        this.changed();
      },
    });
    this.controller.signal.throwIfAborted();
    for (const name of action.outputArtifacts) {
      const content = result.outputs?.[name];
      if (content === undefined) continue;
      const location = { bucket, key: artifactKey(pipeline.name, name) };
      await surroundings.artifacts.put(location, content);
      run.artifacts[name] = location;
    }
    if (action.namespace != null) run.variables[action.namespace] = { ...result.variables };
    if (result.revision !== undefined) Object.assign(run, result.revision);
    return result;
  }

  /** Resolves `#{Namespace.Name}`, including the pipeline's own `#{codepipeline.PipelineExecutionId}`. */
  private resolve(configuration: Readonly<Record<string, string>>): Record<string, string> {
    const { run } = this;
    const variables: Run["variables"] = {
      ...run.variables,
      codepipeline: { PipelineExecutionId: run.id },
    };
    return Object.fromEntries(
      Object.entries(configuration).map(([key, value]) => [
        key,
        value.replace(/#\{([^.}]+)\.([^}]+)\}/g, (all, namespace: string, name: string) => {
          return variables[namespace]?.[name] ?? all;
        }),
      ]),
    );
  }

  private unlessStopped(entered: Promise<boolean>): Promise<boolean> {
    const { signal } = this.controller;
    return new Promise((resolve, reject) => {
      const stop = () => {
        reject(signal.reason as Error);
      };
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      void entered.then(resolve);
    });
  }

  private end(status: Run["status"]): void {
    const { run } = this;
    run.status = status;
    run.endedAt = new Date().toISOString();
    for (const stage of run.stages) if (stage.status === "InProgress") stage.status = status;
    this.changed();
  }

  private changed(): void {
    this.options.onChange(this.run);
  }
}
