import type { CreateServiceRequest, UpdateServiceRequest } from "@aws-sdk/client-ecs";

import type { Properties } from "../../../account/resourceType";
import { defined } from "../../records";

/** Parameters of CreateService and UpdateService that have another name or shape in the account. */
type ServiceParameters = Omit<CreateServiceRequest, "serviceName"> & UpdateServiceParts;
type UpdateServiceParts = Pick<Partial<UpdateServiceRequest>, "forceNewDeployment">;

/** Parameters of a request that {@link toInputs} converts. */
export const SERVICE_PARAMETERS = [
  "availabilityZoneRebalancing",
  "capacityProviderStrategy",
  "deploymentConfiguration",
  "deploymentController",
  "desiredCount",
  "enableECSManagedTags",
  "enableExecuteCommand",
  "healthCheckGracePeriodSeconds",
  "launchType",
  "loadBalancers",
  "networkConfiguration",
  "placementConstraints",
  "placementStrategy",
  "platformVersion",
  "propagateTags",
  "schedulingStrategy",
];

/** A request's parameters as inputs of @pulumi/aws's `ecs.Service`; absent ones are omitted. */
export function toInputs(input: ServiceParameters): Properties {
  const { networkConfiguration: network, deploymentController: controller } = input;
  return defined({
    availabilityZoneRebalancing: input.availabilityZoneRebalancing,
    capacityProviderStrategies: input.capacityProviderStrategy?.map((one) => defined({ ...one })),
    ...deploymentInputs(input.deploymentConfiguration),
    deploymentController: controller && { type: controller.type },
    desiredCount: input.desiredCount,
    enableEcsManagedTags: input.enableECSManagedTags,
    enableExecuteCommand: input.enableExecuteCommand,
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds,
    launchType: input.launchType,
    loadBalancers: input.loadBalancers?.map(({ loadBalancerName: elbName, ...rest }) =>
      defined({ ...rest, elbName }),
    ),
    networkConfiguration:
      network?.awsvpcConfiguration &&
      defined({
        subnets: network.awsvpcConfiguration.subnets,
        securityGroups: network.awsvpcConfiguration.securityGroups,
        assignPublicIp: network.awsvpcConfiguration.assignPublicIp === "ENABLED",
      }),
    orderedPlacementStrategies: input.placementStrategy?.map((one) => defined({ ...one })),
    placementConstraints: input.placementConstraints?.map((one) => defined({ ...one })),
    platformVersion: input.platformVersion,
    propagateTags: input.propagateTags,
    schedulingStrategy: input.schedulingStrategy,
  });
}

function deploymentInputs(given: CreateServiceRequest["deploymentConfiguration"]): Properties {
  if (given === undefined) return {};
  const { strategy, bakeTimeInMinutes, linearConfiguration, canaryConfiguration } = given;
  const strategyInputs = defined({
    strategy,
    bakeTimeInMinutes: inText(bakeTimeInMinutes),
    linearConfiguration:
      linearConfiguration &&
      defined({
        stepPercent: linearConfiguration.stepPercent,
        stepBakeTimeInMinutes: inText(linearConfiguration.stepBakeTimeInMinutes),
      }),
    canaryConfiguration:
      canaryConfiguration &&
      defined({
        canaryPercent: canaryConfiguration.canaryPercent,
        canaryBakeTimeInMinutes: inText(canaryConfiguration.canaryBakeTimeInMinutes),
      }),
    lifecycleHooks: given.lifecycleHooks?.length === 0 ? undefined : given.lifecycleHooks,
  });
  return {
    deploymentMaximumPercent: given.maximumPercent,
    deploymentMinimumHealthyPercent: given.minimumHealthyPercent,
    deploymentCircuitBreaker: given.deploymentCircuitBreaker && {
      ...given.deploymentCircuitBreaker,
    },
    alarms: given.alarms && { ...given.alarms },
    deploymentConfiguration: Object.keys(strategyInputs).length === 0 ? undefined : strategyInputs,
  };
}

/** The provider stores minutes as text. */
const inText = (minutes: number | undefined) =>
  minutes === undefined ? undefined : String(minutes);
