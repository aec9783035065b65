import { randomInt } from "node:crypto";
import type { DeploymentStrategy } from "../../traffic/shiftPlan";
import type { TargetGroupPair } from "../../traffic/trafficRoutes";
import { TrafficShift } from "../../traffic/trafficShift";
import { familyAndRevision, type TaskDefinition } from "../ecs";
import type { DeploymentStatus, RolloutState } from "../status";
import type { TargetedPort } from "../containers/taskMakeup";
import type { Task } from "../task";
import { countTasks } from "./taskCounts";

/** What a deployment deploys, and how. */
export interface DeploymentSpec {
  readonly definition: TaskDefinition;
  readonly targetGroupArns: readonly string[];
  /** The target groups with their container ports. */
  readonly targets: readonly TargetedPort[];
  readonly strategy: DeploymentStrategy;
  /** Target groups that it moves requests between; empty for rolling updates. */
  readonly pairs: readonly TargetGroupPair[];
  /** When CodeDeploy gives up waiting for healthy tasks, in ms since 1970; absent for ECS's own deployments. */
  readonly deadline?: () => number;
}

const untilStatus = (at: number | undefined): Pick<DeploymentStatus, "until"> =>
  at === undefined ? {} : { until: new Date(at).toISOString() };

/** One deployment of a service. */
export class Deployment {
  readonly id = `ecs-svc/${String(randomInt(1e12)).padStart(12, "0")}`;
  /** Moves the requests to it, or back to it; absent for rolling updates. */
  shift: TrafficShift | undefined;
  /** Number of failed tasks since the last healthy one. */
  failedTasks = 0;
  private readonly createdAt = new Date().toISOString();
  private updatedAt = this.createdAt;
  private state: RolloutState = "IN_PROGRESS";
  private reason = `ECS deployment ${this.id} in progress.`;
  /** Target groups that its shift, forward or back, moves requests between. */
  private shiftedPairs: readonly TargetGroupPair[];
  private readonly said = new Set<string>();

  constructor(readonly spec: DeploymentSpec) {
    this.shiftedPairs = spec.pairs;
  }

  get rolloutState(): RolloutState {
    return this.state;
  }

  get rolloutStateReason(): string {
    return this.reason;
  }

  get isInProgress(): boolean {
    return this.state === "IN_PROGRESS";
  }

  get pairs(): readonly TargetGroupPair[] {
    return this.shiftedPairs;
  }

  complete(): void {
    this.shift = undefined;
    this.changeState("COMPLETED");
    this.reason = `ECS deployment ${this.id} completed.`;
  }

  fail(reason: string): void {
    this.changeState("FAILED");
    this.reason = reason;
  }

  /** Becomes the deployment again after another failed, and takes back the requests. */
  rollBackFrom(failed: Deployment): void {
    this.changeState("IN_PROGRESS");
    this.reason = `${failed.reason} Rolling back to ${this.id}.`;
    this.failedTasks = 0;
    if (failed.shift === undefined) return;
    this.shift = TrafficShift.back(failed.shift);
    this.shiftedPairs = failed.shiftedPairs;
    failed.shift = undefined;
  }

  /** Whether this is the first call with `message`, for events that should appear only once. */
  isFirst(message: string): boolean {
    const isFirst = !this.said.has(message);
    this.said.add(message);
    return isFirst;
  }

  /**
   * @param own its tasks
   * @param endsAt when its present step ends, in ms since 1970, if it has no shift
   */
  toStatus(
    status: DeploymentStatus["status"],
    own: readonly Task[],
    endsAt?: number,
  ): DeploymentStatus {
    return {
      id: this.id,
      strategy: this.spec.strategy,
      ...untilStatus(endsAt),
      ...this.shiftStatus(),
      createdAt: this.createdAt,
      updatedAt: this.updatedAt,
      ...(this.isInProgress ? {} : { finishedAt: this.updatedAt }),
      status,
      taskDefinition: familyAndRevision(this.spec.definition.arn),
      rolloutState: this.state,
      rolloutStateReason: this.reason,
      failedTasks: this.failedTasks,
      ...countTasks(own),
    };
  }

  /** A steady service completes its deployment repeatedly; only the first time counts. */
  private changeState(state: RolloutState): void {
    if (state === this.state) return;
    this.state = state;
    this.updatedAt = new Date().toISOString();
  }

  /** The status of a shift in progress. On the way back, the failed deployment's tasks lose traffic. */
  private shiftStatus(): Pick<
    DeploymentStatus,
    "lifecycleStage" | "trafficSteps" | "trafficWeights" | "until"
  > {
    const { shift } = this;
    if (shift === undefined) return {};
    return {
      lifecycleStage: shift.stage,
      trafficSteps: shift.percentages,
      ...untilStatus(shift.endsAt),
      trafficWeights: this.shiftedPairs.flatMap(({ blue, green }) => [
        { targetGroupArn: blue, weight: 100 - shift.percent },
        { targetGroupArn: green, weight: shift.percent },
      ]),
    };
  }
}
