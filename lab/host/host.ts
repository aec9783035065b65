import type { Account } from "../account/account";
import type { GrantedQuotas } from "../account/quotas";
import type { KnownResource } from "../engine/recovery";
import type { ApprovalRequest } from "../protocol/approval";
import type { PipelineRunStatus } from "../protocol/pipelines";
import type { OwnedResource } from "../protocol/recovery";
import type { StackReport } from "../protocol/report";
import type { ReservationRequest } from "../protocol/reservation";
import type { RanTask, RunTaskRequest } from "../protocol/runTask";
import type { LabStatus } from "../protocol/status";
import type { StopTaskRequest } from "../protocol/stopTask";
import type { Settle } from "../provider/settling";

export type { LabStatus } from "../protocol/status";

/** What the process that serves shows in the status. */
export type Served = Required<Omit<LabStatus, "stacks" | "reports">>;

/** The account and its providers, wherever they run. */
export interface Host {
  /** Value of PULUMI_DEBUG_PROVIDERS. */
  readonly debugProviders: string;
  /** Id of the process that has the account open. */
  readonly pid: number;
  /** The account itself, if this process has it open. */
  readonly account?: Account;
  /** Deletes what the account has of a stack and `known` does not name; returns their URNs. */
  recover(stack: string, project: string, known: readonly KnownResource[]): Promise<string[]>;
  /** What the account has of a stack; what AWS is not to delete with it (`skipDestroy`) apart. */
  resources(stack: string, project: string): Promise<readonly OwnedResource[]>;
  /**
   * Keeps room within the account's quotas for what an operation is to create. Returns a function that gives it back;
   * so does the end of this process.
   * @throws QuotaReached in a sentence, if there is none
   */
  reserve(request: ReservationRequest): Promise<() => Promise<void>>;
  /** Raises or lowers quotas, for good. Returns all that differ from what an account starts with. */
  grantQuotas(granted: GrantedQuotas): Promise<GrantedQuotas>;
  status(): Promise<LabStatus>;
  /** Keeps what an operation on a stack did, for {@link status}. */
  report(report: StackReport): Promise<void>;
  /**
   * Says what runs, for {@link status}, and when that changes; for the process that serves.
   * @param onChange calls its listener whenever `served` may have changed
   */
  publish?(served: () => Served, onChange: (listener: () => void) => () => void): void;
  /**
   * Answers an approval that an execution of a pipeline waits for.
   * @throws Error if none waits, or nothing is served
   */
  approve(request: ApprovalRequest): Promise<PipelineRunStatus>;
  /** Takes over {@link approve}; for the process that serves. */
  onApproval?(approve: (request: ApprovalRequest) => PipelineRunStatus): void;
  /**
   * Starts tasks without a service.
   * @throws Error if there is no such task definition or cluster, or nothing is served
   */
  runTask(request: RunTaskRequest): Promise<RanTask>;
  /** Takes over {@link runTask}; for the process that serves. */
  onRunTask?(run: (request: RunTaskRequest) => Promise<RanTask>): void;
  /**
   * Stops a task; its service, if it has one, then starts another. Resolves when it has stopped.
   * @throws Error if there is no such task, or nothing is served
   */
  stopTask(request: StopTaskRequest): Promise<void>;
  /** Takes over {@link stopTask}; for the process that serves. */
  onStopTask?(stop: (request: StopTaskRequest) => Promise<void>): void;
  /**
   * Waits for what operations create and update, on behalf of the provider; for the process that serves.
   * As long as nothing is served nothing is waited for. Returns a function that ends it.
   */
  onSettle?(settle: Settle): () => void;
  /**
   * Calls `listener` when {@link status} may have changed, at most ten times a second; for the process
   * that has the account open. Returns a function that stops it.
   */
  readonly onChange?: (listener: () => void) => () => void;
  close(): Promise<void>;
}
