import { rm } from "node:fs/promises";

import type { Account } from "../../account/account";
import { SERVICE } from "../../account/types/ecs/tokens";
import { messageOf } from "../../shared/messageOf";
import type { Approval, ActionContext } from "./actions/action";
import { matchesPattern } from "./eventPattern";
import { Execution, newRun, type Trigger } from "./execution";
import type { BranchChange } from "./gitServer";
import { findPipeline, PIPELINE, type Pipeline, pipelinesOf, rulesOf } from "./records";
import { CODECOMMIT_REPOSITORY } from "./repositories";
import type { ActionPlace, Run, RunStore } from "./runStore";
import { StageGate } from "./stageGate";
import type { PipelineRunStatus, PipelineStatus } from "./status";

/** Number of lines of an action's log in the status. */
const LINES_SHOWN = 20;

export interface PipelinesOptions extends ActionContext {
  readonly store: RunStore;
  /** Called with every event, in words. */
  readonly report: (resource: string, message: string) => void;
  /** Called after every change of the status. */
  readonly onChange: () => void;
}

/**
 * Runs the account's pipelines: an execution when a pipeline is created, and one for each event that
 * a rule of EventBridge sends to it.
 */
export class Pipelines {
  private readonly runs = new Map<string, Run[]>();
  private readonly executions = new Map<Execution, Promise<void>>();
  private readonly gates = new Map<string, StageGate>();
  /** The last lines of actions' logs, by run and action. */
  private readonly tails = new Map<string, string[]>();
  private unfollow: (() => void) | undefined;

  constructor(private readonly options: PipelinesOptions) {}

  /**
   * Cleans up after an earlier lab: marks its unfinished executions as stopped, and gives a service that was being
   * deployed its previous task definition. Call it before tasks start.
   */
  async recover(): Promise<void> {
    const { account, buildsDir, store } = this.options;
    await rm(buildsDir, { recursive: true, force: true });
    for (const { name } of pipelinesOf(account)) {
      const runs = store.list(name);
      for (const run of runs) {
        if (run.status === "InProgress") abandon(run);
        else if (run.deploying === undefined) continue;
        await restoreService(account, run);
        store.save(name, run);
      }
      this.runs.set(name, runs);
    }
  }

  /** Starts following the account; pipelines without an execution get their first one. */
  start(): void {
    const { account } = this.options;
    for (const pipeline of pipelinesOf(account)) this.startFirst(pipeline);
    this.unfollow = account.onChange(({ before, after }) => {
      if ((after ?? before)?.type !== PIPELINE) return;
      if (after === undefined) this.forget(before?.id ?? "");
      else if (before === undefined) {
        const pipeline = findPipeline(account, after.id);
        if (pipeline) this.startFirst(pipeline);
      }
      this.options.onChange();
    });
  }

  /** Stops all executions and waits until they have ended. */
  async stop(): Promise<void> {
    this.unfollow?.();
    for (const execution of this.executions.keys()) execution.stop("The lab was stopped");
    await Promise.allSettled(this.executions.values());
  }

  /** Starts the executions that EventBridge and CodePipeline's polling start for a branch's change. */
  branchChanged(change: BranchChange): void {
    const { account } = this.options;
    const repository = account.get(CODECOMMIT_REPOSITORY, change.repository);
    const event = toEvent(change, String(repository?.outputs.arn));
    const started = new Set<string>();
    for (const rule of rulesOf(account)) {
      if (!matchesPattern(rule.pattern, event)) continue;
      for (const pipeline of pipelinesOf(account)) {
        if (rule.targets.includes(pipeline.arn)) started.add(pipeline.name);
      }
    }
    for (const pipeline of pipelinesOf(account)) {
      if (change.commit !== undefined && polls(pipeline, change)) started.add(pipeline.name);
    }
    const what = `push of ${change.commit?.slice(0, 7) ?? "nothing"} to ${change.branch}`;
    for (const name of started) {
      this.release(name, {
        trigger: `CloudWatchEvent: ${what}`,
        ...(change.commit === undefined ? {} : { pushedCommit: change.commit }),
      });
    }
    if (started.size === 0) {
      this.options.report(change.repository, `${what}: starts no pipeline`);
    }
  }

  /** Starts an execution. @throws Error if there is no such pipeline */
  release(name: string, trigger: Trigger): Run {
    const pipeline = findPipeline(this.options.account, name);
    if (pipeline === undefined) throw new Error(`there is no pipeline ${name}`);
    const run = newRun(pipeline, trigger);
    this.begin(pipeline, run, (execution) => execution.go());
    return run;
  }

  /**
   * Answers an approval.
   * @param run ID of the execution, or a prefix of it; by default the one that is waiting
   * @throws Error if none waits
   */
  approve(run: string | undefined, approval: Approval): PipelineRunStatus {
    for (const execution of this.executions.keys()) {
      if (!execution.run.id.startsWith(run ?? "")) continue;
      if (execution.approve(approval)) return execution.run;
    }
    throw new Error(`no execution ${run === undefined ? "" : `${run} `}is waiting for an approval`);
  }

  status(): PipelineStatus[] {
    return pipelinesOf(this.options.account).map(({ name, executionMode }) => ({
      name,
      executionMode,
      runs: (this.runs.get(name) ?? []).map((run) => this.runStatus(run)).reverse(),
    }));
  }

  private startFirst(pipeline: Pipeline): void {
    if ((this.runs.get(pipeline.name) ?? []).length > 0) return;
    this.release(pipeline.name, { trigger: "CreatePipeline" });
  }

  private begin(pipeline: Pipeline, run: Run, go: (execution: Execution) => Promise<void>): void {
    const { name } = pipeline;
    const runs = [...(this.runs.get(name) ?? []), run];
    this.options.store.save(name, run);
    this.runs.set(name, this.options.store.forgetOld(name, runs));
    const execution = new Execution(run, {
      surroundings: this.options,
      pipeline,
      gate: (stage) => this.gate(pipeline, stage),
      onChange: () => {
        this.changed(name, run);
      },
      onLine: (_run, place, line) => {
        this.line(name, run, place, line);
      },
    });
    this.options.report(name, `execution ${run.id.slice(0, 8)} started (${run.trigger})`);
    const going = go(execution)
      .catch((error: unknown) => {
        this.options.report(name, messageOf(error));
      })
      .then(() => {
        this.executions.delete(execution);
        this.options.report(name, `execution ${run.id.slice(0, 8)} ended: ${run.status}`);
        this.rollBack(pipeline, run);
      });
    this.executions.set(execution, going);
    this.options.onChange();
  }

  /**
   * Rolls a failed stage back to its last successful execution, if the pipeline is configured so. Source: AWS
   * CodePipeline User Guide, "Configuring stage rollback".
   */
  private rollBack(pipeline: Pipeline, failed: Run): void {
    const stage = pipeline.stages.find(
      ({ name, onFailure }) =>
        onFailure?.result === "ROLLBACK" &&
        failed.stages.some((one) => one.name === name && one.status === "Failed"),
    );
    const isOwnRollback = failed.trigger.startsWith("AutomatedRollback");
    if (stage === undefined || isOwnRollback || failed.status !== "Failed") return;
    if (findPipeline(this.options.account, pipeline.name) === undefined) return;
    const good = (this.runs.get(pipeline.name) ?? []).findLast((run) =>
      run.stages.some(({ name, status }) => name === stage.name && status === "Succeeded"),
    );
    if (good === undefined) {
      this.options.report(pipeline.name, `no earlier execution to roll ${stage.name} back to`);
      return;
    }
    const fresh = newRun(pipeline, {
      trigger: `AutomatedRollback: ${stage.name} of ${failed.id} to ${good.id}`,
    });
    const { artifacts, commit, message, variables } = good;
    const run: Run = {
      ...fresh,
      ...(commit === undefined ? {} : { commit }),
      ...(message === undefined ? {} : { message }),
      artifacts,
      variables,
      stages: fresh.stages.filter(({ name }) => name === stage.name),
    };
    this.begin(pipeline, run, (execution) => execution.goStage(stage.name));
  }

  private forget(name: string): void {
    for (const execution of this.executions.keys()) {
      if (this.runs.get(name)?.includes(execution.run)) execution.stop("The pipeline was deleted");
    }
    this.runs.delete(name);
    for (const key of [...this.gates.keys()])
      if (key.startsWith(`${name}/`)) this.gates.delete(key);
  }

  private gate({ executionMode, name }: Pipeline, stage: string): StageGate {
    const key = `${name}/${stage}`;
    const gate = this.gates.get(key) ?? new StageGate(executionMode);
    this.gates.set(key, gate);
    return gate;
  }

  private changed(pipeline: string, run: Run): void {
    // The folder of a deleted pipeline must not be created again.
    if (this.runs.get(pipeline)?.includes(run)) this.options.store.save(pipeline, run);
    this.options.onChange();
  }

  private line(pipeline: string, run: Run, place: ActionPlace, line: string): void {
    const key = tailKey(run, place);
    const tail = this.tails.get(key) ?? [];
    tail.push(line);
    if (tail.length > LINES_SHOWN) tail.shift();
    this.tails.set(key, tail);
    this.options.store.log(pipeline, run.id, place, line);
    this.options.onChange();
  }

  private runStatus(run: Run): PipelineRunStatus {
    const { id, trigger, pushedCommit, commit, message, status, startedAt, endedAt } = run;
    return {
      id,
      trigger,
      ...(pushedCommit === undefined ? {} : { pushedCommit }),
      ...(commit === undefined ? {} : { commit }),
      ...(message === undefined ? {} : { message }),
      status,
      startedAt,
      ...(endedAt === undefined ? {} : { endedAt }),
      stages: run.stages.map((stage) => ({
        ...stage,
        actions: stage.actions.map((action) => {
          const log = this.tails.get(tailKey(run, { stage: stage.name, action: action.name }));
          return { ...action, ...(log === undefined ? {} : { log: [...log] }) };
        }),
      })),
    };
  }
}

function tailKey(run: Run, { stage, action }: ActionPlace): string {
  return `${run.id}/${stage}/${action}`;
}

/** AWS CodeCommit User Guide, "Monitoring CodeCommit events in Amazon EventBridge". */
function toEvent(change: BranchChange, repositoryArn: string): unknown {
  const { branch, commit, oldCommit, repository } = change;
  const [, , , region, account] = repositoryArn.split(":");
  const kind =
    commit === undefined
      ? "referenceDeleted"
      : oldCommit === undefined
        ? "referenceCreated"
        : "referenceUpdated";
  return {
    version: "0",
    "detail-type": "CodeCommit Repository State Change",
    source: "aws.codecommit",
    account,
    region,
    time: new Date().toISOString(),
    resources: [repositoryArn],
    detail: {
      event: kind,
      repositoryName: repository,
      referenceType: "branch",
      referenceName: branch,
      referenceFullName: `refs/heads/${branch}`,
      ...(commit === undefined ? {} : { commitId: commit }),
      ...(oldCommit === undefined ? {} : { oldCommitId: oldCommit }),
    },
  };
}

/** Whether a pipeline polls the branch, which is the default. */
function polls({ stages }: Pipeline, { branch, repository }: BranchChange): boolean {
  return stages.some(({ actions }) =>
    actions.some(
      ({ provider, configuration }) =>
        provider === "CodeCommit" &&
        configuration.RepositoryName === repository &&
        configuration.BranchName === branch &&
        configuration.PollForSourceChanges !== "false",
    ),
  );
}

function abandon(run: Run): void {
  const now = new Date().toISOString();
  run.status = "Stopped";
  run.endedAt = now;
  for (const stage of run.stages) {
    if (stage.status === "InProgress") stage.status = "Stopped";
    for (const action of stage.actions) {
      if (action.status !== "InProgress") continue;
      action.status = "Abandoned";
      action.endedAt = now;
      action.summary = "The lab ended during this action";
    }
  }
}

/** Gives a service the task definition from before an unfinished deployment. */
async function restoreService(account: Account, run: Run): Promise<void> {
  const { deploying } = run;
  if (deploying === undefined) return;
  const service = account.get(SERVICE, deploying.service);
  if (service?.inputs.taskDefinition === deploying.to) {
    await account.modify(SERVICE, deploying.service, { taskDefinition: deploying.from });
  }
  delete run.deploying;
}
