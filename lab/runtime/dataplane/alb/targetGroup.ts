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
  /** When its first check comes, or its draining ends at the latest. ISO 8601. */
  readonly until?: string;
  /** Requests of the last seconds, see `RequestMeter`; absent when there were none. */
  readonly requests?: number;
  /** Whether somebody lets its checks fail, see {@link TargetGroup.breakHealth}. */
  readonly isBroken?: true;
}

/** What of the lab's pace matters to targets. All times in ms. */
interface TargetTimes {
  /** From a target's registration to its first check. */
  readonly firstCheckMs: number;
  /** Checks of a target that was never healthy come this many times faster than configured. */
  readonly healthCheckSpeed: number;
  /** How long a target drains though nothing is in flight, up to `deregistrationDelay`. */
  readonly minimumDrainMs: number;
  /** Longest a target drains, whatever `deregistrationDelay` says. */
  readonly maximumDrainMs: number;
}

/** A time that is waited for, see `Pace.after` of the control plane. */
interface TargetWait {
  readonly endsAt: () => number;
  readonly cancel: () => void;
}

/** How fast the lab lives, which may change, and what counts requests. */
export interface TargetGroupOptions {
  /** @default none is counted */
  readonly meter?: RequestMeter;
  readonly pace: {
    readonly now: TargetTimes;
    after(time: (now: TargetTimes) => number, then: () => void): TargetWait;
  };
}

/** What the load balancer needs to send a request to a target and to count it as in flight. */
export interface TargetLease {
  readonly address: string;
  /** To be called once, when the response has ended. */
  release(): void;
}

interface Target {
  readonly taskArn: string;
  readonly address: string;
  state: TargetState;
  reason: string | undefined;
  description: string | undefined;
  /** Checks in a row with the same result, positive when passed, negative when failed. */
  streak: number;
  inFlight: number;
  timer: TargetWait | undefined;
  /** The check that counts; one begun before it does not any more. */
  round: number;
  /** Whether somebody lets its checks fail; `mended` until they have passed again. */
  forced: "broken" | "mended" | undefined;
  /** Set while draining; ends it. */
  drained: (() => void) | undefined;
  /** Set while it drains though nothing is in flight; ends that. */
  isGone: (() => void) | undefined;
}

/**
 * One target group alive: checks its targets' health, drains them, and hands them out in turn.
 * Source: ELB user guide, "Health checks for Application Load Balancer target groups".
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

  /** Requests that targets have been handed out for since the group exists. */
  get requestCount(): number {
    return this.requests;
  }

  /** Takes over changed settings; they hold from each target's next check on. */
  update(view: TargetGroupSettings): void {
    this.view = view;
  }

  /** Adds a task's address and starts to check it. A task is a target only once. */
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
   * Lets a target finish: no new requests, and gone when none is in flight any more or when the
   * deregistration delay is over. Resolves then; at once for a task that is no target.
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
   * Resolves when nothing is in flight and the least time of draining is over, or the longest is.
   * Source: ELB user guide, "Deregistration delay": the target goes on draining until the delay is over,
   * though it has no requests in flight.
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

  /** Forgets a target whose task is dead: there is nothing left to drain. */
  remove(taskArn: string): void {
    const target = this.targets.get(taskArn);
    if (target === undefined) return;
    target.timer?.cancel();
    target.isGone?.();
    target.drained?.();
    this.targets.delete(taskArn);
  }

  /**
   * Lets a target's checks fail from now on whatever it answers, or pass again: a way to see what a
   * service does about a task that is ill. The checks come at the pace of a new target's meanwhile.
   * @returns false when the task is no target whose health is checked
   */
  breakHealth(taskArn: string, isBroken: boolean): boolean {
    const target = this.targets.get(taskArn);
    if (target === undefined || target.state === "draining" || !this.view.healthCheck.enabled) {
      return false;
    }
    target.forced = isBroken ? "broken" : "mended";
    target.timer?.cancel();
    void this.check(target);
    return true;
  }

  /** Forgets all targets, e.g. because the group was deleted. */
  close(): void {
    for (const taskArn of [...this.targets.keys()]) this.remove(taskArn);
  }

  /**
   * The target whose turn it is: the healthy ones round robin; if none is healthy, the unhealthy
   * ones (the load balancer fails open); undefined if there are none of those either.
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
    if (target.forced === "mended" && target.state === "healthy") target.forced = undefined;
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
      // A new target needs a single success, one that was unhealthy has to prove itself.
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

/** Not for draining that ends with the last request, whenever that is. */
function untilOf(timer: TargetWait | undefined): Pick<TargetHealth, "until"> {
  const at = timer?.endsAt();
  return at === undefined || !Number.isFinite(at) ? {} : { until: new Date(at).toISOString() };
}

const brokenOnPurpose: ProbeFailure = {
  reason: "Target.FailedHealthChecks",
  description: "Health checks failed: broken on purpose, in the lab",
};
