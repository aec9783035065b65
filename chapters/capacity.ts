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

/** Base names of a service and its cluster. */
interface ServiceNames {
  cluster: string;
  name: string;
  /** Its names after the last update, if they can change. */
  last?: ServiceOutputs;
}

/**
 * What a service on Fargate runs on: the first tutorial's launch type, unless a part of the tasks goes to Spot.
 * ECS changes a service from a launch type to a strategy in place, but never back, so a service that has a strategy
 * stays with strategies.
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
 * Replaces the service on instances if it exists with another scheduling strategy. Until the new tasks have started it
 * has none, which the preview says.
 */
export async function schedulingChange(
  { settings, standing }: Shared,
  names: ServiceNames,
): Promise<Pick<Ec2ServiceArgs, "transform">> {
  const service = await find(standing, names);
  const { ec2SchedulingStrategy: wanted } = settings;
  if (!service || service.schedulingStrategy === wanted) return {};
  await pulumi.log.warn(
    `the service ${nameOf(names)} changes from ${service.schedulingStrategy} to ${wanted}, so ECS has to delete it ` +
      "and create it again: nothing answers its requests until the new tasks are healthy, about a minute",
  );
  return withNewDeployment;
}

/** A changed strategy needs a new deployment; if it were always requested, each update would replace all tasks. */
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

/**
 * The service under its current or previous names: a renamed service is replaced, but is still compared with itself.
 */
async function find(standing: Shared["standing"], names: ServiceNames) {
  const { last } = names;
  const before = last && (await standing.service(last.clusterName, last.serviceName));
  if (before) return before;
  return standing.serviceOf(names.cluster, names.name);
}

const nameOf = ({ name }: ServiceNames) => physicalName("service", name, pulumi.getStack());
