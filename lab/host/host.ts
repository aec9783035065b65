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

export type { ServedPlane } from "../protocol/plane";
export type { LabStatus } from "../protocol/status";

/** The serving process's part of the status. */
export type Served = Required<Omit<LabStatus, "stacks" | "reports">>;

/** The account and its providers, wherever they run. */
export interface Host {
  /** Value of PULUMI_DEBUG_PROVIDERS. */
  readonly debugProviders: string;
  /** ID of the process that has the account open. */
  readonly pid: number;
  /** The account itself, if this process has it open. */
  readonly account?: Account;
  /** Deletes a stack's resources that are in the account but not in `known`; returns their URNs. */
  recover(stack: string, project: string, known: readonly KnownResource[]): Promise<string[]>;
  /** A stack's resources in the account, except those with `skipDestroy`. */
  resources(stack: string, project: string): Promise<readonly OwnedResource[]>;
  /**
   * Reserves room in the account's quotas for the resources an operation will create. Returns a function that releases
   * it; the end of this process releases it too.
   * @throws QuotaReached if there is no room
   */
  reserve(request: ReservationRequest): Promise<() => Promise<void>>;
  /** Raises or lowers quotas permanently. Returns all that differ from a new account's. */
  grantQuotas(granted: GrantedQuotas): Promise<GrantedQuotas>;
  status(): Promise<LabStatus>;
  /** Stores what an operation on a stack did, for {@link status}. */
  report(report: StackReport): Promise<void>;
  /**
   * Supplies what runs, for {@link status}, and notifies when that changes; for the serving process.
   * @param onChange calls its listener whenever `served` may have changed
   */
  publish?(served: () => Served, onChange: (listener: () => void) => () => void): void;
  /**
   * Answers an approval that a pipeline execution is waiting for.
   * @throws Error if none is waiting, or nothing is served
   */
  approve(request: ApprovalRequest): Promise<PipelineRunStatus>;
  /** Handles {@link approve}; for the serving process. */
  onApproval?(approve: (request: ApprovalRequest) => PipelineRunStatus): void;
  /**
   * Starts tasks without a service.
   * @throws Error if there is no such task definition or cluster, or nothing is served
   */
  runTask(request: RunTaskRequest): Promise<RanTask>;
  /** Handles {@link runTask}; for the serving process. */
  onRunTask?(run: (request: RunTaskRequest) => Promise<RanTask>): void;
  /**
   * Stops a task; its service, if any, then starts another. Resolves when the task has stopped.
   * @throws Error if there is no such task, or nothing is served
   */
  stopTask(request: StopTaskRequest): Promise<void>;
  /** Handles {@link stopTask}; for the serving process. */
  onStopTask?(stop: (request: StopTaskRequest) => Promise<void>): void;
  /**
   * Sets how the provider waits until created or updated resources are stable; for the serving process. While nothing
   * is served, the provider does not wait. Returns a function that unsets it.
   */
  onSettle?(settle: Settle): () => void;
  /**
   * Calls `listener` when {@link status} may have changed, at most ten times a second; for the process
   * that has the account open. Returns a function that stops it.
   */
  readonly onChange?: (listener: () => void) => () => void;
  close(): Promise<void>;
}
