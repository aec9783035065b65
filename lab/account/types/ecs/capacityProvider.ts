import type { ecs } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import { type AccountContext, resourceType } from "../../resourceType";
import { AUTO_SCALING_GROUP } from "../autoscaling";
import { arn, exactlyOne, inputsOf, tags, text } from "../shared";
import { strategyOf } from "./capacityStrategy";
import { clientException, ecsName, invalidParameter, servicesOf } from "./lookups";
import {
  capacityOptionOf,
  checkManagedInstances,
  clusterName,
  managedInstancesMeaning,
  managedInstancesProvider,
} from "./managedInstances";
import { CAPACITY_PROVIDER, CLUSTER, CLUSTER_CAPACITY_PROVIDERS } from "./tokens";

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

export const capacityProvider = resourceType({
  token: CAPACITY_PROVIDER,
  inputs: inputsOf<ecs.CapacityProviderArgs>()({
    autoScalingGroupProvider: autoScalingGroupProvider.optional(),
    cluster: clusterName.optional(),
    managedInstancesProvider: managedInstancesProvider.optional(),
    name: providerName.optional(),
    region: text,
    tags,
  }),
  autoNameMaxLength: 255,
  immutable: ["cluster", "name", "region"],
  meaning: { managedInstancesProvider: managedInstancesMeaning },
  immutableWhen(olds, news) {
    const groupOf = (inputs: unknown) =>
      (inputs as { autoScalingGroupArn?: unknown } | undefined)?.autoScalingGroupArn;
    const isSame =
      groupOf(olds.autoScalingGroupProvider) === groupOf(news.autoScalingGroupProvider);
    const optionOf = (inputs: typeof olds) => capacityOptionOf(inputs.managedInstancesProvider);
    return [
      ...(isSame ? [] : (["autoScalingGroupProvider"] as const)),
      ...(optionOf(olds) === optionOf(news) ? [] : (["managedInstancesProvider"] as const)),
    ];
  },
  computed: ["arn", "name"],
  // Source: terraform-provider-aws, internal/service/ecs/capacity_provider.go, `CustomizeDiff`.
  rules: [
    exactlyOne("autoScalingGroupProvider", "managedInstancesProvider"),
    {
      keys: ["cluster", "managedInstancesProvider"],
      check: ({ cluster, managedInstancesProvider: managed }) => {
        if (managed !== undefined && cluster === undefined) {
          return "is required when using managedInstancesProvider";
        }
        return managed === undefined && cluster !== undefined
          ? "must not be set when using autoScalingGroupProvider"
          : undefined;
      },
    },
  ],
  validate(context, inputs, before) {
    const { autoScalingGroupProvider: provider, managedInstancesProvider: managed, name } = inputs;
    const others = context.list(CAPACITY_PROVIDER).filter(({ id }) => id !== before?.id);
    if (others.some(({ outputs }) => outputs.name === name && outputs.region === context.region)) {
      throw clientException(
        "The specified capacity provider already exists. To change the configuration of an " +
          "existing capacity provider, update the capacity provider.",
      );
    }
    if (provider) checkProvider(context, provider, others);
    if (managed) checkManagedInstances(context, inputs.cluster ?? "", managed);
  },
  create(context, { name = "" }) {
    const providerArn = context.arn("ecs", `capacity-provider/${name}`);
    return { id: providerArn, outputs: { arn: providerArn, name } };
  },
  complete: ({ autoScalingGroupProvider: provider, managedInstancesProvider: managed }) => ({
    ...(provider && { autoScalingGroupProvider: completed(provider) }),
    ...(managed && {
      managedInstancesProvider: {
        ...managed,
        instanceLaunchTemplate: {
          capacityOptionType: "ON_DEMAND",
          ...managed.instanceLaunchTemplate,
        },
      },
    }),
  }),
  beforeDelete(context, record) {
    mustNotBeInStrategies(context, record);
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

function completed(provider: z.output<typeof autoScalingGroupProvider>) {
  return {
    managedDraining: "ENABLED",
    managedTerminationProtection: "DISABLED",
    ...provider,
    managedScaling: {
      instanceWarmupPeriod: 300,
      maximumScalingStepSize: 10_000,
      minimumScalingStepSize: 1,
      status: "DISABLED",
      targetCapacity: 100,
      ...provider.managedScaling,
    },
  };
}

/**
 * API: "DeleteCapacityProvider": no service's strategy may name it when it is deleted. For Auto Scaling groups, the
 * association with the cluster ensures that.
 */
function mustNotBeInStrategies(context: AccountContext, { outputs }: ResourceRecord): void {
  if (outputs.managedInstancesProvider === undefined) return;
  const owner = context
    .list(CLUSTER)
    .find(({ outputs: cluster }) => cluster.name === outputs.cluster);
  const user =
    owner &&
    servicesOf(context, owner).find(({ inputs }) =>
      strategyOf(context, owner, inputs).some((item) => item.capacityProvider === outputs.name),
    );
  if (user) {
    throw new AwsError(
      "ResourceInUseException",
      `The specified capacity provider is in use and cannot be removed (${user.id})`,
    );
  }
}

/** Checks the group of a capacity provider, and the requirements of managed termination protection. */
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
    const other = outputs.autoScalingGroupProvider as typeof provider | undefined;
    return other?.autoScalingGroupArn === autoScalingGroupArn;
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
      `The minimum scaling step size (${least}) cannot be greater than the maximum (${most}).`,
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
