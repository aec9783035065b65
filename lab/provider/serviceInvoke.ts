import { z } from "zod";

import type { ResourceRecord } from "../account/record";
import type { Properties } from "../account/resourceType";
import { CLUSTER, SERVICE, TASK_DEFINITION } from "../account/types/ecs/tokens";
import { declare, type InvokeContext, region, single, tags } from "./invokeTypes";

/**
 * `aws.ecs.getService`: a service as in the account. The account does not include what runs, so the result describes
 * the service in its steady state, with its desired number of tasks and without events.
 *
 * Source: terraform-provider-aws, internal/service/ecs/service_data_source.go, `dataSourceServiceRead`.
 */
export const getService = declare(
  z.strictObject({ clusterArn: z.string(), region, serviceName: z.string(), tags }),
  (context, { clusterArn, serviceName }) => {
    const found = servicesOf(context, clusterArn).filter(
      ({ id, outputs }) => id === serviceName || outputs.name === serviceName,
    );
    return describe(context, single("ECS Service", found));
  },
);

function clusterOf({ account, region: here }: InvokeContext, nameOrArn: string) {
  return account
    .list(CLUSTER)
    .filter(({ outputs }) => outputs.region === here)
    .find(({ id, outputs }) => id === nameOrArn || outputs.name === nameOrArn);
}

function servicesOf(context: InvokeContext, clusterArn: string): ResourceRecord[] {
  const cluster = clusterOf(context, clusterArn);
  return context.account
    .list(SERVICE)
    .filter(({ outputs }) => clusterOf(context, String(outputs.cluster)) === cluster)
    .filter(({ outputs }) => cluster !== undefined && outputs.region === context.region);
}

function describe(context: InvokeContext, { id, outputs }: ResourceRecord): Properties {
  const desiredCount = Number(outputs.desiredCount);
  const taskDefinition = taskDefinitionArn(context, String(outputs.taskDefinition));
  return {
    arn: id,
    availabilityZoneRebalancing: outputs.availabilityZoneRebalancing,
    capacityProviderStrategies: list(outputs.capacityProviderStrategies).map((item) => ({
      base: 0,
      weight: 0,
      ...item,
    })),
    clusterArn: clusterOf(context, String(outputs.cluster))?.id,
    createdAt: "",
    createdBy: "",
    deploymentConfigurations: [deploymentConfiguration(outputs)],
    deploymentControllers: [outputs.deploymentController ?? { type: "ECS" }],
    deployments: [
      {
        createdAt: "",
        desiredCount,
        id: "",
        pendingCount: 0,
        runningCount: desiredCount,
        status: "PRIMARY",
        taskDefinition,
        updatedAt: "",
      },
    ],
    desiredCount,
    enableEcsManagedTags: outputs.enableEcsManagedTags,
    enableExecuteCommand: outputs.enableExecuteCommand,
    events: [],
    healthCheckGracePeriodSeconds: outputs.healthCheckGracePeriodSeconds ?? 0,
    iamRole: roleArn(context, String(outputs.iamRole)),
    id,
    launchType: outputs.launchType,
    loadBalancers: list(outputs.loadBalancers).map(loadBalancer),
    networkConfigurations: [outputs.networkConfiguration ?? []].flat(),
    orderedPlacementStrategies: outputs.orderedPlacementStrategies ?? [],
    pendingCount: 0,
    placementConstraints: outputs.placementConstraints ?? [],
    platformFamily: outputs.platformVersion === "" ? "" : "Linux",
    platformVersion: outputs.platformVersion,
    propagateTags: outputs.propagateTags ?? "NONE",
    region: context.region,
    runningCount: desiredCount,
    schedulingStrategy: outputs.schedulingStrategy,
    serviceName: outputs.name,
    serviceRegistries: [],
    status: "ACTIVE",
    tags: outputs.tagsAll,
    taskDefinition,
    taskSets: [],
  };
}

function list(value: unknown): Properties[] {
  return (value ?? []) as Properties[];
}

/** The ARN of a revision, which DescribeServices returns however the program refers to it. */
export function taskDefinitionArn({ account }: InvokeContext, reference: string): string {
  const all = account.list(TASK_DEFINITION);
  const exact = all.find(({ id }) => id === reference || id.endsWith(`/${reference}`));
  const latest = all.filter(({ outputs }) => outputs.family === reference).at(-1);
  return (exact ?? latest)?.id ?? reference;
}

function roleArn({ account: { accountId } }: InvokeContext, role: string): string {
  if (role.startsWith("arn:")) return role;
  return `arn:aws:iam::${accountId}:role/${role.replace(/^\//, "")}`;
}

function deploymentConfiguration(outputs: ResourceRecord["outputs"]): Properties {
  const given = outputs.deploymentConfiguration as Properties;
  return {
    alarms: [outputs.alarms ?? []].flat(),
    bakeTimeInMinutes: given.bakeTimeInMinutes,
    canaryConfigurations: [given.canaryConfiguration ?? []].flat(),
    deploymentCircuitBreakers: [
      outputs.deploymentCircuitBreaker ?? { enable: false, rollback: false },
    ],
    lifecycleHooks: [],
    linearConfigurations: [given.linearConfiguration ?? []].flat(),
    maximumPercent: outputs.deploymentMaximumPercent,
    minimumHealthyPercent: outputs.deploymentMinimumHealthyPercent,
    strategy: given.strategy,
  };
}

function loadBalancer({ advancedConfiguration, ...rest }: Properties): Properties {
  const advanced = advancedConfiguration as Properties | undefined;
  return {
    elbName: "",
    ...rest,
    advancedConfigurations: advanced ? [{ testListenerRule: "", ...advanced }] : [],
  };
}
