import type {
  DescribeTasksRequest,
  ListContainerInstancesRequest,
  ListTasksRequest,
  RunTaskRequest,
  StopTaskRequest,
} from "@aws-sdk/client-ecs";

import {
  type ClusterQuery,
  parseClusterQuery,
} from "../../../runtime/controlplane/ecs/clusterQuery";
import { lastPart } from "../../../shared/lastPart";
import { ApiError } from "../../apiError";
import { refuseOthers } from "../../records";
import type { Api, Operation } from "../../service";
import { clusterOf, INVALID, listed, missing, mustHaveRevision, nameOf } from "./lookups";
import { describeTask, instanceArn, type KnownTask, tasksOf } from "./taskView";

const MOST_DESCRIBED = 100;

export const taskOperations: Record<string, Operation> = {
  ListTasks: (input: ListTasksRequest, api: Api) => {
    const status = api.plane.status();
    const name = nameOf(clusterOf(api, input.cluster));
    const { containerInstance, desiredStatus = "RUNNING", family, launchType } = input;
    const { daemonName, serviceName, startedBy } = input;
    if (daemonName !== undefined)
      throw new ApiError(INVALID, "The lab does not support listing by daemon.");
    const instance = status.instances.find(
      (one) => one.containerInstanceId === lastPart(containerInstance ?? ""),
    );
    const found = tasksOf(status).filter(
      ({ task, cluster, group, startedBy: by }) =>
        cluster === name &&
        task.desiredStatus === desiredStatus &&
        (containerInstance === undefined || task.instanceId === (instance?.id ?? "none")) &&
        (family === undefined || task.taskDefinition.replace(/:\d+$/, "") === family) &&
        (launchType === undefined || task.launchType === launchType) &&
        (serviceName === undefined || group === `service:${lastPart(serviceName)}`) &&
        (startedBy === undefined || by === startedBy),
    );
    const { items, next } = listed(found, input);
    return { taskArns: items.map(({ task }) => task.arn), ...next };
  },

  DescribeTasks: ({ cluster, tasks = [] }: DescribeTasksRequest, api: Api) => {
    const { instances } = api.plane.status();
    const name = nameOf(clusterOf(api, cluster));
    if (tasks.length === 0 || tasks.length > MOST_DESCRIBED) {
      throw new ApiError(INVALID, `Tasks must have 1 to ${MOST_DESCRIBED} elements.`);
    }
    const found = tasks.map((one) => ({ one, known: findTask(api, name, one) }));
    return {
      tasks: found.flatMap(({ known }) => (known ? [describeTask(api, known, instances)] : [])),
      failures: found.flatMap(({ one, known }) =>
        known ? [] : [missing(api, one.startsWith("arn:") ? one : `task/${name}/${one}`)],
      ),
    };
  },

  RunTask: async (input: RunTaskRequest, api: Api) => {
    const known = ["cluster", "taskDefinition", "count", "launchType", "startedBy", "clientToken"];
    const placing = ["capacityProviderStrategy", "placementConstraints", "placementStrategy"];
    const others = ["networkConfiguration", "overrides", "group", "propagateTags", "tags"];
    const switches = ["enableECSManagedTags", "enableExecuteCommand", "platformVersion"];
    refuseOthers("RunTask", input, [...known, ...placing, ...others, ...switches], INVALID);
    const cluster = clusterOf(api, input.cluster);
    const revision = mustHaveRevision(api, input.taskDefinition);
    if (revision.outputs.networkMode === "awsvpc" && input.networkConfiguration === undefined) {
      throw new ApiError(
        INVALID,
        "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      );
    }
    const { tasks, failures } = await api.plane.runTask({
      cluster: cluster.id,
      taskDefinition: revision.id,
      count: input.count ?? 1,
      launchType: launchTypeOf(input),
      startedBy: input.startedBy ?? "",
      overrides: overridesOf(input, containerNames(revision.outputs.containerDefinitions)),
      capacityProviderStrategies: input.capacityProviderStrategy?.map(
        ({ capacityProvider = "", base = 0, weight = 0 }) => ({ capacityProvider, base, weight }),
      ),
      orderedPlacementStrategies: input.placementStrategy?.map(({ type = "", field }) => ({
        type,
        field,
      })),
      placementConstraints: input.placementConstraints?.map(({ type = "", expression }) => ({
        type,
        expression,
      })),
    });
    const { instances, ...status } = api.plane.status();
    const started = tasksOf({ ...status, instances }).filter(({ task }) =>
      tasks.includes(task.arn),
    );
    return {
      tasks: started.map((task) => describeTask(api, task, instances)),
      failures: failures.map((detail) => ({ arn: cluster.id, reason: "RESOURCE", detail })),
    };
  },

  StopTask: async ({ cluster, task = "", reason }: StopTaskRequest, api: Api) => {
    const name = nameOf(clusterOf(api, cluster));
    const known = mustHaveTask(api, name, task);
    const { arn, lastStatus } = known.task;
    if (lastStatus !== "STOPPED") {
      // Returns once the task was told to stop, not when it has stopped.
      api.plane.stopTask(arn, reason ?? "Task stopped by user").catch(() => undefined);
      await Promise.resolve();
    }
    const { instances } = api.plane.status();
    return { task: describeTask(api, findTask(api, name, arn) ?? known, instances) };
  },

  ListContainerInstances: (input: ListContainerInstancesRequest, api: Api) => {
    const name = nameOf(clusterOf(api, input.cluster));
    // By default all but INACTIVE; ECS does not know instances that have not registered yet.
    const wanted = input.status === undefined ? ["ACTIVE", "DRAINING"] : [input.status];
    const query = queryOf(input.filter);
    const found = api.plane
      .status()
      .instances.filter(
        (one) => one.cluster === name && wanted.includes(one.status) && query(attributesOf(one)),
      );
    const { items, next } = listed(found, input);
    return { containerInstanceArns: items.map((one) => instanceArn(api, one)), ...next };
  },

  DescribeContainerInstances: (
    { cluster, containerInstances = [] }: { cluster?: string; containerInstances?: string[] },
    api: Api,
  ) => {
    const name = nameOf(clusterOf(api, cluster));
    const instances = api.plane.status().instances.filter((one) => one.cluster === name);
    const found = containerInstances.map((one) => ({
      one,
      known: instances.find(({ containerInstanceId: id }) => id === lastPart(one)),
    }));
    return {
      containerInstances: found.flatMap(({ known }) =>
        known === undefined ? [] : [describeInstance(api, known)],
      ),
      failures: found.flatMap(({ one, known }) =>
        known ? [] : [missing(api, `container-instance/${name}/${lastPart(one)}`)],
      ),
    };
  },
};

/** @param reference its id or ARN */
function findTask({ plane }: Api, cluster: string, reference: string): KnownTask | undefined {
  return tasksOf(plane.status()).find(
    ({ task, cluster: where }) => where === cluster && lastPart(task.arn) === lastPart(reference),
  );
}

/** @throws ApiError if there is none */
export function mustHaveTask(api: Api, cluster: string, reference: string): KnownTask {
  const known = findTask(api, cluster, reference);
  if (known !== undefined) return known;
  throw new ApiError(INVALID, "The referenced task was not found.");
}

function launchTypeOf({ launchType }: RunTaskRequest): "EC2" | "FARGATE" | undefined {
  if (launchType === undefined || launchType === "EC2" || launchType === "FARGATE")
    return launchType;
  throw new ApiError(INVALID, `The lab has no capacity of launch type ${launchType}.`);
}

function containerNames(json: unknown): string[] {
  return (JSON.parse(String(json)) as { name: string }[]).map(({ name }) => name);
}

/** Only commands and environments: sizes and roles are always those of the task definition. */
function overridesOf({ overrides }: RunTaskRequest, containers: readonly string[]) {
  const given = overrides?.containerOverrides ?? [];
  const strange = given.find(({ name }) => !containers.includes(name ?? ""));
  if (strange !== undefined) {
    const name = strange.name ?? "";
    throw new ApiError(
      INVALID,
      `Override for container named ${name} is not a container in the TaskDefinition.`,
    );
  }
  return {
    containerOverrides: given.map(({ name = "", command, environment }) => ({
      name,
      ...(command === undefined ? {} : { command }),
      ...(environment === undefined
        ? {}
        : {
            environment: environment.map((one) => ({
              name: one.name ?? "",
              value: one.value ?? "",
            })),
          }),
    })),
  };
}

type Instance = ReturnType<Api["plane"]["status"]>["instances"][number];

const attributesOf = ({ instanceType, zone }: Instance) => ({
  "ecs.instance-type": instanceType,
  "ecs.availability-zone": zone,
  "ecs.os-type": "linux",
});

/** @throws ApiError for a query that the lab does not support */
function queryOf(filter: string | undefined): ClusterQuery {
  if (filter === undefined) return () => true;
  const query = parseClusterQuery(filter);
  if (query === undefined)
    throw new ApiError(INVALID, `The lab does not support the filter ${filter}.`);
  return query;
}

function describeInstance(api: Api, instance: Instance): object {
  const { cpu, memory } = instance;
  const resources = (amounts: { cpu: number; memory: number }) => [
    { name: "CPU", type: "INTEGER", integerValue: amounts.cpu },
    { name: "MEMORY", type: "INTEGER", integerValue: amounts.memory },
  ];
  const tasks = tasksOf(api.plane.status()).filter(({ task }) => instance.tasks.includes(task.arn));
  const running = tasks.filter(({ task }) => task.lastStatus === "RUNNING").length;
  return {
    containerInstanceArn: instanceArn(api, instance),
    ec2InstanceId: instance.id,
    ...(instance.capacityProvider === undefined
      ? {}
      : { capacityProviderName: instance.capacityProvider }),
    status: instance.status,
    agentConnected: instance.status !== "REGISTERING",
    runningTasksCount: running,
    pendingTasksCount: tasks.length - running,
    registeredResources: resources({
      cpu: cpu.used + cpu.free,
      memory: memory.used + memory.free,
    }),
    remainingResources: resources({ cpu: cpu.free, memory: memory.free }),
    attributes: Object.entries(attributesOf(instance)).map(([name, value]) => ({ name, value })),
    attachments: [],
    tags: [],
  };
}
