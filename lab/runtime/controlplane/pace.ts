/** The paces that the lab can run at: AWS's own, one that people can follow, and as fast as possible. */
export const PACE_NAMES = ["real", "lesson", "fast"] as const;

/** @see PACE_NAMES */
export type PaceName = (typeof PACE_NAMES)[number];

/** How long things take. All times in milliseconds. */
export interface PaceTimes {
  /** From a task's placement to the start of its containers: network interface and image, on AWS. */
  readonly taskStartMs: number;
  /** From a target's registration to its first health check. */
  readonly firstCheckMs: number;
  /**
   * How many times faster than configured the health checks of new targets and containers come, and grace periods pass.
   */
  readonly healthCheckSpeed: number;
  /** How long new and old tasks serve side by side before a rolling update stops the old ones. */
  readonly overlapMs: number;
  /** How long a target drains even with no request in flight, up to its deregistration delay. */
  readonly minimumDrainMs: number;
  /** Maximum time that a target drains, whatever its deregistration delay. */
  readonly maximumDrainMs: number;
  /** Maximum time between a container's stop signal and its kill. */
  readonly maximumStopMs: number;
  /** How many times faster than configured the bake times and steps of a deployment pass. */
  readonly deploymentSpeed: number;
  /** Minimum time in each stage of a deployment that moves requests. */
  readonly stageMs: number;
  /** First and maximum wait after failed tasks. */
  readonly backoffFirstMs: number;
  readonly backoffLimitMs: number;
  /** A task without a target group is healthy once it has run this long. */
  readonly settleMs: number;
  /** From an instance's launch to its registration. */
  readonly warmUpMs: number;
  /** How long a group must have surplus instances before managed scaling removes any. */
  readonly scaleInAfterMs: number;
  /** Time between two data points of a service's autoscaling. */
  readonly scalingPeriodMs: number;
  /** How long services may take to become steady after the lab has started. */
  readonly steadyWithinMs: number;
}

const fast: PaceTimes = {
  taskStartMs: 0,
  firstCheckMs: 0,
  healthCheckSpeed: 10,
  overlapMs: 0,
  minimumDrainMs: 0,
  maximumDrainMs: 5000,
  maximumStopMs: 10_000,
  deploymentSpeed: 60,
  stageMs: 0,
  backoffFirstMs: 1000,
  backoffLimitMs: 60_000,
  settleMs: 1000,
  warmUpMs: 2000,
  scaleInAfterMs: 15_000,
  scalingPeriodMs: 5000,
  steadyWithinMs: 120_000,
};

/**
 * All times of the lab, in one place.
 *
 * `real` uses what AWS documents: health checks, deregistration delay, stop timeout (Fargate: 120 s at most), bake
 * times and steps as configured, a data point a minute, scale-in after 15 minutes, and a throttle of up to 27 minutes
 * ("Amazon ECS service throttle logic"). AWS documents no times for the start of a task or an instance, for the time
 * between a healthy new task and the end of an old one, or for stages without a bake time: these are typical values.
 */
export const PACES: Readonly<Record<PaceName, PaceTimes>> = {
  real: {
    taskStartMs: 20_000,
    firstCheckMs: 5000,
    healthCheckSpeed: 1,
    overlapMs: 10_000,
    minimumDrainMs: Infinity,
    maximumDrainMs: Infinity,
    maximumStopMs: 120_000,
    deploymentSpeed: 1,
    stageMs: 5000,
    backoffFirstMs: 10_000,
    backoffLimitMs: 27 * 60_000,
    settleMs: 1000,
    warmUpMs: 90_000,
    scaleInAfterMs: 15 * 60_000,
    scalingPeriodMs: 60_000,
    steadyWithinMs: 20 * 60_000,
  },
  lesson: {
    ...fast,
    taskStartMs: 3000,
    firstCheckMs: 3000,
    overlapMs: 8000,
    minimumDrainMs: 4000,
    deploymentSpeed: 15,
    stageMs: 2000,
    settleMs: 2000,
    warmUpMs: 5000,
  },
  fast,
};

/**
 * How fast the lab runs, which may change at any time: waits then follow the new pace, counted from their start.
 */
export class Pace {
  private chosen: PaceName;
  private readonly waiting = new Set<() => void>();

  /** @param exceptions times that apply at every pace */
  constructor(
    name: PaceName = "fast",
    private readonly exceptions: Partial<PaceTimes> = {},
  ) {
    this.chosen = name;
  }

  get name(): PaceName {
    return this.chosen;
  }

  get now(): PaceTimes {
    return { ...PACES[this.chosen], ...this.exceptions };
  }

  change(name: PaceName): void {
    this.chosen = name;
    for (const again of [...this.waiting]) again();
  }

  /**
   * Calls `then` when the time has passed, counted from now and at whatever pace applies.
   * @param time in ms; Infinity means never
   */
  after(time: (now: PaceTimes) => number, then: () => void): PacedWait {
    const beganAt = Date.now();
    let timer: NodeJS.Timeout | undefined;
    const endsAt = () => beganAt + time(this.now);
    const cancel = () => {
      clearTimeout(timer);
      this.waiting.delete(set);
    };
    const set = () => {
      clearTimeout(timer);
      const leftMs = endsAt() - Date.now();
      if (leftMs > LONGEST_TIMER_MS) return;
      timer = setTimeout(() => {
        cancel();
        then();
      }, leftMs);
    };
    this.waiting.add(set);
    set();
    return { endsAt, cancel };
  }
}

/** A pending call by {@link Pace.after}. */
export interface PacedWait {
  /** When it ends at the present pace, in ms since 1970. */
  readonly endsAt: () => number;
  readonly cancel: () => void;
}

/** Node's own limit. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The status property that says when a wait ends; empty without a wait. */
export function untilOf(wait: PacedWait | undefined): { readonly until?: string } {
  const at = wait?.endsAt();
  return at === undefined || !Number.isFinite(at) ? {} : { until: new Date(at).toISOString() };
}
