import type {
  CreateClusterRequest,
  DeleteClusterRequest,
  DescribeCapacityProvidersRequest,
  DescribeClustersRequest,
  ListClustersRequest,
} from "@aws-sdk/client-ecs";

import type { ResourceRecord } from "../../../account/record";
import {
  CAPACITY_PROVIDER,
  CLUSTER,
  CLUSTER_CAPACITY_PROVIDERS,
} from "../../../account/types/ecs/tokens";
import { lastPart } from "../../../shared/lastPart";
import { createRecord, lowerTagsOf, recordsOf, refuseOthers, tagMap } from "../../records";
import type { Api, Operation } from "../../service";
import { arnOf, clusterOf, INVALID, listed, missing, nameOf, servicesIn } from "./lookups";

export const clusterOperations: Record<string, Operation> = {
  ListClusters: (input: ListClustersRequest, api: Api) => {
    const { items, next } = listed(recordsOf(api, CLUSTER), input);
    return { clusterArns: items.map(({ id }) => id), ...next };
  },

  DescribeClusters: (
    { clusters = ["default"], include = [] }: DescribeClustersRequest,
    api: Api,
  ) => {
    const all = recordsOf(api, CLUSTER);
    const found = clusters.map((one) => ({
      one,
      record: all.find((cluster) => cluster.id === one || nameOf(cluster) === one),
    }));
    return {
      clusters: found.flatMap(({ record }) =>
        record === undefined ? [] : [describeCluster(api, record, include)],
      ),
      failures: found.flatMap(({ one, record }) =>
        record === undefined ? [missing(api, `cluster/${lastPart(one)}`)] : [],
      ),
    };
  },

  CreateCluster: async (input: CreateClusterRequest, api: Api) => {
    refuseOthers("CreateCluster", input, ["clusterName", "settings", "tags"], INVALID);
    const { clusterName: name = "default", settings, tags } = input;
    // CreateCluster returns the existing cluster if the name is taken.
    const known = recordsOf(api, CLUSTER).find((cluster) => nameOf(cluster) === name);
    const record =
      known ?? (await createRecord(api, CLUSTER, { name, settings, tags: tagMap(tags) }, INVALID));
    return { cluster: describeCluster(api, record, ["SETTINGS", "TAGS"]) };
  },

  DeleteCluster: async ({ cluster }: DeleteClusterRequest, api: Api) => {
    const record = clusterOf(api, cluster);
    const described = describeCluster(api, record, []);
    await api.account.delete(CLUSTER, record.id);
    return { cluster: { ...described, status: "INACTIVE" } };
  },

  DescribeCapacityProviders: (input: DescribeCapacityProvidersRequest, api: Api) => {
    const { capacityProviders: wanted, include = [], cluster } = input;
    const ofCluster = cluster === undefined ? undefined : providersOf(api, clusterOf(api, cluster));
    const all = [
      ...["FARGATE", "FARGATE_SPOT"].map((name) => ({
        capacityProviderArn: arnOf(api, `capacity-provider/${name}`),
        name,
        status: "ACTIVE",
        tags: [],
      })),
      ...recordsOf(api, CAPACITY_PROVIDER).map((record) => ({
        capacityProviderArn: record.id,
        name: nameOf(record),
        status: "ACTIVE",
        ...providerDetails(record),
        updateStatus: "UPDATE_COMPLETE",
        tags: include.includes("TAGS") ? lowerTagsOf(record) : [],
      })),
    ].filter(({ name }) => ofCluster?.includes(name) !== false);
    const names = wanted?.map(lastPart);
    const { items, next } = listed(
      all.filter(({ name }) => names?.includes(name) !== false),
      input,
    );
    const strangers = (names ?? []).filter((one) => !all.some(({ name }) => name === one));
    return {
      capacityProviders: items,
      failures: strangers.map((one) => missing(api, `capacity-provider/${one}`)),
      ...next,
    };
  },
};

/** A provider's type-specific part, with the API's names, and the cluster of a managed instances provider. */
function providerDetails({ outputs }: ResourceRecord): object {
  const { autoScalingGroupProvider, cluster, managedInstancesProvider } = outputs;
  return managedInstancesProvider === undefined
    ? { autoScalingGroupProvider: autoScalingGroupProvider as object }
    : { cluster, managedInstancesProvider: inApiWords(managedInstancesProvider) as object };
}

/** Renames keys to the API's: `memoryMib` is `memoryMiB` there, `vcpuCount` is `vCpuCount`. */
function inApiWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inApiWords);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      key.replace(/[MG]ib/, (unit) => `${unit.slice(0, 2)}B`).replace(/vcpu/i, "vCpu"),
      inApiWords(part),
    ]),
  );
}

function associationOf({ account }: Api, cluster: ResourceRecord): ResourceRecord | undefined {
  return account.get(CLUSTER_CAPACITY_PROVIDERS, nameOf(cluster));
}

const providersOf = (api: Api, cluster: ResourceRecord): string[] => [
  ...associatedWith(api, cluster),
  ...recordsOf(api, CAPACITY_PROVIDER)
    .filter(({ outputs }) => outputs.cluster === nameOf(cluster))
    .map(nameOf),
];

const associatedWith = (api: Api, cluster: ResourceRecord): string[] =>
  (associationOf(api, cluster)?.outputs.capacityProviders ?? []) as string[];

function describeCluster(api: Api, cluster: ResourceRecord, include: readonly string[]): object {
  const name = nameOf(cluster);
  const { services, tasks, instances } = api.plane.status();
  const own = services.filter((service) => service.cluster === name);
  const running = [
    ...own.flatMap((one) => one.tasks),
    ...tasks.filter((task) => task.cluster === name),
  ];
  const count = (statuses: readonly string[]) =>
    running.filter(({ lastStatus }) => statuses.includes(lastStatus)).length;
  const { outputs } = cluster;
  const defaults = outputs.serviceConnectDefaults as { namespace?: string } | undefined;
  return {
    clusterArn: cluster.id,
    clusterName: name,
    status: "ACTIVE",
    registeredContainerInstancesCount: instances.filter(
      ({ cluster: where, status }) => where === name && status !== "REGISTERING",
    ).length,
    runningTasksCount: count(["RUNNING"]),
    pendingTasksCount: count(["PROVISIONING", "PENDING", "ACTIVATING"]),
    activeServicesCount: servicesIn(api, cluster).length,
    statistics: [],
    tags: include.includes("TAGS") ? lowerTagsOf(cluster) : [],
    settings: include.includes("SETTINGS") ? outputs.settings : [],
    ...(include.includes("CONFIGURATIONS") && outputs.configuration !== undefined
      ? { configuration: outputs.configuration }
      : {}),
    capacityProviders: providersOf(api, cluster),
    defaultCapacityProviderStrategy:
      associationOf(api, cluster)?.outputs.defaultCapacityProviderStrategies ?? [],
    ...(defaults?.namespace === undefined ? {} : { serviceConnectDefaults: defaults }),
  };
}
