import { choiceProblem } from "../shared/problems";

/** How ECS chooses among the instances that have room for a task. */
export type PlacementStrategy =
  /** Evenly over the values of an attribute. */
  | {
      /** `spread` evenly over values, `binpack` on as few instances as possible, or `random`. */
      type: "spread";
      /**
       * With `spread` an attribute, e.g. `attribute:ecs.availability-zone`, or `instanceId`; with `binpack` `cpu` or
       * `memory`: the instance with the least left is chosen.
       * @default none, for `random`
       * @throws if it is another, or missing
       */
      field: string;
    }
  /** On the instance with the least left of it, so that as few as possible are in use. */
  | { type: "binpack"; field: "cpu" | "memory" }
  | { type: "random" };

/** Which instances ECS may choose. */
export type PlacementConstraint =
  /** At most one task of the service on each. */
  | {
      /** `distinctInstance`: one task of the service on each; `memberOf`: instances that match `expression`. */
      type: "distinctInstance";
    }
  /** Those that a cluster query finds. */
  | {
      type: "memberOf";
      /**
       * A cluster query, e.g. `attribute:ecs.instance-type == t3.micro`, of 1 to 2000 characters.
       * @default none, for `distinctInstance`
       * @throws if it is empty or longer
       */
      expression: string;
    };

/** Over the zones first, to survive the loss of one; then on as few instances as possible. */
export const spreadThenPack: PlacementStrategy[] = [
  { type: "spread", field: "attribute:ecs.availability-zone" },
  { type: "binpack", field: "memory" },
];

/**
 * Says what is wrong with a service's placement, a sentence for each fault. Strategies are for REPLICA: with DAEMON
 * there is nothing to choose.
 *
 * Source: Amazon ECS API reference, "CreateService", "PlacementStrategy", "PlacementConstraint".
 */
export function placementProblems(
  strategies: readonly PlacementStrategy[],
  constraints: readonly PlacementConstraint[],
  daemon: boolean,
): string[] {
  const faults = [
    ...strategies.flatMap((strategy, i) => strategyFaults(`placementStrategies[${i}]`, strategy)),
    ...constraints.flatMap((constraint, i) =>
      constraintFaults(`placementConstraints[${i}]`, constraint),
    ),
    strategies.length > 5
      ? `placementStrategies has ${strategies.length} items; ECS accepts at most 5`
      : "",
    constraints.length > 10
      ? `placementConstraints has ${constraints.length} items; ECS accepts at most 10`
      : "",
    daemon && strategies.length > 0
      ? "placementStrategies with DAEMON: each instance gets one task, so there is nothing to choose; leave them out"
      : "",
    daemon && constraints.some(({ type }) => type === "distinctInstance")
      ? "placementConstraints: distinctInstance is for REPLICA; DAEMON runs one task per instance anyway, leave it out"
      : "",
  ];
  return faults.filter((fault) => fault !== "");
}

/** A strategy or a constraint as another language may pass it. */
interface Given {
  type: string;
  field?: string;
  expression?: string;
}

function strategyFaults(key: string, { type, field = "" }: Given): string[] {
  const faults = [
    choiceProblem(`${key}.type`, type, ["spread", "binpack", "random"]),
    type === "binpack" ? choiceProblem(`${key}.field`, field, ["cpu", "memory"]) : undefined,
    type === "spread" && !/^(instanceId|host|attribute:[\w./-]{1,128})$/.test(field)
      ? `${key}.field "${field}" must be instanceId or an attribute such as attribute:ecs.availability-zone`
      : undefined,
  ];
  return faults.filter((fault) => fault !== undefined);
}

function constraintFaults(key: string, { type, expression = "" }: Given): string[] {
  const faults = [
    choiceProblem(`${key}.type`, type, ["distinctInstance", "memberOf"]),
    type === "memberOf" && (expression === "" || expression.length > 2000)
      ? `${key}.expression has ${expression.length} characters, it must have 1 to 2000`
      : undefined,
  ];
  return faults.filter((fault) => fault !== undefined);
}
