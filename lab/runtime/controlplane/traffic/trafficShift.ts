import { messageOf } from "../../../shared/messageOf";
import type { ShiftPlan } from "./shiftPlan";

/**
 * The stages of a deployment, in order. Source: ECS developer guide, "Lifecycle stages for Amazon ECS service
 * deployments".
 */
export type LifecycleStage =
  | "RECONCILE_SERVICE"
  | "PRE_SCALE_UP"
  | "SCALE_UP"
  | "POST_SCALE_UP"
  | "TEST_TRAFFIC_SHIFT"
  | "POST_TEST_TRAFFIC_SHIFT"
  | "PRODUCTION_TRAFFIC_SHIFT"
  | "POST_PRODUCTION_TRAFFIC_SHIFT"
  | "BAKE_TIME"
  | "CLEAN_UP";

/** What a shift must know to proceed. */
export interface ShiftFacts {
  /** All desired tasks of the new revision are healthy. */
  readonly isScaledUp: boolean;
  /** All tasks of deployments other than these two are stopping or have stopped. */
  readonly othersAreLeaving: boolean;
  /** None of the tasks that the shift replaces is left. */
  readonly oldAreGone: boolean;
}

/** How a shift acts on its surroundings. */
export interface ShiftSurroundings {
  /** Sends a share of the requests to the new tasks; resolves when the load balancer does so. */
  readonly route: (which: "production" | "test", percent: number) => Promise<void>;
  /** How long minutes last in the lab, in ms. */
  readonly minutesMs: (minutes: number) => number;
  /** Minimum duration of a stage, in ms. */
  readonly stageMs: () => number;
  /** Asks for the next {@link TrafficShift.advance} after this many ms. */
  readonly wakeIn: (milliseconds: number) => void;
  /** Called at the beginning of each stage, and after each step of the production traffic. */
  readonly onStage: (stage: LifecycleStage, percent: number) => void;
  readonly onError: (message: string) => void;
}

/** One step: first act, then wait for a condition, then for a time. */
interface StageStep {
  readonly stage: LifecycleStage;
  readonly act?: () => Promise<void>;
  readonly until?: (facts: ShiftFacts) => boolean;
  readonly minutes?: number;
  /** Share of the production traffic, if the step changes it. */
  readonly percent?: number;
}

const SHIFTING: LifecycleStage = "PRODUCTION_TRAFFIC_SHIFT";

/** Wait before retrying a rule that could not be changed. */
const RETRY_MS = 1000;

/** Takes one deployment through its lifecycle stages; makes no decisions about tasks. */
export class TrafficShift {
  private at = 0;
  private hasBegun = false;
  private acting = false;
  private hasActed = false;
  /** Since when it has only been waiting for time to pass. */
  private waitsSince: number | undefined;
  private productionPercent = 0;

  private constructor(
    private readonly steps: readonly StageStep[],
    private readonly around: ShiftSurroundings,
  ) {}

  /** A shift to a new revision. With `reconcile`, an unfinished deployment is undone first. */
  static forward(plan: ShiftPlan, reconcile: boolean, around: ShiftSurroundings): TrafficShift {
    const shift: TrafficShift = new TrafficShift(
      [
        ...(reconcile
          ? [
              {
                stage: "RECONCILE_SERVICE" as const,
                act: () => shift.routeBack(),
                until: ({ othersAreLeaving }: ShiftFacts) => othersAreLeaving,
              },
            ]
          : []),
        { stage: "PRE_SCALE_UP" },
        { stage: "SCALE_UP", until: ({ isScaledUp }) => isScaledUp },
        { stage: "POST_SCALE_UP" },
        { stage: "TEST_TRAFFIC_SHIFT", act: () => around.route("test", 100) },
        // A task may have ended in the meantime; requests are only moved to tasks that can answer.
        { stage: "POST_TEST_TRAFFIC_SHIFT", until: ({ isScaledUp }) => isScaledUp },
        ...plan.steps.map(({ percent, bakeMinutes }) => ({
          stage: SHIFTING,
          percent,
          act: () => shift.routeProduction(percent),
          minutes: bakeMinutes,
        })),
        { stage: "POST_PRODUCTION_TRAFFIC_SHIFT" },
        { stage: "BAKE_TIME", minutes: plan.bakeMinutes },
        { stage: "CLEAN_UP", until: ({ oldAreGone }) => oldAreGone },
      ],
      around,
    );
    return shift;
  }

  /** A shift back to the old revision, at once, since its tasks are still running. */
  static back(from: TrafficShift): TrafficShift {
    const shift: TrafficShift = new TrafficShift(
      [
        { stage: SHIFTING, percent: 0, act: () => shift.routeBack() },
        { stage: "CLEAN_UP", until: ({ oldAreGone }) => oldAreGone },
      ],
      from.around,
    );
    shift.productionPercent = from.productionPercent;
    return shift;
  }

  get stage(): LifecycleStage {
    return this.steps[Math.min(this.at, this.steps.length - 1)]?.stage ?? "CLEAN_UP";
  }

  /** When this step ends, in ms since 1970, if it is only waiting for time to pass. */
  get endsAt(): number | undefined {
    if (this.waitsSince === undefined) return undefined;
    const { minutesMs, stageMs } = this.around;
    const minutes = this.steps[this.at]?.minutes ?? 0;
    return this.waitsSince + Math.max(minutesMs(minutes), stageMs());
  }

  /** All percentages that the production traffic goes through, in order, including future ones. */
  get percentages(): readonly number[] {
    return this.steps.flatMap(({ percent }) => percent ?? []);
  }

  /** Percentage of the production traffic on the new tasks, 0 to 100. */
  get percent(): number {
    return this.productionPercent;
  }

  get isDone(): boolean {
    return this.at >= this.steps.length;
  }

  /** Whether new tasks may start. */
  get mayStart(): boolean {
    return this.stage !== "RECONCILE_SERVICE" && this.stage !== "PRE_SCALE_UP";
  }

  /** Whether no request reaches the tasks of unfinished deployments any more. */
  get othersMayStop(): boolean {
    return this.stage !== "RECONCILE_SERVICE" || this.hasActed;
  }

  /** Proceeds as far as possible. Call it again after every change. */
  advance(facts: ShiftFacts): void {
    if (!this.hasBegun) this.enter();
    this.hasBegun = true;
    while (!this.isDone && !this.acting && this.isOver(facts)) {
      this.at++;
      this.hasActed = false;
      this.waitsSince = undefined;
      if (this.at < this.steps.length) this.enter();
    }
  }

  private isOver(facts: ShiftFacts): boolean {
    const step = this.steps[this.at];
    if (step?.act !== undefined && !this.hasActed) {
      void this.act(step.act);
      return false;
    }
    if (step?.until?.(facts) === false) return false;
    this.waitsSince ??= Date.now();
    const leftMs = (this.endsAt ?? 0) - Date.now();
    if (leftMs > 0) this.around.wakeIn(leftMs);
    return leftMs <= 0;
  }

  private async act(what: () => Promise<void>): Promise<void> {
    this.acting = true;
    try {
      await what();
      this.hasActed = true;
      this.around.wakeIn(0);
    } catch (error) {
      this.around.onError(messageOf(error));
      this.around.wakeIn(RETRY_MS);
    } finally {
      this.acting = false;
    }
  }

  private async routeProduction(percent: number): Promise<void> {
    await this.around.route("production", percent);
    this.productionPercent = percent;
    if (this.stage === SHIFTING) this.around.onStage(SHIFTING, percent);
  }

  private async routeBack(): Promise<void> {
    await this.routeProduction(0);
    await this.around.route("test", 0);
  }

  /** Each step of the production traffic is reported once it is done. */
  private enter(): void {
    if (this.stage !== SHIFTING) this.around.onStage(this.stage, this.productionPercent);
  }
}
