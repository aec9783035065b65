import { rangeProblem } from "../shared/problems";

/** One capacity provider's share of a service's tasks. */
export interface CapacityShare {
  /**
   * Share of the tasks beyond `base`, relative to the other providers' weights, 0 to 1000. With
   * weights 1 and 3, one task in four goes to the first.
   * @default 1
   * @throws outside the range; if every weight is 0
   */
  weight?: number;
  /**
   * Tasks that run here before weights count, 0 to 100000; at most one provider may have any.
   * @default 0
   * @throws outside the range; if two providers have one
   */
  base?: number;
}

/** A share for each capacity provider: Fargate and Fargate Spot, or the cluster's instances. */
export interface CapacityStrategy {
  /**
   * Fargate at the ordinary price.
   * @default none: no task runs there
   */
  fargate?: CapacityShare;
  /**
   * Fargate's spare capacity: up to 70 % cheaper, and taken back with two minutes' notice.
   * @default none: no task runs there
   */
  fargateSpot?: CapacityShare;
  /**
   * The cluster's instances through its capacity provider, which adds instances as tasks need them.
   * @default none: no task runs there
   * @throws if it is combined with Fargate's, or the service has no instances
   */
  ec2?: CapacityShare;
}

/**
 * What a service's tasks run on:
 * - `"fargate"`: launch type FARGATE, as in the first tutorial;
 * - `"ec2"`: launch type EC2, on the existing instances, with no scaling of the cluster;
 * - a strategy: capacity providers by weight and base.
 *
 * Source: Amazon ECS API reference, "CreateService" and "CapacityProviderStrategyItem".
 */
export type Capacity = "fargate" | "ec2" | CapacityStrategy;

/** REPLICA keeps a number of tasks running, DAEMON one on each instance. */
export type SchedulingStrategy = "REPLICA" | "DAEMON";

/** A capacity in ECS's own terms: either a launch type or a strategy. */
export interface CapacityRequest<Name> {
  launchType?: "FARGATE" | "EC2";
  capacityProviderStrategies?: { capacityProvider: Name | string; weight: number; base: number }[];
}

const providers = ["fargate", "fargateSpot", "ec2"] as const;

/** AWS's own capacity providers. A cluster must be associated with them as with any other. */
export const fargateProviders = { fargate: "FARGATE", fargateSpot: "FARGATE_SPOT" } as const;

/**
 * Translates a capacity into ECS's terms, with shares in the order fargate, fargateSpot, ec2.
 *
 * @param capacity one without problems.
 * @param instances name of the cluster's own capacity provider; only a share for `ec2` needs it.
 */
export function capacityRequest<Name>(capacity: Capacity, instances?: Name): CapacityRequest<Name> {
  if (capacity === "fargate") return { launchType: "FARGATE" };
  if (capacity === "ec2") return { launchType: "EC2" };
  const names = { ...fargateProviders, ec2: instances };
  const capacityProviderStrategies = sharesOf(capacity).flatMap(({ provider, ...share }) => {
    const capacityProvider = names[provider];
    return capacityProvider === undefined ? [] : [{ capacityProvider, ...share }];
  });
  return { capacityProviderStrategies };
}

function sharesOf(strategy: CapacityStrategy) {
  return providers.flatMap((provider) => {
    const share = strategy[provider];
    return share ? [{ provider, weight: share.weight ?? 1, base: share.base ?? 0 }] : [];
  });
}

/** Reports that a service has both a launch type and a strategy, or nothing if ECS would accept it. */
export function launchTypeProblem(request: {
  launchType?: unknown;
  capacityProviderStrategies?: unknown;
}): string | undefined {
  const { launchType, capacityProviderStrategies } = request;
  return launchType === undefined || capacityProviderStrategies === undefined
    ? undefined
    : "transform.service: launchType and capacityProviderStrategies exclude each other; leave one out";
}

/**
 * Says what is wrong with a service's capacity, a sentence for each fault.
 *
 * @param capacity as given; may come unchecked from a configuration file.
 * @param component what the service runs on: Fargate or the instances of an `Ec2Cluster`.
 * @param scheduling how tasks are scheduled.
 */
export function capacityProblems(
  capacity: Capacity,
  component: "FargateService" | "FargateTask" | "Ec2Service",
  scheduling: SchedulingStrategy,
): string[] {
  if (typeof capacity === "object") {
    return [
      ...strategyProblems(capacity),
      ...(mixes(capacity) ? [] : componentProblems(namedProviders(capacity), component)),
      ...(scheduling === "DAEMON"
        ? [
            'capacity: DAEMON does not support a capacity provider strategy; use capacity "ec2" or REPLICA',
          ]
        : []),
    ];
  }
  return [
    ...(names.includes(capacity)
      ? componentProblems([capacity], component)
      : [`capacity "${capacity}" unknown; choose from ${names.join(", ")}, or give a strategy`]),
    ...(scheduling === "DAEMON" && capacity === "fargate"
      ? ["schedulingStrategy DAEMON needs instances, and Fargate has none; use REPLICA"]
      : []),
  ];
}

/** Reports that a cluster's name cannot name its capacity provider, or nothing if it can. */
export function providerNameProblem(name: string): string | undefined {
  return /^(ecs|fargate)/.test(name)
    ? `name "${name}" may not name a capacity provider: AWS reserves ecs and fargate for its own; use another`
    : undefined;
}

/** The launch types by their names here. */
const names: readonly string[] = ["fargate", "ec2"];

function namedProviders(strategy: CapacityStrategy): (keyof CapacityStrategy)[] {
  return providers.filter((provider) => strategy[provider] !== undefined);
}

/** Whether a strategy names both Fargate and instances. */
function mixes(strategy: CapacityStrategy): boolean {
  return strategy.ec2 !== undefined && namedProviders(strategy).length > 1;
}

function strategyProblems(strategy: CapacityStrategy): string[] {
  const named = namedProviders(strategy);
  const shares = sharesOf(strategy);
  const withBase = shares.filter(({ base }) => base > 0);
  const unknown = Object.keys(strategy).filter(
    (key) => !(providers as readonly string[]).includes(key),
  );
  const faults = [
    ...unknown.map((key) => `capacity: "${key}" unknown; choose from ${providers.join(", ")}`),
    named.length === 0 ? `capacity names no provider; choose from ${providers.join(", ")}` : "",
    mixes(strategy)
      ? `capacity mixes ${named.join(", ")}: a strategy uses Fargate or instances, never both; leave one out`
      : "",
    ...shares.flatMap(({ provider, weight, base }) => [
      rangeProblem(`capacity.${provider}.weight`, weight, 0, 1000) ?? "",
      rangeProblem(`capacity.${provider}.base`, base, 0, 100_000) ?? "",
    ]),
    withBase.length > 1
      ? `capacity: ${withBase.map(({ provider, base }) => `${provider} has base ${base}`).join(", ")}; only one provider may have one`
      : "",
    shares.length > 0 && shares.every(({ weight }) => weight === 0)
      ? "capacity: every weight is 0, so no task could be placed; raise one"
      : "",
  ];
  return faults.filter((fault) => fault !== "");
}

function componentProblems(
  named: readonly (keyof CapacityStrategy)[],
  component: "FargateService" | "FargateTask" | "Ec2Service",
): string[] {
  if (component !== "Ec2Service") {
    return named.includes("ec2")
      ? [`capacity ec2: a ${component} has no instances; use an Ec2Service`]
      : [];
  }
  const foreign = named.filter((provider) => provider !== "ec2");
  return foreign.length > 0
    ? [`capacity ${foreign.join(", ")}: an Ec2Service runs on instances; use a FargateService`]
    : [];
}
