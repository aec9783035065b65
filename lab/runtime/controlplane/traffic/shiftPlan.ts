import type { Service } from "../ecs/ecs";

/** How requests move to new tasks. */
export type DeploymentStrategy = "ROLLING" | "BLUE_GREEN" | "LINEAR" | "CANARY";

/** One change of the weights, and how long it lasts before the next. */
export interface ShiftStep {
  /** Percentage of the production traffic on the new tasks, above 0 to 100. */
  readonly percent: number;
  readonly bakeMinutes: number;
}

/** How a deployment moves the production traffic. */
export interface ShiftPlan {
  readonly strategy: Exclude<DeploymentStrategy, "ROLLING">;
  /** The last step is 100 percent. */
  readonly steps: readonly ShiftStep[];
  /** How long the old tasks stay after the last step. */
  readonly bakeMinutes: number;
}

const ALL_AT_ONCE: ShiftStep = { percent: 100, bakeMinutes: 0 };

/** Equal steps of `percent`; the last one takes the rest, without a wait after it. */
export function linearSteps(percent: number, bakeMinutes: number): ShiftStep[] {
  const before = Math.ceil(round(100 / percent)) - 1;
  return [
    ...Array.from({ length: before }, (_, index) => ({
      percent: round(percent * (index + 1)),
      bakeMinutes,
    })),
    ALL_AT_ONCE,
  ];
}

/** A small share first, then the rest. */
export function canarySteps(percent: number, bakeMinutes: number): ShiftStep[] {
  return percent >= 100 ? [ALL_AT_ONCE] : [{ percent, bakeMinutes }, ALL_AT_ONCE];
}

/**
 * The plan in a service's record, with ECS's defaults; undefined for rolling updates. Source: ECS API reference,
 * "DeploymentConfiguration", "LinearConfiguration", "CanaryConfiguration".
 */
export function shiftPlan({ deploymentConfiguration: given }: Service): ShiftPlan | undefined {
  const { linearConfiguration: linear, canaryConfiguration: canary } = given ?? {};
  const bakeMinutes = given?.bakeTimeInMinutes ?? 0;
  switch (given?.strategy) {
    case "BLUE_GREEN":
      return { strategy: "BLUE_GREEN", steps: [ALL_AT_ONCE], bakeMinutes };
    case "LINEAR": {
      const steps = linearSteps(linear?.stepPercent ?? 10, linear?.stepBakeTimeInMinutes ?? 6);
      return { strategy: "LINEAR", steps, bakeMinutes };
    }
    case "CANARY": {
      const steps = canarySteps(canary?.canaryPercent ?? 5, canary?.canaryBakeTimeInMinutes ?? 10);
      return { strategy: "CANARY", steps, bakeMinutes };
    }
    default:
      return undefined;
  }
}

/**
 * Weights of a rule's two target groups, whole numbers from 0 to 999 in the proportion of a
 * percentage with at most one decimal.
 */
export function weightsOf(percent: number): { readonly blue: number; readonly green: number } {
  const scale = Number.isInteger(percent) ? 1 : 10;
  const green = Math.round(percent * scale);
  return { blue: 100 * scale - green, green };
}

/** Removes floating-point errors, e.g. in 30.000000000000004. */
const round = (value: number) => Math.round(value * 1e6) / 1e6;
