import { rangeProblem, repeated } from "../shared/problems";

/** How ECS replaces the old tasks with the new ones. */
export type DeploymentStrategy = "ROLLING" | "BLUE_GREEN" | "LINEAR" | "CANARY";

/** How production traffic moves from the old tasks (blue) to the new ones (green). */
export interface StrategyArgs {
  /**
   * ROLLING replaces tasks a few at a time. The others start all new tasks alongside the old ones, in a second target
   * group, and then move the load balancer's requests: BLUE_GREEN all at once, LINEAR
   * in equal steps, CANARY a small part first. They need room for twice the tasks.
   * @default "ROLLING"
   */
  strategy?: DeploymentStrategy;
  /**
   * Minutes that the old tasks keep running after all requests have moved, 0 to 1440; until then a rollback takes only
   * a moment. Not with ROLLING.
   * @default 5
   * @throws outside the range; with ROLLING
   */
  bakeTimeInMinutes?: number;
  /**
   * The first step of CANARY; only with it.
   * @default 5 percent for 10 minutes
   * @throws with another strategy
   */
  canary?: {
    /**
     * Percentage of the requests, 0.1 to 100, with at most one decimal.
     * @default 5
     * @throws outside the range
     */
    percent?: number;
    /**
     * Minutes until the rest of the requests follows, 0 to 1440.
     * @default 10
     * @throws outside the range; with ROLLING
     */
    bakeTimeInMinutes?: number;
  };
  /**
   * The steps of LINEAR; only with it.
   * @default 10 percent every 6 minutes
   * @throws with another strategy
   */
  linear?: {
    /**
     * Percentage of the requests that each step moves, 3 to 100, with at most one decimal.
     * @default 10
     * @throws outside the range
     */
    stepPercent?: number;
    /**
     * Minutes between two steps, 0 to 1440.
     * @default 6
     * @throws outside the range
     */
    stepBakeTimeInMinutes?: number;
  };
  /**
   * Requests with this header reach the new tasks before all others. Not with ROLLING.
   * @default { header: "x-amzn-ecs-blue-green-test", value: "true" }
   * @throws with ROLLING
   */
  testTraffic?: {
    /**
     * Name of the header, 1 to 40 characters.
     * @throws if it is not a valid header name
     */
    header: string;
    /**
     * Its value, 1 to 128 characters, with `*` and `?` as wildcards.
     * @throws if it is empty or longer
     */
    value: string;
  };
  /**
   * Names of CloudWatch alarms that fail a deployment and roll it back.
   * @default [], none
   * @throws if one is empty or listed twice; with CODE_DEPLOY
   */
  alarms?: string[];
}

export type StrategySettings = ReturnType<typeof strategySettings>;

/** Fills in the defaults, which are ECS's own if it has any. */
export function strategySettings(args: StrategyArgs = {}) {
  return {
    strategy: args.strategy ?? ("ROLLING" as const),
    bakeTimeInMinutes: args.bakeTimeInMinutes ?? 5,
    canary: {
      percent: args.canary?.percent ?? 5,
      bakeTimeInMinutes: args.canary?.bakeTimeInMinutes ?? 10,
    },
    linear: {
      stepPercent: args.linear?.stepPercent ?? 10,
      stepBakeTimeInMinutes: args.linear?.stepBakeTimeInMinutes ?? 6,
    },
    testTraffic: args.testTraffic ?? { header: "x-amzn-ecs-blue-green-test", value: "true" },
    alarms: args.alarms ?? [],
  };
}

/** Whether new tasks have their own target group until the requests have moved to them. */
export const shiftsTraffic = ({ strategy }: { strategy: DeploymentStrategy }) =>
  strategy !== "ROLLING";

/**
 * Minutes that the strategy adds to a deployment, from when the new tasks are healthy until it is done.
 */
export function shiftMinutes({
  strategy,
  bakeTimeInMinutes,
  canary,
  linear,
}: StrategySettings): number {
  switch (strategy) {
    case "ROLLING":
      return 0;
    case "BLUE_GREEN":
      return bakeTimeInMinutes;
    case "CANARY":
      return canary.bakeTimeInMinutes + bakeTimeInMinutes;
    case "LINEAR":
      return Math.ceil(100 / linear.stepPercent) * linear.stepBakeTimeInMinutes + bakeTimeInMinutes;
  }
}

/** The longest bake time in minutes: a day. */
const longestBake = 1440;

/**
 * Says what is wrong with a deployment's strategy, a sentence for each fault.
 *
 * @param args as given: a setting of another strategy is an error, not ignored.
 *
 * Source: Amazon ECS API reference, "DeploymentConfiguration", "LinearConfiguration",
 * "CanaryConfiguration"; Elastic Load Balancing API reference, "HttpHeaderConditionConfig".
 */
export function strategyProblems(args: StrategyArgs = {}): string[] {
  const { strategy, bakeTimeInMinutes, canary, linear, testTraffic, alarms } =
    strategySettings(args);
  const rolling = strategy === "ROLLING";
  return [
    rolling ? misplaced("bakeTimeInMinutes", args.bakeTimeInMinutes, strategy) : undefined,
    rolling ? misplaced("testTraffic", args.testTraffic, strategy) : undefined,
    strategy === "CANARY" ? undefined : misplaced("canary", args.canary, strategy),
    strategy === "LINEAR" ? undefined : misplaced("linear", args.linear, strategy),
    rangeProblem("bakeTimeInMinutes", bakeTimeInMinutes, 0, longestBake),
    percentProblem("canary.percent", canary.percent, 0.1),
    rangeProblem("canary.bakeTimeInMinutes", canary.bakeTimeInMinutes, 0, longestBake),
    percentProblem("linear.stepPercent", linear.stepPercent, 3),
    rangeProblem("linear.stepBakeTimeInMinutes", linear.stepBakeTimeInMinutes, 0, longestBake),
    /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}$/.test(testTraffic.header)
      ? undefined
      : `testTraffic.header "${testTraffic.header}" must be a header's name of 1 to 40 characters`,
    testTraffic.value.length >= 1 && testTraffic.value.length <= 128
      ? undefined
      : `testTraffic.value has ${testTraffic.value.length} characters, it must have 1 to 128`,
    alarms.includes("") ? "alarms has an empty name; give the names of alarms" : undefined,
    ...repeated(alarms).map((name) => `alarms: "${name}" is listed twice; leave one out`),
  ].filter((problem) => problem !== undefined);
}

function misplaced(key: string, value: unknown, strategy: DeploymentStrategy): string | undefined {
  return value === undefined
    ? undefined
    : `${key} is not for ${strategy}; leave it out or use the strategy it belongs to`;
}

function percentProblem(key: string, value: number, least: number): string | undefined {
  const hasOneDecimal = Math.abs(value * 10 - Math.round(value * 10)) < 1e-9;
  if (hasOneDecimal && value >= least && value <= 100) return undefined;
  return `${key} ${value} must be from ${least} to 100 with at most one decimal`;
}
