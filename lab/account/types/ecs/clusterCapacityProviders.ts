import type { ecs } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import { type AccountContext, resourceType } from "../../resourceType";
import { inputsOf, text } from "../shared";
import { checkStrategy, FARGATE_PROVIDERS, strategyOf } from "./capacityStrategy";
import { ecsName, invalidParameter, mustHaveCluster, servicesOf } from "./lookups";
import { checkManagedStrategy, managedProviderNames } from "./managedInstances";
import { CAPACITY_PROVIDER, CLUSTER, CLUSTER_CAPACITY_PROVIDERS } from "./tokens";

/**
 * Whether a cluster may be associated with a capacity provider: one of managed instances belongs to a single cluster.
 */
export function exists(context: AccountContext, name: string, cluster: string): boolean {
  return (
    FARGATE_PROVIDERS.includes(name) ||
    context
      .list(CAPACITY_PROVIDER)
      .some(
        ({ outputs }) =>
          outputs.name === name &&
          outputs.region === context.region &&
          (outputs.cluster === undefined || outputs.cluster === cluster),
      )
  );
}

function mustNotUse(
  context: AccountContext,
  owner: ResourceRecord,
  providers: readonly string[],
): void {
  const user = servicesOf(context, owner).find(({ inputs }) =>
    strategyOf(context, owner, inputs).some(({ capacityProvider: name }) =>
      providers.includes(name),
    ),
  );
  if (user) {
    throw new AwsError(
      "ResourceInUseException",
      `The specified capacity provider is in use and cannot be removed (${user.id})`,
    );
  }
}

export const clusterCapacityProviders = resourceType({
  token: CLUSTER_CAPACITY_PROVIDERS,
  inputs: inputsOf<ecs.ClusterCapacityProvidersArgs>()({
    capacityProviders: z.array(z.string()).optional(),
    clusterName: ecsName,
    defaultCapacityProviderStrategies: z
      .array(
        z.strictObject({
          base: z.int().min(0).max(100_000).default(0),
          capacityProvider: z.string(),
          weight: z.int().min(0).max(1000).default(0),
        }),
      )
      .optional(),
    region: text,
  }),
  immutable: ["clusterName", "region"],
  sets: ["capacityProviders", "defaultCapacityProviderStrategies"],
  computed: ["capacityProviders"],
  validate(context, inputs, before) {
    const record = mustHaveCluster(context, inputs.clusterName);
    const providers = inputs.capacityProviders ?? [];
    const unknown = providers.find((name) => !exists(context, name, inputs.clusterName));
    if (unknown !== undefined) {
      throw invalidParameter(
        `The specified capacity provider '${unknown}' was not found. ` +
          "Specify a valid capacity provider and try again.",
      );
    }
    const managed = managedProviderNames(context, record);
    const strategy = inputs.defaultCapacityProviderStrategies ?? [];
    checkStrategy(strategy, [...providers, ...managed]);
    checkManagedStrategy(
      strategy.map(({ capacityProvider }) => capacityProvider),
      managed,
    );
    const removed = ((before?.inputs.capacityProviders ?? []) as string[]).filter(
      (name) => !providers.includes(name),
    );
    mustNotUse(context, record, removed);
  },
  create: (_context, { clusterName }) => ({
    id: clusterName,
    outputs: { capacityProviders: [] },
  }),
  beforeDelete(context, record) {
    const owner = context
      .list(CLUSTER)
      .find(({ outputs }) => outputs.name === record.outputs.clusterName);
    if (owner) mustNotUse(context, owner, record.outputs.capacityProviders as string[]);
  },
});
