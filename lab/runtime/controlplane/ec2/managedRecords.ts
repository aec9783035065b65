import { z } from "zod";
import { instanceTypes, memoryForTasks } from "../../../../components/shared/instanceTypes";
import { prices } from "../../../../policies/cost/prices";
import type { AccountView, ResourceRecord } from "../../../account/record";
import { parseRecord } from "../../dataplane/alb/elb";
import { CAPACITY_TYPES, type InstanceDesign } from "./capacityRecords";

const range = z.object({ min: z.number().nullish(), max: z.number().nullish() }).nullish();
const texts = z.array(z.string()).nullish();

const instanceRequirements = z.object({
  vcpuCount: range,
  memoryMib: range,
  memoryGibPerVcpu: range,
  networkInterfaceCount: range,
  acceleratorCount: range,
  allowedInstanceTypes: texts,
  excludedInstanceTypes: texts,
  cpuManufacturers: texts,
  burstablePerformance: z.string().nullish(),
  bareMetal: z.string().nullish(),
  localStorage: z.string().nullish(),
});

type InstanceRequirements = z.infer<typeof instanceRequirements>;

const managedProvider = z.object({
  name: z.string(),
  cluster: z.string(),
  managedInstancesProvider: z.object({
    infrastructureOptimization: z.object({ scaleInAfter: z.number().nullish() }).nullish(),
    instanceLaunchTemplate: z.object({
      instanceRequirements: instanceRequirements.nullish(),
      networkConfiguration: z.object({ subnets: z.array(z.string()) }),
    }),
  }),
});

/** A capacity provider of Amazon ECS Managed Instances. */
export interface ManagedProvider {
  readonly key: string;
  readonly name: string;
  /** Name of its cluster. */
  readonly cluster: string;
  readonly subnets: readonly string[];
  /** Absent if ECS chooses by the tasks alone. */
  readonly requirements: InstanceRequirements | undefined;
  /** Seconds that an instance may be idle; -1 means forever. */
  readonly scaleInAfter: number;
}

/** AWS's default is not published; the lab uses five minutes. */
const defaultScaleInAfter = 300;

/** The capacity providers of managed instances in the account. */
export function managedProviders(account: AccountView): ManagedProvider[] {
  return account
    .list(CAPACITY_TYPES.capacityProvider)
    .filter(({ outputs }) => outputs.managedInstancesProvider != null)
    .map(toManagedProvider);
}

function toManagedProvider(record: ResourceRecord): ManagedProvider {
  const { name, cluster, managedInstancesProvider } = parseRecord(managedProvider, record);
  const { infrastructureOptimization, instanceLaunchTemplate } = managedInstancesProvider;
  return {
    key: record.id,
    name,
    cluster,
    subnets: instanceLaunchTemplate.networkConfiguration.subnets,
    requirements: instanceLaunchTemplate.instanceRequirements ?? undefined,
    scaleInAfter: infrastructureOptimization?.scaleInAfter ?? defaultScaleInAfter,
  };
}

/**
 * The designs that a provider may launch, cheapest first: those of the lab's instance types that it allows. ECS never
 * uses types with a single vCPU, or of sizes nano and micro; without requirements, it uses general purpose types that
 * are not burstable. Source: ECS developer guide, "Amazon ECS Managed Instances instance types"; API reference,
 * "InstanceRequirementsRequest", for what is excluded by default.
 * @param architecture of the tasks; any if undefined
 */
export function designsOf(
  { cluster, requirements }: ManagedProvider,
  architecture: string | undefined,
): InstanceDesign[] {
  return Object.entries(instanceTypes)
    .filter(([name, { vcpu }]) => vcpu > 1 && !/\.(nano|micro)$/.test(name))
    .filter(([name]) => (requirements ? meets(name, requirements) : name.startsWith("m")))
    .sort(([one], [other]) => (prices.instances[one] ?? 0) - (prices.instances[other] ?? 0))
    .map(([name, { vcpu, interfaces, cpuArchitecture }]) => ({
      instanceType: name,
      clusterName: cluster,
      resources: {
        cpu: vcpu * 1024,
        memory: memoryForTasks(name),
        interfaces: interfaces - 1,
      },
      architecture: cpuArchitecture === "ARM64" ? "arm64" : "x86_64",
      // Constant, since changed requirements only apply to later instances and replace none.
      fingerprint: "",
    }))
    .filter((design) => architecture === undefined || design.architecture === architecture);
}

function meets(name: string, requirements: InstanceRequirements): boolean {
  const type = instanceTypes[name];
  if (type === undefined) return false;
  const { allowedInstanceTypes: allowed, excludedInstanceTypes: excluded } = requirements;
  const { cpuManufacturers, burstablePerformance, localStorage, bareMetal } = requirements;
  const isBurstable = /^t\d/.test(name);
  const manufacturer = type.cpuArchitecture === "ARM64" ? "amazon-web-services" : "intel";
  return (
    (allowed == null || allowed.length === 0 || matchesOne(name, allowed)) &&
    !matchesOne(name, excluded ?? []) &&
    isWithin(type.vcpu, requirements.vcpuCount) &&
    isWithin(type.memory, requirements.memoryMib) &&
    isWithin(type.memory / 1024 / type.vcpu, requirements.memoryGibPerVcpu) &&
    isWithin(type.interfaces, requirements.networkInterfaceCount) &&
    isWithin(0, requirements.acceleratorCount) &&
    (cpuManufacturers == null || cpuManufacturers.includes(manufacturer)) &&
    isTaken(isBurstable, burstablePerformance) &&
    // None of the lab's types has local disks or is bare metal.
    localStorage !== "required" &&
    bareMetal !== "required"
  );
}

/** Burstable types are excluded by default. */
function isTaken(isBurstable: boolean, asked: string | null | undefined): boolean {
  if (asked === "included") return true;
  return isBurstable === (asked === "required");
}

const isWithin = (value: number, limits: z.infer<typeof range>): boolean =>
  value >= (limits?.min ?? 0) && value <= (limits?.max ?? Infinity);

const matchesOne = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) =>
    new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(name),
  );
