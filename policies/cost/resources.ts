import type { PolicyResource } from "@pulumi/policy";
import { propsOf } from "../graph/inputs";
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
  type CostPart,
  fargateRuns,
  kmsKeys,
  natGateways,
  pipelines,
  publicAddresses,
  secrets,
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

/** What a resource costs, or what is not known of it. */
type Estimate = readonly CostPart[] | string;

/** Types of what costs, and of what tells how much. */
export const COST_TYPES: readonly string[] = [
  tokens.AUTO_SCALING_GROUP,
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

/** What a resource costs in a month, with all that comes with it: nothing for most. */
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

/** An internet-facing load balancer has an address in each of its subnets. */
function loadBalancer(resource: PolicyResource, resources: Resources): Estimate {
  const { internal, subnets, subnetMappings } = propsOf(resource);
  if (isTrue(internal)) return loadBalancerParts(0);
  const given = [...items(subnets), ...items(subnetMappings)];
  // A first preview knows no subnets: then it will have the public ones.
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
  const asked = strategyOf(resource, resources);
  const details = asked.flatMap((share) =>
    ["capacityProvider", "base", "weight"].map((name) => field(share, name)),
  );
  if ([launchType, ...asked, ...details].includes(UNKNOWN)) return doubt;
  const shares = asked.map((share) => ({
    provider: toText(field(share, "capacityProvider")),
    spot: field(share, "capacityProvider") === "FARGATE_SPOT",
    base: toInteger(field(share, "base")) ?? 0,
    weight: toInteger(field(share, "weight")) ?? 0,
  }));
  const watched = referred(resource, "cluster", [tokens.CLUSTER], resources).some(hasInsights);
  const insights = serviceInsightsParts(watched);
  const onFargate = shares.filter(({ provider }) => provider.startsWith("FARGATE"));
  if (launchType !== "FARGATE" && onFargate.length === 0) return insights;
  const count = isAbsent(props.desiredCount) ? 0 : toInteger(props.desiredCount);
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

/**
 * An Express service runs at least its fewest tasks on Fargate, behind a load balancer that all of them share.
 * Sources: ECS Developer Guide, "Resources created by Amazon ECS Express Mode services"; ECS API Reference,
 * "CreateExpressGatewayService", for the defaults.
 */
function expressService(resource: PolicyResource, resources: Resources): Estimate {
  const { cpu, memory, scalingTargets, networkConfigurations } = propsOf(resource);
  const [scaling] = items(scalingTargets);
  const least = field(scaling, "minTaskCount");
  const size = { cpu: toInteger(cpu ?? 1024), memory: toInteger(memory ?? 2048) };
  const count = toInteger(least ?? 1);
  if (count === undefined || size.cpu === undefined || size.memory === undefined) {
    return `What the tasks of ${resource.name} cost`;
  }
  const [first] = ofType(resources, [tokens.EXPRESS_SERVICE]);
  const subnets = items(field(items(networkConfigurations)[0], "subnets"));
  return [
    ...(resource === first ? loadBalancerParts(Math.max(2, subnets.length)) : []),
    ...fargateServiceParts({
      count,
      shares: [{ base: 0, weight: 1, spot: false }],
      size: { cpu: size.cpu, memory: size.memory },
      hasPublicAddresses: false,
    }),
  ];
}

/** Tasks by the clock on Fargate, as many as are due in a month. */
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

/** The size of a task on Fargate, if it is known. */
function sizeOf([definition]: Resources) {
  const { cpu, memory, runtimePlatform }: Fields = definition ? propsOf(definition) : {};
  const size = { cpu: toUnits(cpu, "vcpu"), memory: toUnits(memory, "gb") };
  return size.cpu === undefined || size.memory === undefined
    ? undefined
    : {
        cpu: size.cpu,
        memory: size.memory,
        cpuArchitecture: toText(field(runtimePlatform, "cpuArchitecture")),
      };
}

/** Whether a cluster's metrics are paid for. */
const hasInsights = (cluster: PolicyResource): boolean =>
  items(propsOf(cluster).settings).some(
    (setting) =>
      field(setting, "name") === "containerInsights" &&
      ["enabled", "enhanced"].includes(toText(field(setting, "value"))),
  );

/** How a service's tasks are shared out: as it says itself, or as its cluster does for those that say nothing. */
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

/** CPU or memory of a task: units or MiB, or as `4 vCPU` and `8 GB`. Source: ECS API Reference, RegisterTaskDefinition. */
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

/** Whether a launch template says that instances get a public address; what their subnets say is not followed. */
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
