import { z } from "zod";
import { instanceTypes, memoryForTasks } from "../../../../components/shared/instanceTypes";
import type { AccountView, ResourceRecord } from "../../../account/record";
import { parseRecord } from "../../dataplane/alb/elb";
import type { CapacityProviderStrategyItem } from "../ecs/capacityStrategy";
import type { Resources } from "../ecs/placement";
import type { ManagedScaling } from "./managedScaling";

/** Type tokens of the resources that container instances come from. */
export const CAPACITY_TYPES = {
  group: "aws:autoscaling/group:Group",
  launchTemplate: "aws:ec2/launchTemplate:LaunchTemplate",
  subnet: "aws:ec2/subnet:Subnet",
  capacityProvider: "aws:ecs/capacityProvider:CapacityProvider",
  clusterCapacityProviders: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
} as const;

const number = z.coerce.number();
const optionalNumber = (otherwise: number) =>
  number.nullish().transform((value) => value ?? otherwise);

const strategyItem = z.object({
  capacityProvider: z.string(),
  weight: optionalNumber(0),
  base: optionalNumber(0),
});

/** A capacity provider strategy as in records; a missing one is empty. */
export const capacityProviderStrategy = z
  .array(strategyItem)
  .nullish()
  .transform((items): CapacityProviderStrategyItem[] => items ?? []);

const group = z.object({
  arn: z.string(),
  name: z.string(),
  minSize: number,
  maxSize: number,
  desiredCapacity: number.nullish(),
  vpcZoneIdentifiers: z.array(z.string()).nullish(),
  availabilityZones: z.array(z.string()).nullish(),
  launchTemplate: z
    .object({ id: z.string().nullish(), name: z.string().nullish(), version: z.string().nullish() })
    .nullish(),
  instanceRefresh: z
    .object({ strategy: z.string(), triggers: z.array(z.string()).nullish() })
    .nullish(),
});

/** An Auto Scaling group. */
export type AutoScalingGroup = z.infer<typeof group> & {
  readonly key: string;
  /** The size that the stack sets; absent if it leaves the size to others. */
  readonly asked: unknown;
};

export const toGroup = (record: ResourceRecord): AutoScalingGroup => ({
  ...parseRecord(group, record),
  key: record.id,
  asked: record.inputs.desiredCapacity,
});

const launchTemplate = z.object({
  name: z.string().nullish(),
  instanceType: z.string().nullish(),
  userData: z.string().nullish(),
});

/** What instances a group launches. */
export interface InstanceDesign {
  readonly instanceType: string;
  /** Cluster that the user data sets for the agent; `default` without one, as on AWS. */
  readonly clusterName: string;
  readonly resources: Resources;
  readonly architecture: string;
  /** Changes whenever an instance refresh would replace the instances. */
  readonly fingerprint: string;
}

/**
 * The instances that a group's launch template describes, or why the lab cannot launch them, in words. Always uses the
 * template's latest version, since the account keeps no other.
 */
export function designOf(account: AccountView, group: AutoScalingGroup): InstanceDesign | string {
  const { id, name, version } = group.launchTemplate ?? {};
  const record = account
    .list(CAPACITY_TYPES.launchTemplate)
    .find((one) => (id == null ? one.outputs.name === name : one.id === id));
  if (record === undefined)
    return "it has no launch template, which the lab needs to launch instances";
  const { instanceType, userData } = parseRecord(launchTemplate, record);
  const type = instanceTypes[instanceType ?? ""];
  if (instanceType == null || type === undefined) {
    const known = Object.keys(instanceTypes).join(", ");
    return `the lab has no instance type ${instanceType ?? "(none)"}; it has ${known}`;
  }
  const script = Buffer.from(userData ?? "", "base64").toString();
  // The agent's setting is not enough: EC2 attaches trunks only if the account's setting is on.
  const isTrunked =
    /awsvpcTrunking\b.*\benabled/.test(script) &&
    !script.includes("ECS_ENABLE_HIGH_DENSITY_ENI=false");
  return {
    instanceType,
    clusterName: /ECS_CLUSTER=["']?([\w-]+)/.exec(script)?.[1] ?? "default",
    resources: {
      cpu: type.vcpu * 1024,
      memory: memoryForTasks(instanceType),
      interfaces: (isTrunked ? type.trunkedTasks : undefined) ?? type.interfaces - 1,
    },
    architecture: type.cpuArchitecture === "ARM64" ? "arm64" : "x86_64",
    // As on AWS, a group that names no version number, e.g. $Latest, does not notice a new version.
    fingerprint: JSON.stringify([record.id, version ?? null, triggersOf(group)]),
  };
}

/**
 * The properties of a group, besides its template, whose change makes it replace its instances: in the lab, its
 * subnets.
 */
function triggersOf({ instanceRefresh, vpcZoneIdentifiers }: AutoScalingGroup): string[] {
  const triggers = instanceRefresh?.triggers ?? [];
  return triggers.includes("vpc_zone_identifier") ? (vpcZoneIdentifiers ?? []).toSorted() : [];
}

/** The zones that a group's instances go to, one for each subnet. */
export function zonesOf(account: AccountView, group: AutoScalingGroup): string[] {
  const zones = (group.vpcZoneIdentifiers ?? []).flatMap((id) => {
    const zone = account.get(CAPACITY_TYPES.subnet, id)?.outputs.availabilityZone;
    return typeof zone === "string" ? zone : [];
  });
  return zones.length > 0 ? zones : (group.availabilityZones ?? []);
}

const enabled = z
  .string()
  .nullish()
  .transform((status) => status === "ENABLED");

const capacityProvider = z.object({
  name: z.string(),
  autoScalingGroupProvider: z
    .object({
      autoScalingGroupArn: z.string(),
      // On AWS, draining is on by default, the others are off.
      managedDraining: z
        .string()
        .nullish()
        .transform((status) => status !== "DISABLED"),
      managedTerminationProtection: enabled,
      managedScaling: z
        .object({
          status: enabled,
          targetCapacity: optionalNumber(100),
          minimumScalingStepSize: optionalNumber(1),
          maximumScalingStepSize: optionalNumber(10_000),
        })
        .nullish(),
    })
    .nullish(),
});

/** A capacity provider of an Auto Scaling group. */
export interface GroupProvider {
  readonly name: string;
  readonly managedDraining: boolean;
  readonly managedTerminationProtection: boolean;
  /** Absent if ECS does not manage the group's size. */
  readonly managedScaling?: ManagedScaling;
}

/** The capacity provider of a group, if it has one. */
export function providerOf(
  account: AccountView,
  group: AutoScalingGroup,
): GroupProvider | undefined {
  for (const record of account.list(CAPACITY_TYPES.capacityProvider)) {
    const { name, autoScalingGroupProvider: provider } = parseRecord(capacityProvider, record);
    if (provider?.autoScalingGroupArn !== group.arn) continue;
    const { managedDraining, managedTerminationProtection, managedScaling } = provider;
    return {
      name,
      managedDraining,
      managedTerminationProtection,
      ...(managedScaling?.status ? { managedScaling } : {}),
    };
  }
  return undefined;
}

const clusterProviders = z.object({
  clusterName: z.string(),
  defaultCapacityProviderStrategies: capacityProviderStrategy,
});

/** The cluster's strategy for services without one; empty for most clusters. */
export function defaultStrategyOf(
  account: AccountView,
  clusterName: string,
): CapacityProviderStrategyItem[] {
  return account
    .list(CAPACITY_TYPES.clusterCapacityProviders)
    .map((record) => parseRecord(clusterProviders, record))
    .filter((association) => association.clusterName === clusterName)
    .flatMap(({ defaultCapacityProviderStrategies }) => defaultCapacityProviderStrategies);
}
