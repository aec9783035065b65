import { parseClusterQuery, type Attributes } from "./clusterQuery";

/** Resources that a task needs, or that an instance has for tasks. */
export interface Resources {
  /** CPU units, 1024 = one vCPU. */
  readonly cpu: number;
  /** MiB. */
  readonly memory: number;
  /** Network interfaces for tasks in awsvpc mode, excluding the instance's own. */
  readonly interfaces: number;
}

/** How to choose among instances; an unknown type or field has no effect. */
export interface PlacementStrategy {
  readonly type: string;
  readonly field?: string | null | undefined;
}

/** Which instances may be chosen: `distinctInstance`, or `memberOf` with a cluster query. */
export interface PlacementConstraint {
  readonly type: string;
  readonly expression?: string | null | undefined;
}

/** An instance as placement sees it. */
export interface Candidate {
  readonly id: string;
  /** ID that ECS's events use for it. */
  readonly containerInstanceId: string;
  readonly attributes: Attributes;
  readonly free: Resources;
  /** Number of its tasks of the same service. */
  readonly tasksOfService: number;
}

/** A task that needs an instance. */
export interface PlacementQuestion {
  readonly size: Resources;
  readonly strategies: readonly PlacementStrategy[];
  readonly constraints: readonly PlacementConstraint[];
}

/** The instance found, or why there is none, in the words of ECS's events. */
export type PlacementAnswer = { readonly id: string } | { readonly because: string };

/** What ECS spreads a service's tasks over by default. */
const defaultStrategies: readonly PlacementStrategy[] = [
  { type: "spread", field: "attribute:ecs.availability-zone" },
];

const nothingFound =
  "was unable to place a task because no container instance met all of its requirements.";
const seeGuide =
  "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.";

/**
 * Chooses the instance of a task as ECS does: those with room that satisfy the constraints, then of
 * these the best by each strategy in turn.
 * Source: ECS developer guide, "How Amazon ECS places tasks on container instances"; the reasons,
 * "Amazon ECS service event messages".
 * @param random 0 to less than 1, for the strategy `random`
 */
export function place(
  { size, strategies, constraints }: PlacementQuestion,
  candidates: readonly Candidate[],
  random: () => number = Math.random,
): PlacementAnswer {
  const judged = candidates.map((candidate) => ({
    candidate,
    problem: constraintProblem(candidate, constraints) ?? roomProblem(candidate, size),
  }));
  let best = judged.flatMap(({ candidate, problem }) => (problem ? [] : candidate));
  for (const strategy of strategies.length > 0 ? strategies : defaultStrategies) {
    best = preferred(strategy, best, candidates, random);
  }
  const [chosen] = best;
  if (chosen) return { id: chosen.id };
  // The closest match is the instance that failed the last check: capacity rather than a constraint.
  const closest = judged.find(({ problem }) => problem?.isRoom) ?? judged[0];
  if (!closest?.problem) {
    return {
      because: `${nothingFound} Reason: No Container Instances were found in your cluster. ${seeGuide}`,
    };
  }
  const { candidate, problem } = closest;
  return {
    because: `${nothingFound} The closest matching (container-instance ${candidate.containerInstanceId}) ${problem.words} ${seeGuide}`,
  };
}

/** Whether an instance satisfies the constraints, regardless of capacity: this decides where a daemon runs. */
export function isAllowed(
  candidate: Candidate,
  constraints: readonly PlacementConstraint[],
): boolean {
  return constraintProblem(candidate, constraints) === undefined;
}

/** The parts of a service's placement that the lab does not simulate, in words. */
export function placementNotSimulated(constraints: readonly PlacementConstraint[]): string[] {
  return constraints.flatMap(({ type, expression }) =>
    type === "memberOf" && parseClusterQuery(expression ?? "") === undefined
      ? [
          `ignores the constraint memberOf "${expression ?? ""}" in the lab, ` +
            "whose expression the lab does not support.",
        ]
      : [],
  );
}

interface Problem {
  readonly words: string;
  readonly isRoom: boolean;
}

function constraintProblem(
  { attributes, tasksOfService }: Candidate,
  constraints: readonly PlacementConstraint[],
): Problem | undefined {
  for (const { type, expression } of constraints) {
    if (type === "distinctInstance" && tasksOfService > 0) {
      return encountered("DistinctInstance placement constraint unsatisfied.");
    }
    if (type === "memberOf" && parseClusterQuery(expression ?? "")?.(attributes) === false) {
      return encountered("MemberOf placement constraint unsatisfied.");
    }
  }
  return undefined;
}

const encountered = (error: string): Problem => ({
  words: `encountered error "${error}".`,
  isRoom: false,
});

function roomProblem({ free }: Candidate, size: Resources): Problem | undefined {
  if (free.interfaces < size.interfaces) {
    return { words: 'encountered error "RESOURCE:ENI".', isRoom: true };
  }
  if (free.memory < size.memory) {
    return { words: "has insufficient memory available.", isRoom: true };
  }
  if (free.cpu < size.cpu) {
    return { words: "has insufficient CPU units available.", isRoom: true };
  }
  return undefined;
}

/** Those of `fitting` that a strategy prefers; `all` is used to count the tasks per value. */
function preferred(
  { type, field }: PlacementStrategy,
  fitting: readonly Candidate[],
  all: readonly Candidate[],
  random: () => number,
): Candidate[] {
  switch (type) {
    case "spread": {
      const valueOf = (candidate: Candidate) =>
        field === "instanceId" || field === "host"
          ? candidate.id
          : candidate.attributes[field?.replace("attribute:", "") ?? ""];
      const tasksAt = (value: string | undefined) =>
        all
          .filter((candidate) => valueOf(candidate) === value)
          .reduce((sum, { tasksOfService }) => sum + tasksOfService, 0);
      return lowest(fitting, (candidate) => tasksAt(valueOf(candidate)));
    }
    case "binpack":
      return lowest(fitting, ({ free }) => (field === "cpu" ? free.cpu : free.memory));
    case "random":
      return fitting.slice().splice(Math.floor(random() * fitting.length), 1);
    default:
      return [...fitting];
  }
}

function lowest(candidates: readonly Candidate[], measure: (one: Candidate) => number) {
  const least = Math.min(...candidates.map(measure));
  return candidates.filter((candidate) => measure(candidate) === least);
}
