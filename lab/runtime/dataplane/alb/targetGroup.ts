import type { TargetGroupSettings } from "./elb";
import type { RequestMeter } from "./requestMeter";
import { probe, type ProbeFailure } from "./healthCheck";

/** States of a target, as `aws elbv2 describe-target-health` names them. */
export type TargetState = "initial" | "healthy" | "unhealthy" | "draining" | "unused";

/** One target as others see it. */
export interface TargetHealth {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** The task behind it. */
  readonly taskArn: string;
  readonly state: TargetState;
  /** AWS's reason code, e.g. `Target.ResponseCodeMismatch`; absent while healthy. */
  readonly reason?: string;
  /** The reason in words; absent while healthy. */
  readonly description?: string;
  /** When its first check will run, or when its draining will end at the latest. ISO 8601. */
  readonly until?: string;
  /** Requests of the last seconds, see `RequestMeter`; absent if there were none. */
  readonly requests?: number;
  /** Whether its checks are made to fail, see {@link TargetGroup.breakHealth}. */
  readonly isBroken?: true;
}

/** The parts of the lab's pace that apply to targets. All times in ms. */
interface TargetTimes {
  /** From a target's registration to its first check. */
  readonly firstCheckMs: number;
  /** Checks of a target that has never been healthy run this many times faster than configured. */
  readonly healthCheckSpeed: number;
  /** How long a target drains even with nothing in flight, up to `deregistrationDelay`. */
  readonly minimumDrainMs: number;
  /** Maximum time that a target drains, whatever `deregistrationDelay` says. */
  readonly maximumDrainMs: number;
}

/** A wait, see `Pace.after` of the control plane. */
interface TargetWait {
  readonly endsAt: () => number;
  readonly cancel: () => void;
}

/** The lab's pace, which may change, and the request counter. */
export interface TargetGroupOptions {
  /** @default requests are not counted */
  readonly meter?: RequestMeter;
  readonly pace: {
    readonly now: TargetTimes;
    after(time: (now: TargetTimes) => number, then: () => void): TargetWait;
  };
}

/** A target for one request, which counts as in flight until it is released. */
export interface TargetLease {
  readonly address: string;
  /** Call it once, when the response has ended. */
  release(): void;
}

interface Target {
  readonly taskArn: string;
  readonly address: string;
  state: TargetState;
  reason: string | undefined;
  description: string | undefined;
  /** Number of consecutive checks with the same result, positive if passed, negative if failed. */
  streak: number;
  inFlight: number;
  timer: TargetWait | undefined;
  /** The current check; results of earlier ones are ignored. */
  round: number;
  /** Whether its checks are made to fail; `fixed` until they have passed again. */
  forced: "broken" | "fixed" | undefined;
  /** Set while draining; ends it. */
  drained: (() => void) | undefined;
  /** Set while it drains with nothing in flight; ends that. */
  isGone: (() => void) | undefined;
}

/**
 * Runs one target group: checks its targets' health, drains them, and hands them out in turn. Source: ELB user guide,
 * "Health checks for Application Load Balancer target groups".
 */
export class TargetGroup {
  private readonly targets = new Map<string, Target>();
  private turn = 0;
  private requests = 0;

  /** @param onHealth called after every change of a target's state */
  constructor(
    private view: TargetGroupSettings,
    private readonly options: TargetGroupOptions,
    private readonly onHealth: (health: TargetHealth, failedChecks: number) => void,
  ) {}

  get arn(): string {
    return this.view.arn;
  }

  /** Number of requests that targets have been handed out for since the group was created. */
  get requestCount(): number {
    return this.requests;
  }

  /** Applies changed settings, from each target's next check on. */
  update(view: TargetGroupSettings): void {
    this.view = view;
  }

  /** Adds a task's address and starts to check it. A task is registered only once. */
  register(taskArn: string, address: string): void {
    if (this.targets.has(taskArn)) return;
    const target: Target = {
      taskArn,
      address,
      state: "initial",
      reason: "Elb.InitialHealthChecking",
      description: "Initial health checks in progress",
      streak: 0,
      inFlight: 0,
      timer: undefined,
      round: 0,
      forced: undefined,
      drained: undefined,
      isGone: undefined,
    };
    this.targets.set(taskArn, target);
    if (!this.view.healthCheck.enabled) this.change(target, "healthy");
    else if (this.options.pace.now.firstCheckMs === 0) void this.check(target);
    else this.checkAfter(target, ({ firstCheckMs }) => firstCheckMs);
  }

  /**
   * Drains a target: sends no new requests, and removes it when none is in flight any more or when the deregistration
   * delay is over. Resolves then; at once if the task is not a target.
   */
  async deregister(taskArn: string): Promise<void> {
    const target = this.targets.get(taskArn);
    if (target === undefined || target.state === "draining") return;
    target.timer?.cancel();
    const delayMs = this.view.deregistrationDelay * 1000;
    const isOver = this.drain(target, delayMs);
    this.change(target, "draining", {
      reason: "Target.DeregistrationInProgress",
      description: "Target deregistration is in progress",
    });
    await isOver;
    target.timer?.cancel();
    this.targets.delete(taskArn);
    this.change(target, "unused", {
      reason: "Target.NotRegistered",
      description: "Target is not registered to the target group",
    });
  }

  /**
   * Resolves when nothing is in flight and the minimum draining time is over, or when the maximum is. Source: ELB user
   * guide, "Deregistration delay": the target keeps draining until the delay is over, even with no requests in flight.
   */
  private async drain(target: Target, delayMs: number): Promise<void> {
    const { pace } = this.options;
    const least = ({ minimumDrainMs, maximumDrainMs }: TargetTimes) =>
      Math.min(minimumDrainMs, delayMs, maximumDrainMs);
    if (least(pace.now) > 0) {
      await new Promise<void>((resolve) => {
        target.isGone = resolve;
        target.timer = pace.after(least, resolve);
      });
      target.timer?.cancel();
    }
    if (target.inFlight === 0 || this.targets.get(target.taskArn) !== target) return;
    await new Promise<void>((resolve) => {
      target.drained = resolve;
      const rest = (now: TargetTimes) => Math.min(delayMs, now.maximumDrainMs) - least(now);
      target.timer = pace.after(rest, resolve);
    });
  }

  /** Removes a target whose task has ended, without draining. */
  remove(taskArn: string): void {
    const target = this.targets.get(taskArn);
    if (target === undefined) return;
    target.timer?.cancel();
    target.isGone?.();
    target.drained?.();
    this.targets.delete(taskArn);
  }

  /**
   * Makes a target's checks fail from now on whatever it answers, or pass again, to show how a service reacts to an
   * unhealthy task. Until then, checks run as often as a new target's.
   * @returns false if the task is not a target whose health is checked
   */
  breakHealth(taskArn: string, isBroken: boolean): boolean {
    const target = this.targets.get(taskArn);
    if (target === undefined || target.state === "draining" || !this.view.healthCheck.enabled) {
      return false;
    }
    target.forced = isBroken ? "broken" : "fixed";
    target.timer?.cancel();
    void this.check(target);
    return true;
  }

  /** Removes all targets, e.g. because the group was deleted. */
  close(): void {
    for (const taskArn of [...this.targets.keys()]) this.remove(taskArn);
  }

  /**
   * The next target: the healthy ones in turn (round robin); if none is healthy, the unhealthy ones (the load balancer
   * fails open); undefined if there are no targets.
   */
  next(): TargetLease | undefined {
    const all = [...this.targets.values()];
    const healthy = all.filter(({ state }) => state === "healthy");
    const usable = healthy.length > 0 ? healthy : all.filter(({ state }) => state === "unhealthy");
    const target = usable[this.turn++ % usable.length];
    if (target === undefined) return undefined;
    target.inFlight++;
    this.requests++;
    this.options.meter?.count(target.taskArn);
    return {
      address: target.address,
      release: () => {
        target.inFlight--;
        if (target.inFlight === 0) target.drained?.();
      },
    };
  }

  health(taskArn: string): TargetHealth | undefined {
    const target = this.targets.get(taskArn);
    return target === undefined ? undefined : this.toHealth(target);
  }

  status(): TargetHealth[] {
    return [...this.targets.values()].map((target) => this.toHealth(target));
  }

  private async check(target: Target): Promise<void> {
    const { healthCheck, protocolVersion } = this.view;
    const round = ++target.round;
    const failure =
      target.forced === "broken"
        ? brokenOnPurpose
        : await probe(target.address, healthCheck, protocolVersion);
    if (this.targets.get(target.taskArn) !== target || target.state === "draining") return;
    if (target.round !== round) return;
    this.judge(target, failure);
    if (target.forced === "fixed" && target.state === "healthy") target.forced = undefined;
    const isHurried = target.state === "initial" || target.forced !== undefined;
    this.checkAfter(
      target,
      ({ healthCheckSpeed }) =>
        (healthCheck.intervalSeconds * 1000) / (isHurried ? healthCheckSpeed : 1),
    );
  }

  private checkAfter(target: Target, time: (now: TargetTimes) => number): void {
    target.timer = this.options.pace.after(time, () => void this.check(target));
  }

  private judge(target: Target, failure: ProbeFailure | undefined): void {
    const { healthyThreshold, unhealthyThreshold } = this.view.healthCheck;
    if (failure === undefined) {
      target.streak = Math.max(target.streak, 0) + 1;
      // A new target needs a single success; one that was unhealthy needs `healthyThreshold` of them.
      if (target.state === "initial" || target.streak >= healthyThreshold) {
        this.change(target, "healthy");
      }
    } else {
      target.streak = Math.min(target.streak, 0) - 1;
      if (-target.streak >= unhealthyThreshold) this.change(target, "unhealthy", failure);
    }
  }

  private change(
    target: Target,
    state: TargetState,
    why?: { readonly reason: string; readonly description: string },
  ): void {
    const same = target.state === state && target.reason === why?.reason;
    target.state = state;
    target.reason = why?.reason;
    target.description = why?.description;
    if (same) return;
    this.options.meter?.restart();
    this.onHealth(this.toHealth(target), Math.max(-target.streak, 0));
  }

  private toHealth(target: Target): TargetHealth {
    const { address, taskArn, state, reason, description, forced, timer } = target;
    const isWaiting = state === "initial" || state === "draining";
    const requests = this.options.meter?.recent(taskArn) ?? 0;
    return {
      address,
      taskArn,
      state,
      ...(reason === undefined ? {} : { reason }),
      ...(description === undefined ? {} : { description }),
      ...(isWaiting ? untilOf(timer) : {}),
      ...(requests === 0 ? {} : { requests }),
      ...(forced === "broken" ? { isBroken: true } : {}),
    };
  }
}

/** When a wait ends; empty for draining that only waits for the last request. */
function untilOf(timer: TargetWait | undefined): Pick<TargetHealth, "until"> {
  const at = timer?.endsAt();
  return at === undefined || !Number.isFinite(at) ? {} : { until: new Date(at).toISOString() };
}

const brokenOnPurpose: ProbeFailure = {
  reason: "Target.FailedHealthChecks",
  description: "Health checks failed: broken on purpose, in the lab",
};
