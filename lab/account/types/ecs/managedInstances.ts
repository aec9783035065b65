import { z } from "zod";

import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { mustHaveSecurityGroup } from "../ec2/lookups";
import { SUBNET, VPC } from "../ec2/tokens";
import { INSTANCE_PROFILE, isAssumableBy } from "../iam";
import { arn, unsupported } from "../shared";
import { clientException, ecsName, invalidParameter, mustHaveCluster } from "./lookups";
import { CAPACITY_PROVIDER } from "./tokens";

const whole = z.int().min(0).optional();
const atLeastOne = z.int().min(1).optional();
const share = z.number().min(0).optional();
const wholeRange = z.strictObject({ max: whole, min: whole }).optional();
const shareRange = z.strictObject({ max: share, min: share }).optional();
const requiredRange = z.strictObject({ max: atLeastOne, min: z.int().min(1) });
const inclusion = z.enum(["included", "excluded", "required"]).optional();

const instanceTypes = z
  .array(
    z
      .string()
      .min(1)
      .max(30)
      .regex(/^[a-zA-Z0-9.*-]+$/, "may only contain letters, digits, dots, asterisks and hyphens"),
  )
  .max(400)
  .optional();

const manufacturers = ["amazon-web-services", "amd", "nvidia", "xilinx", "habana"] as const;

/** Source: terraform-provider-aws, internal/service/ecs/capacity_provider.go, `instance_requirements`. */
const instanceRequirements = z.strictObject({
  acceleratorCount: wholeRange,
  acceleratorManufacturers: z.array(z.enum(manufacturers)).optional(),
  acceleratorNames: z.array(z.string()).optional(),
  acceleratorTotalMemoryMib: wholeRange,
  acceleratorTypes: z.array(z.enum(["gpu", "fpga", "inference"])).optional(),
  allowedInstanceTypes: instanceTypes,
  bareMetal: inclusion,
  baselineEbsBandwidthMbps: wholeRange,
  burstablePerformance: inclusion,
  cpuManufacturers: z.array(z.enum(["intel", "amd", "amazon-web-services"])).optional(),
  excludedInstanceTypes: instanceTypes,
  instanceGenerations: z.array(z.enum(["current", "previous"])).optional(),
  localStorage: inclusion,
  localStorageTypes: z.array(z.enum(["hdd", "ssd"])).optional(),
  maxSpotPriceAsPercentageOfOptimalOnDemandPrice: whole,
  memoryGibPerVcpu: shareRange,
  memoryMib: requiredRange,
  networkBandwidthGbps: shareRange,
  networkInterfaceCount: z.strictObject({ max: atLeastOne, min: atLeastOne }).optional(),
  onDemandMaxPricePercentageOverLowestPrice: whole,
  requireHibernateSupport: z.boolean().optional(),
  spotMaxPricePercentageOverLowestPrice: whole,
  totalLocalStorageGb: shareRange,
  vcpuCount: requiredRange,
});

/**
 * A capacity provider of Amazon ECS Managed Instances.
 *
 * Source: terraform-provider-aws, internal/service/ecs/capacity_provider.go, `managed_instances_provider`.
 */
export const managedInstancesProvider = z.strictObject({
  autoRepairConfiguration: z
    .strictObject({ actionsStatus: z.enum(["ENABLED", "DISABLED"]).optional() })
    .optional(),
  infrastructureOptimization: z
    .strictObject({ scaleInAfter: z.int().min(-1).max(3600).optional() })
    .optional(),
  infrastructureRoleArn: arn,
  instanceLaunchTemplate: z.strictObject({
    capacityOptionType: z.enum(["ON_DEMAND", "SPOT", "RESERVED"]).optional(),
    capacityReservations: unsupported,
    ec2InstanceProfileArn: arn,
    instanceRequirements: instanceRequirements.optional(),
    localStorageConfiguration: z.strictObject({ useLocalStorage: z.boolean() }).optional(),
    monitoring: z.enum(["BASIC", "DETAILED"]).optional(),
    networkConfiguration: z.strictObject({
      securityGroups: z.array(z.string()).optional(),
      subnets: z.array(z.string()),
    }),
    storageConfiguration: z.strictObject({ storageSizeGib: z.int().min(1) }).optional(),
  }),
  propagateTags: z.enum(["CAPACITY_PROVIDER", "NONE"]).optional(),
});

type ManagedInstancesProvider = z.output<typeof managedInstancesProvider>;

/** The cluster of a managed instances capacity provider; it names exactly one. */
export const clusterName = ecsName;

/**
 * The purchase option of the instances; AWS's default is ON_DEMAND.
 *
 * @param provider a capacity provider's `managedInstancesProvider`, unchecked.
 */
export function capacityOptionOf(provider: unknown): string | undefined {
  if (provider === undefined) return undefined;
  const { instanceLaunchTemplate } = provider as {
    instanceLaunchTemplate?: { capacityOptionType?: string };
  };
  return instanceLaunchTemplate?.capacityOptionType ?? "ON_DEMAND";
}

/** The canonical form of a provider, independent of the order within its sets. */
export function managedInstancesMeaning(value: unknown): unknown {
  if (Array.isArray(value)) return [...(value as unknown[])].map(managedInstancesMeaning).sort();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, managedInstancesMeaning(part)]),
  );
}

/**
 * What CreateCapacityProvider and UpdateCapacityProvider check.
 *
 * Source: Amazon ECS developer guide, "Architect for Amazon ECS Managed Instances": roles, storage of 30 to 16384 GiB,
 * one VPC; API reference, "InstanceRequirementsRequest". AWS does not document the text of these errors.
 */
export function checkManagedInstances(
  context: AccountContext,
  cluster: string,
  provider: ManagedInstancesProvider,
): void {
  mustHaveCluster(context, cluster);
  const { infrastructureRoleArn, instanceLaunchTemplate: template } = provider;
  if (!isAssumableBy(context, infrastructureRoleArn, "ecs.amazonaws.com")) {
    throw clientException(
      `The infrastructure role ${infrastructureRoleArn} does not exist or cannot be assumed by ` +
        "ecs.amazonaws.com.",
    );
  }
  const { ec2InstanceProfileArn, storageConfiguration } = template;
  const profiles = context.list(INSTANCE_PROFILE);
  if (!profiles.some(({ outputs }) => outputs.arn === ec2InstanceProfileArn)) {
    throw clientException(`The instance profile ${ec2InstanceProfileArn} does not exist.`);
  }
  const size = storageConfiguration?.storageSizeGib ?? 80;
  if (size < 30 || size > 16_384) {
    throw clientException(`The storage size ${size} GiB must be between 30 and 16384 GiB.`);
  }
  if (template.capacityOptionType === "RESERVED") {
    throw clientException("RESERVED needs capacity reservations, which the offline account lacks.");
  }
  checkNetwork(context, template.networkConfiguration);
  if (template.instanceRequirements) checkRequirements(template.instanceRequirements);
}

function checkNetwork(
  context: AccountContext,
  {
    securityGroups = [],
    subnets,
  }: ManagedInstancesProvider["instanceLaunchTemplate"]["networkConfiguration"],
): void {
  if (subnets.length === 0) throw clientException("At least one subnet must be specified.");
  const vpcIds = subnets.map((id) => {
    const subnet = context.get(SUBNET, id);
    if (!subnet) throw clientException(`The subnet ID '${id}' does not exist`);
    return subnet.outputs.vpcId;
  });
  if (new Set(vpcIds).size > 1) throw clientException("Subnets must all be in the same VPC.");
  for (const id of securityGroups) {
    mustHaveSecurityGroup(context, id);
    const own = context.get("aws:ec2/securityGroup:SecurityGroup", id)?.outputs.vpcId;
    const isDefault = context.get(VPC, String(vpcIds[0]))?.outputs.defaultSecurityGroupId === id;
    if (!isDefault && own !== vpcIds[0]) {
      throw clientException(`Security group ${id} is not in the same VPC as the subnets.`);
    }
  }
}

/** API: "InstanceRequirementsRequest": which attributes exclude each other. */
function checkRequirements(requirements: z.output<typeof instanceRequirements>): void {
  const { allowedInstanceTypes = [], excludedInstanceTypes = [] } = requirements;
  if (allowedInstanceTypes.length > 0 && excludedInstanceTypes.length > 0) {
    throw clientException(
      "You can specify either AllowedInstanceTypes or ExcludedInstanceTypes, but not both.",
    );
  }
  for (const [key, range] of Object.entries(requirements)) {
    if (typeof range !== "object" || Array.isArray(range)) continue;
    const { max = Infinity, min = 0 } = range;
    if (min > max) throw clientException(`${key}: the minimum ${min} is above the maximum ${max}.`);
  }
}

/** A cluster's capacity providers of managed instances, which belong to it from their creation on. */
export function managedProvidersOf(
  context: AccountContext,
  { outputs }: ResourceRecord,
): ResourceRecord[] {
  return context
    .list(CAPACITY_PROVIDER)
    .filter(
      ({ outputs: provider }) =>
        provider.region === outputs.region &&
        provider.managedInstancesProvider !== undefined &&
        provider.cluster === outputs.name,
    );
}

/** Names of a cluster's capacity providers of managed instances. */
export function managedProviderNames(context: AccountContext, cluster: ResourceRecord): string[] {
  return managedProvidersOf(context, cluster).map(({ outputs }) => String(outputs.name));
}

/** Rejects a strategy that mixes kinds, and a task definition that was not registered for managed instances. */
export function checkManagedStrategy(
  names: readonly string[],
  managed: readonly string[],
  definition?: ResourceRecord,
): boolean {
  const own = names.filter((name) => managed.includes(name));
  if (own.length === 0) return false;
  if (own.length < names.length) {
    throw invalidParameter(
      "A capacity provider strategy cannot contain a mix of capacity providers using Amazon ECS Managed " +
        "Instances and others. Specify one or the other and try again.",
    );
  }
  const compatibilities = (definition?.inputs.requiresCompatibilities ?? []) as string[];
  if (definition && !compatibilities.includes("MANAGED_INSTANCES")) {
    throw invalidParameter("Task definition does not support launch_type MANAGED_INSTANCES.");
  }
  return true;
}
