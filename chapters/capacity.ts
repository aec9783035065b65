import * as pulumi from "@pulumi/pulumi";

import {
  type Capacity,
  capacityRequest,
  type Ec2ServiceArgs,
  type FargateServiceArgs,
} from "../components";
import { physicalName } from "../components/shared/names";
import type { ServiceOutputs } from "./lastOutputs";
import type { Shared } from "./shared";
import type { StandingService } from "./standing";

/** Bases of the names of a service and its cluster. */
interface ServiceNames {
  cluster: string;
  name: string;
  /** Its names after the last update, if they can change. */
  last?: ServiceOutputs;
}

/**
 * What a service on Fargate runs on: the first tutorial's launch type, unless a part of the tasks goes to Spot.
 * ECS takes a service from a launch type to a strategy in place, and never back, so one that has a strategy
 * keeps to strategies.
 *
 * Source: Amazon ECS API reference, "UpdateService", `capacityProviderStrategy`; terraform-provider-aws,
 * internal/service/ecs/service.go, `launch_type` and `capacityProviderStrategyCustomizeDiff`.
 */
export async function fargateCapacity(
  { settings, standing }: Shared,
  names: ServiceNames,
): Promise<Pick<FargateServiceArgs, "capacity" | "transform">> {
  const { fargateWeight, fargateBase, fargateSpotWeight } = settings;
  const service = await find(standing, names);
  const hasStrategy = (service?.capacityProviderStrategies.length ?? 0) > 0;
  const capacity: Capacity =
    fargateSpotWeight > 0
      ? {
          fargate: { weight: fargateWeight, base: fargateBase },
          fargateSpot: { weight: fargateSpotWeight },
        }
      : hasStrategy
        ? { fargate: { weight: 1 } }
        : "fargate";
  return { capacity, ...(service && isChange(service, capacity) && withNewDeployment) };
}

/**
 * What the service on instances needs where it stands under another scheduling strategy: it is replaced, with no
 * task for as long as the new ones take to start, which the preview says.
 */
export async function schedulingChange(
  { settings, standing }: Shared,
  names: ServiceNames,
): Promise<Pick<Ec2ServiceArgs, "transform">> {
  const service = await find(standing, names);
  const { ec2SchedulingStrategy: wanted } = settings;
  if (!service || service.schedulingStrategy === wanted) return {};
  await pulumi.log.warn(
    `the service ${nameOf(names)} goes from ${service.schedulingStrategy} to ${wanted}, for which ECS has to delete it ` +
      "and make it anew: nothing answers its requests until the new tasks are healthy, about a minute",
  );
  return withNewDeployment;
}

/** Another strategy goes with a new deployment; asked for always, each update would replace all tasks. */
const withNewDeployment = { transform: { service: { forceNewDeployment: true } } };

function isChange({ capacityProviderStrategies: standing }: StandingService, wanted: Capacity) {
  const { capacityProviderStrategies: asked = [] } = capacityRequest<never>(wanted);
  const words = (list: readonly { capacityProvider: string; weight?: number; base?: number }[]) =>
    list
      .map(({ capacityProvider, weight = 0, base = 0 }) => `${capacityProvider} ${weight} ${base}`)
      .sort()
      .join();
  return words(standing) !== words(asked);
}

/** The service under the names that it has now, or had: under others it is replaced, and still compared with itself. */
async function find(standing: Shared["standing"], names: ServiceNames) {
  const { last } = names;
  const before = last && (await standing.service(last.clusterName, last.serviceName));
  if (before) return before;
  return standing.serviceOf(names.cluster, names.name);
}

const nameOf = ({ name }: ServiceNames) => physicalName("service", name, pulumi.getStack());
