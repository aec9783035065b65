import { z } from "zod";

import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { invalidParameter } from "./lookups";
import { CLUSTER_CAPACITY_PROVIDERS } from "./tokens";

/** Capacity providers that every account has. */
export const FARGATE_PROVIDERS = ["FARGATE", "FARGATE_SPOT"];

export const strategy = z.array(
  z.strictObject({
    base: z.int().min(0).max(100_000).optional(),
    capacityProvider: z.string(),
    weight: z.int().min(0).max(1000).optional(),
  }),
);

/** How tasks are distributed: `base` tasks to one provider, the others by weight. */
export type Strategy = z.output<typeof strategy>;

/** Whether a service has its own strategy. */
export function hasStrategy(service: { readonly capacityProviderStrategies?: unknown }): boolean {
  return ((service.capacityProviderStrategies ?? []) as Strategy).length > 0;
}

/** The canonical form of a strategy: base and weight default to 0, and the order has no meaning. */
export function strategyMeaning(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return (value as Strategy)
    .map(({ base = 0, capacityProvider, weight = 0 }) => [capacityProvider, base, weight].join("|"))
    .sort();
}

/** Whether a strategy runs its tasks on Fargate; it never mixes providers of both kinds. */
export function isFargateStrategy(items: Strategy): boolean {
  return items.some(({ capacityProvider }) => FARGATE_PROVIDERS.includes(capacityProvider));
}

/** The strategy that applies to a service: its own, or its cluster's if it has none; no strategy with a launch type. */
export function strategyOf(
  context: AccountContext,
  cluster: ResourceRecord,
  service: { readonly capacityProviderStrategies?: unknown; readonly launchType?: unknown },
): Strategy {
  const own = (service.capacityProviderStrategies ?? []) as Strategy;
  if (own.length > 0 || service.launchType !== undefined) return own;
  const association = context.get(CLUSTER_CAPACITY_PROVIDERS, String(cluster.outputs.name));
  return (association?.outputs.defaultCapacityProviderStrategies ?? []) as Strategy;
}

/** Checks the names, kinds and bases of a strategy, as the API does. */
export function checkStrategy(items: Strategy, associated: readonly string[]): void {
  const unknown = items.find(({ capacityProvider }) => !associated.includes(capacityProvider));
  if (unknown) {
    throw invalidParameter(
      `The specified capacity provider strategy contains a capacity provider that is not ` +
        `associated with the cluster: ${unknown.capacityProvider}`,
    );
  }
  const names = items.map(({ capacityProvider }) => capacityProvider);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw invalidParameter(
      `A capacity provider strategy cannot name a capacity provider twice: ${repeated}`,
    );
  }
  if (isFargateStrategy(items) && names.some((name) => !FARGATE_PROVIDERS.includes(name))) {
    throw invalidParameter(
      "A capacity provider strategy cannot contain a mix of capacity providers using Auto Scaling " +
        "groups and Fargate providers. Specify one or the other and try again.",
    );
  }
  if (items.filter(({ base = 0 }) => base > 0).length > 1) {
    throw invalidParameter(
      "A capacity provider strategy can only have one capacity provider with a base above 0.",
    );
  }
  if (items.length > 0 && items.every(({ weight = 0 }) => weight === 0)) {
    throw invalidParameter(
      "A capacity provider strategy must have at least one capacity provider with a weight above 0.",
    );
  }
}
