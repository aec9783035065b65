import type { ecs } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext } from "../resourceType";
import { AUTO_SCALING_GROUP } from "./autoscaling";
import {
  clientException,
  CLUSTER,
  ecsName,
  invalidParameter,
  mustHaveCluster,
  servicesOf,
} from "./ecsCluster";
import { arn, inputsOf, tags, text, unsupported } from "./shared";

const CAPACITY_PROVIDER = "aws:ecs/capacityProvider:CapacityProvider";
export const CLUSTER_CAPACITY_PROVIDERS =
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";

/** Capacity providers every account has. */
const FARGATE_PROVIDERS = ["FARGATE", "FARGATE_SPOT"];

export const strategy = z.array(
  z.strictObject({
    base: z.int().min(0).max(100_000).optional(),
    capacityProvider: z.string(),
    weight: z.int().min(0).max(1000).optional(),
  }),
);

/** How tasks are shared out: `base` tasks to one provider, the others by weight. */
export type Strategy = z.output<typeof strategy>;

/** Whether a strategy runs its tasks on Fargate; it never has providers of both kinds. */
export function isFargateStrategy(items: Strategy): boolean {
  return items.some(({ capacityProvider }) => FARGATE_PROVIDERS.includes(capacityProvider));
}

/** The strategy a service runs by: its own, or its cluster's if it says nothing; none with a launch type. */
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

/** Names, kinds and bases of a strategy, as the API checks them. */
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

const providerName = ecsName.refine(
  (name) => !/^(aws|ecs|fargate)/i.test(name),
  "must not begin with aws, ecs or fargate",
);

const stepSize = z.int().min(1).max(10_000).optional();
const status = z.enum(["ENABLED", "DISABLED"]).optional();

const autoScalingGroupProvider = z.strictObject({
  autoScalingGroupArn: arn,
  managedDraining: status,
  managedScaling: z
    .strictObject({
      instanceWarmupPeriod: z.int().min(0).max(10_000).optional(),
      maximumScalingStepSize: stepSize,
      minimumScalingStepSize: stepSize,
      status,
      targetCapacity: z.int().min(1).max(100).optional(),
    })
    .optional(),
  managedTerminationProtection: status,
});

const capacityProvider = resourceType({
  token: CAPACITY_PROVIDER,
  inputs: inputsOf<ecs.CapacityProviderArgs>()({
    autoScalingGroupProvider: autoScalingGroupProvider.optional(),
    cluster: unsupported,
    managedInstancesProvider: unsupported,
    name: providerName.optional(),
    region: text,
    tags,
  }),
  autoNameMaxLength: 255,
  immutable: ["name", "region"],
  immutableWhen(olds, news) {
    const groupOf = (inputs: unknown) =>
      (inputs as { autoScalingGroupArn?: unknown } | undefined)?.autoScalingGroupArn;
    const isSame =
      groupOf(olds.autoScalingGroupProvider) === groupOf(news.autoScalingGroupProvider);
    return isSame ? [] : ["autoScalingGroupProvider"];
  },
  computed: ["arn", "name"],
  rules: [
    {
      keys: ["autoScalingGroupProvider"],
      check: ({ autoScalingGroupProvider: provider }) =>
        provider === undefined ? "is required in the offline account" : undefined,
    },
  ],
  validate(context, inputs, before) {
    const { autoScalingGroupProvider: provider, name } = inputs;
    const others = context.list(CAPACITY_PROVIDER).filter(({ id }) => id !== before?.id);
    if (others.some(({ outputs }) => outputs.name === name && outputs.region === context.region)) {
      throw clientException(
        "The specified capacity provider already exists. To change the configuration of an " +
          "existing capacity provider, update the capacity provider.",
      );
    }
    if (provider) checkProvider(context, provider, others);
  },
  create(context, { name = "" }) {
    const providerArn = context.arn("ecs", `capacity-provider/${name}`);
    return { id: providerArn, outputs: { arn: providerArn, name } };
  },
  complete: ({ autoScalingGroupProvider: provider }) => ({
    autoScalingGroupProvider: {
      managedDraining: "ENABLED",
      managedTerminationProtection: "DISABLED",
      ...provider,
      managedScaling: {
        instanceWarmupPeriod: 300,
        maximumScalingStepSize: 10_000,
        minimumScalingStepSize: 1,
        status: "DISABLED",
        targetCapacity: 100,
        ...provider?.managedScaling,
      },
    },
  }),
  beforeDelete(context, record) {
    const association = context
      .list(CLUSTER_CAPACITY_PROVIDERS)
      .find(({ outputs }) =>
        (outputs.capacityProviders as string[]).includes(String(record.outputs.name)),
      );
    if (association) {
      throw new AwsError(
        "ResourceInUseException",
        "The capacity provider cannot be deleted because it is associated with cluster: " +
          `${association.id}. Remove the capacity provider from the cluster and try again.`,
      );
    }
  },
});

/** The group of a capacity provider, and what managed termination protection asks for. */
function checkProvider(
  context: AccountContext,
  provider: z.output<typeof autoScalingGroupProvider>,
  others: readonly ResourceRecord[],
): void {
  const { autoScalingGroupArn, managedScaling, managedTerminationProtection } = provider;
  const group = context
    .list(AUTO_SCALING_GROUP)
    .find(({ outputs }) => outputs.arn === autoScalingGroupArn);
  if (!group) {
    throw clientException(
      `The specified Auto Scaling group ARN was not found: ${autoScalingGroupArn}. ` +
        "Specify a valid Auto Scaling group ARN and try again.",
    );
  }
  const isTaken = others.some(({ outputs }) => {
    const other = outputs.autoScalingGroupProvider as typeof provider;
    return other.autoScalingGroupArn === autoScalingGroupArn;
  });
  if (isTaken) {
    throw clientException(
      "The specified Auto Scaling group ARN is already being used by another capacity provider. " +
        "Specify a unique Auto Scaling group ARN and try again.",
    );
  }
  const { maximumScalingStepSize: most = 10_000, minimumScalingStepSize: least = 1 } =
    managedScaling ?? {};
  if (least > most) {
    throw invalidParameter(
      `The minimum scaling step size (${least}) cannot be above the maximum (${most}).`,
    );
  }
  if (managedTerminationProtection !== "ENABLED") return;
  if (managedScaling?.status !== "ENABLED") {
    throw invalidParameter(
      "The managed termination protection setting for the capacity provider is invalid. To enable " +
        "managed termination protection for a capacity provider, managed scaling must be enabled.",
    );
  }
  if (group.outputs.protectFromScaleIn !== true) {
    throw invalidParameter(
      "The managed termination protection setting for the capacity provider is invalid. To enable " +
        "managed termination protection for a capacity provider, the Auto Scaling group must have " +
        "instance protection from scale in enabled.",
    );
  }
}

const clusterCapacityProviders = resourceType({
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
    const unknown = providers.find((name) => !exists(context, name));
    if (unknown !== undefined) {
      throw invalidParameter(
        `The specified capacity provider '${unknown}' was not found. ` +
          "Specify a valid capacity provider and try again.",
      );
    }
    checkStrategy(inputs.defaultCapacityProviderStrategies ?? [], providers);
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

function exists(context: AccountContext, name: string): boolean {
  return (
    FARGATE_PROVIDERS.includes(name) ||
    context
      .list(CAPACITY_PROVIDER)
      .some(({ outputs }) => outputs.name === name && outputs.region === context.region)
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

export const ecsCapacityTypes = [capacityProvider, clusterCapacityProviders];
