import type { PolicyResource } from "@pulumi/policy";
import {
  type CostPart,
  describeParts,
  fargateTasks,
  instances,
  kmsKeys,
  loadBalancers,
  monthlyUsd,
  natGateways,
  pipelines,
  publicAddresses,
  secrets,
  shareOut,
} from "../cost/parts";
import { prices } from "../cost/prices";
import { propsOf } from "../graph/inputs";
import { ofType, referred } from "../graph/references";
import {
  AUTO_SCALING_GROUP,
  EIP,
  KMS_KEY,
  LAUNCH_TEMPLATE,
  LOAD_BALANCERS,
  NAT_GATEWAY,
  PIPELINE,
  SECRET,
  SERVICE,
  SUBNET,
  TASK_DEFINITION,
} from "../graph/tokens";
import {
  field,
  type Fields,
  isAbsent,
  isTrue,
  items,
  toInteger,
  toText,
  UNKNOWN,
} from "../graph/value";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

interface Settings {
  readonly monthlyUsd: number;
}

type Resources = readonly PolicyResource[];

/** What a resource costs, or what is not known of it. */
type Estimate = readonly CostPart[] | string;

export default makeRule<Settings>(
  {
    name: "stack-within-budget",
    description: "A stack costs no more than its budget.",
    level: "mandatory",
    severity: "medium",
    framework: practice("Nobody finds out by the bill what a stack costs"),
    remediationSteps:
      "Run fewer or smaller tasks and instances, go without NAT gateways (natGateways: none), share a " +
      "network (sharedNetwork), or raise monthlyUsd.",
    url: "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
    types: [
      AUTO_SCALING_GROUP,
      EIP,
      KMS_KEY,
      LAUNCH_TEMPLATE,
      ...LOAD_BALANCERS,
      NAT_GATEWAY,
      PIPELINE,
      SECRET,
      SERVICE,
      SUBNET,
      TASK_DEFINITION,
    ],
    settings: {
      monthlyUsd: {
        type: "number",
        minimum: 0,
        description:
          `Most that a stack may cost in a month of ${prices.hoursPerMonth} hours, in USD: its fixed parts, ` +
          `at the list prices of ${prices.region}, ${prices.asOf}.`,
        default: 500,
      },
    },
  },
  {
    stack({ resources, settings }, report) {
      const parts: CostPart[] = [];
      for (const resource of resources) {
        const estimate = estimateOf(resource, resources);
        if (typeof estimate === "string") report.unknown(estimate, resource.urn);
        else parts.push(...estimate);
      }
      const total = monthlyUsd(parts);
      if (total > settings.monthlyUsd) {
        report.fail(
          `The stack costs about ${total.toFixed(0)} USD a month and its budget is ` +
            `${settings.monthlyUsd}: ${describeParts(parts)}.`,
        );
      }
    },
  },
);

function estimateOf(resource: PolicyResource, resources: Resources): Estimate {
  const { type } = resource;
  if (LOAD_BALANCERS.includes(type)) return loadBalancerParts(resource, resources);
  switch (type) {
    case NAT_GATEWAY:
      return [natGateways(1)];
    case EIP:
      return [publicAddresses(1)];
    case PIPELINE:
      return propsOf(resource).pipelineType === "V2" ? [] : [pipelines(1)];
    case SECRET:
      return [secrets(1)];
    case KMS_KEY:
      return [kmsKeys(1)];
    case SERVICE:
      return serviceParts(resource, resources);
    case AUTO_SCALING_GROUP:
      return groupParts(resource, resources);
    default:
      return [];
  }
}

/** An internet-facing load balancer has an address in each of its subnets. */
function loadBalancerParts(resource: PolicyResource, resources: Resources): Estimate {
  const { internal, subnets, subnetMappings } = propsOf(resource);
  if (isTrue(internal)) return [loadBalancers(1)];
  const given = [...items(subnets), ...items(subnetMappings)];
  // A first preview knows no subnets: then it will have the public ones.
  const publicOnes = ofType(resources, [SUBNET]).filter((subnet) =>
    isTrue(propsOf(subnet).mapPublicIpOnLaunch),
  );
  const addresses = given.includes(UNKNOWN) ? Math.max(2, publicOnes.length) : given.length;
  return [loadBalancers(1), publicAddresses(addresses)];
}

function serviceParts(resource: PolicyResource, resources: Resources): Estimate {
  const props = propsOf(resource);
  const { launchType, capacityProviderStrategies } = props;
  const doubt = `What the tasks of ${resource.name} cost`;
  const asked = items(capacityProviderStrategies);
  const details = asked.flatMap((share) =>
    ["capacityProvider", "base", "weight"].map((name) => field(share, name)),
  );
  if ([launchType, ...asked, ...details].includes(UNKNOWN)) return doubt;
  const shares = asked.map((share) => ({
    provider: toText(field(share, "capacityProvider")),
    base: toInteger(field(share, "base")) ?? 0,
    weight: toInteger(field(share, "weight")) ?? 0,
  }));
  const onFargate = shares.filter(({ provider }) => provider.startsWith("FARGATE"));
  if (launchType !== "FARGATE" && onFargate.length === 0) return [];
  const count = isAbsent(props.desiredCount) ? 0 : toInteger(props.desiredCount);
  const [definition] = referred(resource, "taskDefinition", [TASK_DEFINITION], resources);
  const { cpu, memory, runtimePlatform }: Fields = definition ? propsOf(definition) : {};
  const size = { cpu: toInteger(cpu), memory: toInteger(memory) };
  if (count === undefined || size.cpu === undefined || size.memory === undefined) {
    return doubt;
  }
  const architecture = toText(field(runtimePlatform, "cpuArchitecture"));
  const tasks = { cpu: size.cpu, memory: size.memory, cpuArchitecture: architecture };
  const addresses = isTrue(field(props.networkConfiguration, "assignPublicIp")) ? count : 0;
  const shared = shareOut(
    count,
    onFargate.length > 0 ? onFargate : [{ provider: "FARGATE", base: 0, weight: 1 }],
  );
  return [
    ...shared.map(({ provider, tasks: share }) =>
      fargateTasks({ ...tasks, count: share, spot: provider === "FARGATE_SPOT" }),
    ),
    publicAddresses(addresses),
  ];
}

function groupParts(resource: PolicyResource, resources: Resources): Estimate {
  const { desiredCapacity, minSize } = propsOf(resource);
  const count = toInteger(isAbsent(desiredCapacity) ? minSize : desiredCapacity);
  const [template] = referred(resource, "launchTemplate", [LAUNCH_TEMPLATE], resources);
  const type = template && propsOf(template).instanceType;
  if (count === undefined || typeof type !== "string") {
    return `What the instances of ${resource.name} cost`;
  }
  return [instances(type, count)];
}
