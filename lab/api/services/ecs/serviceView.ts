import type { ResourceRecord } from "../../../account/record";
import type { Properties } from "../../../account/resourceType";
import type { DeploymentStatus, ServiceStatus } from "../../../runtime/controlplane/ecs/status";
import { defined, lowerTagsOf, textOf } from "../../records";
import type { Api } from "../../service";
import { arnOf, clusterNameOf, nameOf, statusOf } from "./lookups";

/** A service as DescribeServices shows it. @param include `TAGS` */
export function describeService(
  api: Api,
  record: ResourceRecord,
  include: readonly string[] = [],
): object {
  const status = statusOf(api, record.id);
  const { outputs } = record;
  return {
    serviceArn: record.id,
    serviceName: nameOf(record),
    clusterArn: arnOf(api, `cluster/${clusterNameOf(record)}`),
    status: "ACTIVE",
    desiredCount: status?.desiredCount ?? Number(outputs.desiredCount ?? 0),
    runningCount: status?.runningCount ?? 0,
    pendingCount: status?.pendingCount ?? 0,
    taskDefinition: revisionArn(api, String(outputs.taskDefinition)),
    loadBalancers: outputs.loadBalancers ?? [],
    serviceRegistries: [],
    ...launch(outputs),
    deploymentConfiguration: deploymentConfiguration(outputs),
    deployments: (status?.deployments ?? [])
      .filter((one) => one.status !== "INACTIVE")
      .map((one) => describeDeployment(api, record, status, one)),
    ...(textOf(record, "iamRole") === undefined ? {} : { roleArn: roleArn(api, record) }),
    events: (status?.events ?? []).map(({ at, message }, index, all) => ({
      id: eventId(record, all.length - index),
      createdAt: new Date(at),
      message,
    })),
    placementConstraints: outputs.placementConstraints ?? [],
    placementStrategy: outputs.orderedPlacementStrategies ?? [],
    ...networkOf(outputs),
    ...defined({ healthCheckGracePeriodSeconds: outputs.healthCheckGracePeriodSeconds }),
    schedulingStrategy: outputs.schedulingStrategy ?? "REPLICA",
    deploymentController: outputs.deploymentController ?? { type: "ECS" },
    enableECSManagedTags: outputs.enableEcsManagedTags === true,
    propagateTags: outputs.propagateTags ?? "NONE",
    enableExecuteCommand: outputs.enableExecuteCommand === true,
    availabilityZoneRebalancing: outputs.availabilityZoneRebalancing ?? "DISABLED",
    ...(include.includes("TAGS") ? { tags: lowerTagsOf(record) } : {}),
  };
}

/** A deleted service whose last tasks are ending. */
export function describeDraining(api: Api, status: ServiceStatus): object {
  return {
    serviceArn: status.arn,
    serviceName: status.name,
    clusterArn: arnOf(api, `cluster/${status.cluster}`),
    status: status.status,
    desiredCount: 0,
    runningCount: status.runningCount,
    pendingCount: status.pendingCount,
    deployments: [],
    events: [],
  };
}

/** A deleted service with nothing running any more, which ECS still returns for a while. */
export function describeDeleted(api: Api, record: ResourceRecord): object {
  return {
    serviceArn: record.id,
    serviceName: nameOf(record),
    clusterArn: arnOf(api, `cluster/${clusterNameOf(record)}`),
    status: "INACTIVE",
    desiredCount: 0,
    runningCount: 0,
    pendingCount: 0,
    deployments: [],
    events: [],
  };
}

/** ARN of a revision that a status names as `family:revision`. */
export const revisionArn = (api: Api, reference: string): string =>
  reference.startsWith("arn:") ? reference : arnOf(api, `task-definition/${reference}`);

function launch(outputs: Properties): Properties {
  const strategy = (outputs.capacityProviderStrategies ?? []) as object[];
  return {
    ...(strategy.length > 0
      ? { capacityProviderStrategy: strategy }
      : { launchType: outputs.launchType === "" ? undefined : outputs.launchType }),
    ...(typeof outputs.platformVersion === "string" && outputs.platformVersion !== ""
      ? { platformVersion: outputs.platformVersion, platformFamily: "Linux" }
      : {}),
  };
}

function networkOf(outputs: Properties): Properties {
  const network = outputs.networkConfiguration as
    { subnets: string[]; securityGroups?: string[]; assignPublicIp?: boolean } | undefined;
  if (network === undefined) return {};
  const { subnets, securityGroups = [], assignPublicIp } = network;
  return {
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets,
        securityGroups,
        assignPublicIp: assignPublicIp === true ? "ENABLED" : "DISABLED",
      },
    },
  };
}

function deploymentConfiguration(outputs: Properties): Properties {
  const { deploymentConfiguration: given = {}, deploymentCircuitBreaker: breaker } = outputs;
  const { strategy, bakeTimeInMinutes, linearConfiguration, canaryConfiguration } =
    given as Properties;
  return defined({
    deploymentCircuitBreaker: breaker ?? { enable: false, rollback: false },
    maximumPercent: outputs.deploymentMaximumPercent,
    minimumHealthyPercent: outputs.deploymentMinimumHealthyPercent,
    alarms: outputs.alarms,
    strategy,
    bakeTimeInMinutes: inNumbers(bakeTimeInMinutes),
    linearConfiguration: inNumbers(linearConfiguration),
    canaryConfiguration: inNumbers(canaryConfiguration),
  });
}

/** Turns numbers that the provider stores as text into numbers. */
function inNumbers(value: unknown): unknown {
  if (typeof value === "string") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inNumbers(one)]));
}

function describeDeployment(
  api: Api,
  record: ResourceRecord,
  service: ServiceStatus | undefined,
  deployment: DeploymentStatus,
): object {
  const { id, status, taskDefinition, failedTasks, pendingCount, runningCount } = deployment;
  const isPrimary = status === "PRIMARY";
  return {
    id,
    status,
    taskDefinition: revisionArn(api, taskDefinition),
    desiredCount: isPrimary ? (service?.desiredCount ?? 0) : runningCount,
    pendingCount,
    runningCount,
    failedTasks,
    createdAt: new Date(deployment.createdAt),
    updatedAt: new Date(deployment.updatedAt),
    ...launch(record.outputs),
    ...networkOf(record.outputs),
    rolloutState: deployment.rolloutState,
    rolloutStateReason: deployment.rolloutStateReason,
  };
}

function roleArn({ account }: Api, record: ResourceRecord): string {
  const role = String(record.outputs.iamRole);
  return role.startsWith("arn:") ? role : `arn:aws:iam::${account.accountId}:role${role}`;
}

/** A UUID-like ID derived from the event's number, since the lab's events have no IDs. */
function eventId({ serial }: ResourceRecord, number: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  return `${hex(serial, 8)}-0000-4000-8000-${hex(number, 12)}`;
}
