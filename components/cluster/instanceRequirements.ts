import type * as aws from "@pulumi/aws";

import { choiceProblem } from "../shared/problems";

/** A range. */
export interface InstanceRange {
  /** At least this many, 1 or more.
   * @default 1
   * @throws if it is not a whole number, or less than 1
   */
  min?: number;
  /** At most this many, `min` or more.
   * @default no limit
   * @throws if it is not a whole number, or less than `min`
   */
  max?: number;
}

/**
 * Which EC2 instance types ECS may choose from: all that meet every requirement. ECS never uses types with a single
 * vCPU or of the sizes nano and micro.
 *
 * Source: Amazon ECS API reference, "InstanceRequirementsRequest"; developer guide, "Amazon ECS Managed Instances
 * instance types".
 */
export interface InstanceRequirements {
  /**
   * vCPUs of an instance.
   * @default any number
   */
  vcpuCount?: InstanceRange;
  /**
   * Memory of an instance in MiB.
   * @default any size
   */
  memoryMib?: InstanceRange;
  /**
   * Types, or families with `*`, e.g. `m6i.*`; at most 400, and not together with `excludedInstanceTypes`.
   * @default all
   * @throws if there are more than 400, one is not a type, or `excludedInstanceTypes` is also given
   */
  allowedInstanceTypes?: string[];
  /**
   * Types, or families with `*`, that are left out; at most 400.
   * @default none
   * @throws if there are more than 400, one is not a type, or `allowedInstanceTypes` is also given
   */
  excludedInstanceTypes?: string[];
  /**
   * Who makes the processors: `intel`, `amd` or `amazon-web-services`.
   * @default all
   * @throws if one is another
   */
  cpuManufacturers?: string[];
  /**
   * Whether t2, t3, t3a and t4g may be chosen: `included`, `excluded` or `required`.
   * @default "included", although EC2's default is excluded
   * @throws if it is another
   */
  burstablePerformance?: string;
}

/** Requirements as the capacity provider takes them: both ranges are required there. */
export function instanceRequirements({
  vcpuCount,
  memoryMib,
  burstablePerformance = "included",
  ...more
}: InstanceRequirements): aws.types.input.ecs.CapacityProviderManagedInstancesProviderInstanceLaunchTemplateInstanceRequirements {
  return {
    vcpuCount: { min: vcpuCount?.min ?? 1, max: vcpuCount?.max },
    memoryMib: { min: memoryMib?.min ?? 1, max: memoryMib?.max },
    burstablePerformance,
    ...more,
  };
}

/** Says what is wrong with requirements, a sentence for each fault. */
export function requirementProblems(requirements: InstanceRequirements): (string | undefined)[] {
  const { allowedInstanceTypes = [], excludedInstanceTypes = [] } = requirements;
  return [
    ...(["vcpuCount", "memoryMib"] as const).map((key) => rangeProblemOf(key, requirements[key])),
    ...Object.entries({ allowedInstanceTypes, excludedInstanceTypes }).flatMap(([key, list]) => [
      list.length > 400
        ? `instanceRequirements.${key} has ${list.length} types; ECS accepts 400`
        : undefined,
      ...list.map((type) =>
        /^[a-zA-Z0-9.*-]{1,30}$/.test(type)
          ? undefined
          : `instanceRequirements.${key}: "${type}" is not an instance type such as t3.small or m6i.*`,
      ),
    ]),
    allowedInstanceTypes.length > 0 && excludedInstanceTypes.length > 0
      ? "instanceRequirements: allowedInstanceTypes and excludedInstanceTypes exclude each other; leave one out"
      : undefined,
    choiceProblem(
      "instanceRequirements.burstablePerformance",
      requirements.burstablePerformance ?? "included",
      ["included", "excluded", "required"],
    ),
    ...(requirements.cpuManufacturers ?? []).map((one) =>
      choiceProblem("instanceRequirements.cpuManufacturers", one, [
        "intel",
        "amd",
        "amazon-web-services",
      ]),
    ),
  ];
}

function rangeProblemOf(key: string, range: InstanceRange | undefined): string | undefined {
  const { min = 1, max = Infinity } = range ?? {};
  const isWhole = Number.isInteger(min) && (max === Infinity || Number.isInteger(max));
  return isWhole && min >= 1 && max >= min
    ? undefined
    : `instanceRequirements.${key} ${min} to ${max} must be whole numbers from 1, the smaller first`;
}
