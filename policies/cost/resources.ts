import type { PolicyResource } from "@pulumi/policy";
import { fieldsOf, propsOf } from "../graph/inputs";
import { ofType, referred } from "../graph/references";
import * as tokens from "../graph/tokens";
import {
  field,
  type Fields,
  isAbsent,
  isTrue,
  items,
  toInteger,
  toText,
  UNKNOWN,
  type Value,
} from "../graph/value";
import {
  type Bounds,
  managedInstanceParts,
  type ManagedTasks,
  type ManagedTypes,
} from "./managedInstances";
import {
  type CostPart,
  fargateRuns,
  kmsKeys,
  natGateways,
  pipelines,
  publicAddresses,
  secrets,
  shareOut,
} from "./parts";
import { runsPerMonth } from "./runs";
import {
  clusterParts,
  fargateServiceParts,
  instanceParts,
  loadBalancerParts,
  serviceInsightsParts,
} from "./stack";

type Resources = readonly PolicyResource[];

/** What a resource costs; or what is unknown about it, as a question. */
type Estimate = readonly CostPart[] | string;

/** Types of the resources that cost something, and of those that determine how much. */
export const COST_TYPES: readonly string[] = [
  tokens.AUTO_SCALING_GROUP,
  tokens.CAPACITY_PROVIDER,
  tokens.CLUSTER,
  tokens.CLUSTER_CAPACITY_PROVIDERS,
  tokens.EIP,
  tokens.EXPRESS_SERVICE,
  tokens.INSTANCE,
  tokens.KMS_KEY,
  tokens.LAUNCH_CONFIGURATION,
  tokens.LAUNCH_TEMPLATE,
  ...tokens.LOAD_BALANCERS,
  tokens.NAT_GATEWAY,
  tokens.PIPELINE,
  tokens.SCHEDULE,
  tokens.SECRET,
  tokens.SERVICE,
  tokens.SUBNET,
  tokens.TASK_DEFINITION,
];

/** What a resource costs in a month, with everything that it includes; most cost nothing. */
export function estimateOf(resource: PolicyResource, resources: Resources): Estimate {
  const { type } = resource;
  if (tokens.LOAD_BALANCERS.includes(type)) return loadBalancer(resource, resources);
  switch (type) {
    case tokens.NAT_GATEWAY:
      return [natGateways(1)];
    case tokens.EIP:
      return [publicAddresses(1)];
    case tokens.PIPELINE:
      return propsOf(resource).pipelineType === "V2" ? [] : [pipelines(1)];
    case tokens.SECRET:
      return [secrets(1)];
    case tokens.KMS_KEY:
      return [kmsKeys(1)];
    case tokens.CLUSTER:
      return clusterParts(hasInsights(resource));
    case tokens.SERVICE:
      return service(resource, resources);
    case tokens.CAPACITY_PROVIDER:
      return managedProvider(resource, resources);
    case tokens.EXPRESS_SERVICE:
      return expressService(resource, resources);
    case tokens.SCHEDULE:
      return schedule(resource, resources);
    case tokens.AUTO_SCALING_GROUP:
      return group(resource, resources);
    case tokens.INSTANCE:
      return instance(resource, resources);
    default:
      return [];
  }
}

/** An internet-facing load balancer has a public address in each of its subnets. */
function loadBalancer(resource: PolicyResource, resources: Resources): Estimate {
  const { internal, subnets, subnetMappings } = propsOf(resource);
  if (isTrue(internal)) return loadBalancerParts(0);
  const given = [...items(subnets), ...items(subnetMappings)];
  // In a first preview the subnets are unknown; it will get the public ones.
  const publicOnes = ofType(resources, [tokens.SUBNET]).filter((subnet) =>
    isTrue(propsOf(subnet).mapPublicIpOnLaunch),
  );
  const addresses = given.includes(UNKNOWN) ? Math.max(2, publicOnes.length) : given.length;
  return loadBalancerParts(addresses);
}

function service(resource: PolicyResource, resources: Resources): Estimate {
  const props = propsOf(resource);
  const { launchType } = props;
  const doubt = `What the tasks of ${resource.name} cost`;
  const shares = sharesOf(resource, resources);
  if (launchType === UNKNOWN || shares === undefined) return doubt;
  const watched = referred(resource, "cluster", [tokens.CLUSTER], resources).some(hasInsights);
  const insights = serviceInsightsParts(watched);
  const onFargate = shares.filter(({ provider }) => provider.startsWith("FARGATE"));
  if (launchType !== "FARGATE" && onFargate.length === 0) return insights;
  const count = countOf(resource);
  const size = sizeOf(referred(resource, "taskDefinition", [tokens.TASK_DEFINITION], resources));
  if (count === undefined || size === undefined) return doubt;
  return [
    ...insights,
    ...fargateServiceParts({
      count,
      shares: onFargate.length > 0 ? onFargate : [{ base: 0, weight: 1, spot: false }],
      size,
      hasPublicAddresses: isTrue(field(props.networkConfiguration, "assignPublicIp")),
    }),
  ];
}

const countOf = (service: PolicyResource): number | undefined => {
  const { desiredCount } = propsOf(service);
  return isAbsent(desiredCount) ? 0 : toInteger(desiredCount);
};

/** How a service's tasks are distributed to capacity providers; undefined if part of that is unknown. */
function sharesOf(service: PolicyResource, resources: Resources) {
  const asked = strategyOf(service, resources);
  const details = asked.flatMap((share) =>
    ["capacityProvider", "base", "weight"].map((name) => field(share, name)),
  );
  if ([...asked, ...details].includes(UNKNOWN)) return undefined;
  return asked.map((share) => ({
    provider: toText(field(share, "capacityProvider")),
    spot: field(share, "capacityProvider") === "FARGATE_SPOT",
    base: toInteger(field(share, "base")) ?? 0,
    weight: toInteger(field(share, "weight")) ?? 0,
  }));
}

/** A capacity provider with managed instances, which ECS launches for all services that use it. */
function managedProvider(resource: PolicyResource, resources: Resources): Estimate {
  const { managedInstancesProvider, name } = propsOf(resource);
  if (isAbsent(managedInstancesProvider)) return [];
  const doubt = `What the instances of ${resource.name} cost`;
  if (name === UNKNOWN) return doubt;
  const types = managedTypes(
    field(managedInstancesProvider, "instanceLaunchTemplate", "instanceRequirements"),
  );
  const tasks = ofType(resources, [tokens.SERVICE]).map((each) =>
    tasksOn(toText(name), each, resources),
  );
  const known = tasks.filter((each) => each !== undefined);
  const parts =
    types && known.length === tasks.length ? managedInstanceParts(types, known) : undefined;
  return parts ?? doubt;
}

/** The tasks of a service on a capacity provider; none if that is unknown, which is reported for the service itself. */
function tasksOn(
  provider: string,
  service: PolicyResource,
  resources: Resources,
): ManagedTasks | undefined {
  const none = { count: 0, cpu: 0, memory: 0 };
  const shares = sharesOf(service, resources);
  if (!shares?.some((share) => share.provider === provider)) return none;
  const count = countOf(service);
  const definitions = referred(service, "taskDefinition", [tokens.TASK_DEFINITION], resources);
  const size = sizeOf(definitions, 0);
  if (count === undefined || size === undefined) return undefined;
  const own = shareOut(count, shares).filter((share) => share.provider === provider);
  return { ...size, count: Math.ceil(own.reduce((sum, { tasks }) => sum + tasks, 0)) };
}

/** The types that a capacity provider may launch, by default general purpose ones; undefined if unknown. */
function managedTypes(requirements: Value): ManagedTypes | undefined {
  if (isAbsent(requirements)) return { allowed: ["m*"] };
  const [allowed = [], excluded = []] = ["allowedInstanceTypes", "excludedInstanceTypes"].map(
    (key) => items(field(requirements, key)),
  );
  const burstable = field(requirements, "burstablePerformance");
  const vcpu = limitsOf(field(requirements, "vcpuCount"));
  const memory = limitsOf(field(requirements, "memoryMib"));
  if (vcpu === undefined || memory === undefined) return undefined;
  if ([...allowed, ...excluded, burstable].includes(UNKNOWN)) return undefined;
  return {
    ...{ vcpu, memory, burstable: toText(burstable) },
    allowed: allowed.map(toText),
    excluded: excluded.map(toText),
  };
}

function limitsOf(range: Value): Bounds | undefined {
  const min = field(range, "min");
  const max = field(range, "max");
  return min === UNKNOWN || max === UNKNOWN
    ? undefined
    : { min: toInteger(min), max: toInteger(max) };
}

/**
 * An Express service runs at least its minimum number of tasks on Fargate, behind a load balancer that all Express services
 * share.
 * Sources: ECS Developer Guide, "Resources created by Amazon ECS Express Mode services"; ECS API Reference,
 * "CreateExpressGatewayService", for the defaults.
 */
function expressService(resource: PolicyResource, resources: Resources): Estimate {
  const { cpu, memory, scalingTargets, networkConfigurations } = propsOf(resource);
  const [scaling] = items(scalingTargets);
  const minTaskCount = field(scaling, "minTaskCount");
  const size = { cpu: toInteger(cpu ?? 1024), memory: toInteger(memory ?? 2048) };
  const count = toInteger(minTaskCount ?? 1);
  const given = field(items(networkConfigurations)[0], "subnets");
  if (
    count === undefined ||
    size.cpu === undefined ||
    size.memory === undefined ||
    given === UNKNOWN
  ) {
    return `What the tasks of ${resource.name} cost`;
  }
  const [first] = ofType(resources, [tokens.EXPRESS_SERVICE]);
  const subnets = items(given);
  const isPublic = facesInternet(resource, resources);
  const addresses = isPublic ? Math.max(2, subnets.length) : 0;
  return [
    ...(resource === first ? loadBalancerParts(addresses) : []),
    ...fargateServiceParts({
      count,
      shares: [{ base: 0, weight: 1, spot: false }],
      size: { cpu: size.cpu, memory: size.memory },
      hasPublicAddresses: isPublic,
    }),
  ];
}

/**
 * Whether an Express service is in public subnets: then its load balancer faces the internet, and its tasks have public
 * addresses. It is, as in the default VPC, unless all of its subnets are known to be private.
 */
function facesInternet(service: PolicyResource, resources: Resources): boolean {
  const given = items(field(items(propsOf(service).networkConfigurations)[0], "subnets"));
  const own = ofType(resources, [tokens.SUBNET]).filter(({ props }) =>
    given.includes(fieldsOf(props).id ?? ""),
  );
  return (
    given.length === 0 ||
    own.length < given.length ||
    own.some((subnet) => isTrue(propsOf(subnet).mapPublicIpOnLaunch))
  );
}

/** Scheduled tasks on Fargate, as many as run in a month. */
function schedule(resource: PolicyResource, resources: Resources): Estimate {
  const { scheduleExpression, state, target } = propsOf(resource);
  const task = field(target, "ecsParameters");
  if (state === "DISABLED" || isAbsent(task)) return [];
  const doubt = `What the runs of ${resource.name} cost`;
  const providers = items(field(task, "capacityProviderStrategies")).map((share) =>
    field(share, "capacityProvider"),
  );
  const launchType = field(task, "launchType");
  if ([task, launchType, ...providers].includes(UNKNOWN)) return doubt;
  const isOnFargate =
    launchType === "FARGATE" || providers.some((one) => toText(one).startsWith("FARGATE"));
  if (!isOnFargate) return [];
  const taskCount = field(task, "taskCount");
  const tasks = isAbsent(taskCount) ? 1 : toInteger(taskCount);
  const runs = runsPerMonth(toText(scheduleExpression));
  const size = sizeOf(referred(resource, "target", [tokens.TASK_DEFINITION], resources));
  if (tasks === undefined || runs === undefined || size === undefined) return doubt;
  const spot = providers.length > 0 && providers.every((one) => one === "FARGATE_SPOT");
  return [fargateRuns({ ...size, count: runs * tasks, spot })];
}

/**
 * The size of a task, if it is known.
 * @param otherwise the size of a task that names none, which is allowed outside Fargate. @default unknown
 */
function sizeOf([definition]: Resources, otherwise?: number) {
  const { cpu, memory, runtimePlatform }: Fields = definition ? propsOf(definition) : {};
  const units = (value: Value, unit: "vcpu" | "gb") =>
    definition && isAbsent(value) ? otherwise : toUnits(value, unit);
  const size = { cpu: units(cpu, "vcpu"), memory: units(memory, "gb") };
  return size.cpu === undefined || size.memory === undefined
    ? undefined
    : {
        cpu: size.cpu,
        memory: size.memory,
        cpuArchitecture: toText(field(runtimePlatform, "cpuArchitecture")),
      };
}

/** Whether a cluster's metrics are charged. */
const hasInsights = (cluster: PolicyResource): boolean =>
  items(propsOf(cluster).settings).some(
    (setting) =>
      field(setting, "name") === "containerInsights" &&
      ["enabled", "enhanced"].includes(toText(field(setting, "value"))),
  );

/** A service's capacity provider strategy: its own, or its cluster's default. */
function strategyOf(service: PolicyResource, resources: Resources): readonly Value[] {
  const { launchType, capacityProviderStrategies, cluster } = propsOf(service);
  const own = items(capacityProviderStrategies);
  if (own.length > 0 || !isAbsent(launchType)) return own;
  const clusters = referred(service, "cluster", [tokens.CLUSTER], resources);
  const defaults = ofType(resources, [tokens.CLUSTER_CAPACITY_PROVIDERS]).filter((providers) => {
    const of = referred(providers, "clusterName", [tokens.CLUSTER], resources);
    const name = propsOf(providers).clusterName;
    const isNamed =
      typeof name === "string" &&
      [cluster, ...clusters.map((each) => propsOf(each).name)].includes(name);
    return isNamed || of.some((each) => clusters.includes(each));
  });
  return [...clusters, ...defaults].flatMap((each) =>
    items(propsOf(each).defaultCapacityProviderStrategies),
  );
}

/** CPU or memory of a task: in units or MiB, or written as `4 vCPU` and `8 GB`. Source: ECS API Reference, RegisterTaskDefinition. */
function toUnits(value: Value, unit: "vcpu" | "gb"): number | undefined {
  const [, amount] = new RegExp(`^\\s*([\\d.]+)\\s*${unit}\\s*$`, "i").exec(toText(value)) ?? [];
  return amount === undefined ? toInteger(value) : Number(amount) * 1024;
}

function group(resource: PolicyResource, resources: Resources): Estimate {
  const { desiredCapacity, minSize } = propsOf(resource);
  const count = toInteger(isAbsent(desiredCapacity) ? minSize : desiredCapacity);
  const [template] = ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"].flatMap(
    (property) =>
      referred(
        resource,
        property,
        [tokens.LAUNCH_TEMPLATE, tokens.LAUNCH_CONFIGURATION],
        resources,
      ),
  );
  const type = template && propsOf(template).instanceType;
  if (count === undefined || typeof type !== "string") {
    return `What the instances of ${resource.name} cost`;
  }
  return instanceParts(type, count, givesPublicAddresses(template));
}

/** Whether a launch template assigns public addresses to instances; the default of their subnets is ignored. */
const givesPublicAddresses = (template: PolicyResource | undefined): boolean =>
  template !== undefined &&
  items(propsOf(template).networkInterfaces).some((each) =>
    isTrue(field(each, "associatePublicIpAddress")),
  );

function instance(resource: PolicyResource, resources: Resources): Estimate {
  const [template] = referred(resource, "launchTemplate", [tokens.LAUNCH_TEMPLATE], resources);
  const { associatePublicIpAddress, instanceType } = propsOf(resource);
  const type = instanceType ?? (template && propsOf(template).instanceType);
  return typeof type === "string"
    ? instanceParts(type, 1, isTrue(associatePublicIpAddress))
    : `What the instance ${resource.name} costs`;
}
