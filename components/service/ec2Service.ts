import type * as pulumi from "@pulumi/pulumi";

import {
  type Capacity,
  capacityProblems,
  capacityRequest,
  launchTypeProblem,
} from "../cluster/capacity";
import type { Ec2Cluster } from "../cluster/ec2Cluster";
import { roomFor, type TaskReservation, taskSizeProblem } from "../shared/instanceTypes";
import { rangeProblem, rejectProblems } from "../shared/problems";
import { plainPart } from "../shared/transform";
import { sidecarMemory } from "../task/taskDefinition";
import { deploymentProblems } from "./deployment";
import { createEcsService, type ServicePlan } from "./ecsService";
import {
  type PlacementConstraint,
  placementProblems,
  type PlacementStrategy,
  spreadThenPack,
} from "./placement";
import { type EcsServiceArgs, serviceSettings, type ServiceTransform } from "./serviceArgs";
import { ServiceComponent } from "./serviceComponent";
import { serviceProblems } from "./serviceProblems";

/** What a service on instances takes in any language. */
export interface Ec2ServiceInputs extends EcsServiceArgs {
  /** The cluster whose instances the tasks run on. */
  cluster: Ec2Cluster;
  /**
   * Base of the physical names of service, family (`<name>-task`) and the rest; the stack is added.
   * @default "nginx"
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /**
   * Name of the task execution role, 1 to 40 letters, digits, `_` and `-`; the stack is added. A second service of a
   * stack needs another.
   * @default "ecsHandsOnTaskExecutionRole"
   * @throws if it has another form
   */
  executionRoleName?: string;
  /**
   * What the tasks run on: `{ ec2: {} }` lets the cluster grow with them, `"ec2"` uses the existing instances.
   * To change the strategy of an existing service, that update must request a new deployment by
   * `transform: { service: { forceNewDeployment: true } }`.
   * @default { ec2: {} }; with DAEMON "ec2", the only one that it supports
   * @throws if it names Fargate, or is a strategy with DAEMON
   */
  capacity?: Capacity;
  /**
   * CPU units that a task reserves on its instance (1024 = one vCPU), 128 to 10240, or 0 for none.
   * @default 0
   * @throws outside the range; if no instance has so many
   */
  cpu?: number;
  /**
   * How ECS chooses an instance: up to 5 strategies, each among the instances that the one before ranked equal.
   * @default spread over the zones, then the instance with the least memory left; none with DAEMON
   * @throws if there are more, or any with DAEMON
   */
  placementStrategies?: PlacementStrategy[];
  /**
   * Which instances ECS may choose, up to 10.
   * @default [], all
   * @throws if there are more, or `distinctInstance` with DAEMON
   */
  placementConstraints?: PlacementConstraint[];
}

export interface Ec2ServiceArgs extends Ec2ServiceInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: ServiceTransform;
}

/**
 * The second tutorial's service: the task definition `nginx-task` with one container of 128 MiB, on
 * the instances of an `Ec2Cluster`, linked to a load balancer as in the first tutorial.
 *
 * Tasks are in awsvpc mode, where each has its own network interface and address. That limits how many fit on an
 * instance, which is checked before anything is created. They get no public address, as only Fargate supports that:
 * without a NAT gateway they can be reached, and their instance can pull images and write logs for them, but they
 * cannot reach the internet themselves, which ECS Exec needs.
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class Ec2Service extends ServiceComponent {
  constructor(name: string, args: Ec2ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ecs:Ec2Service", name, opts, (parent) => {
      const settings = withDefaults(args);
      rejectProblems(parent, problemsIn(name, settings));
      return createEcsService({ name, settings, parent }, planOf(settings));
    });
    this.registerOutputs({ serviceName: this.serviceName });
  }
}

function planOf(settings: Settings): ServicePlan {
  const { cluster } = settings;
  return {
    cluster: { arn: cluster.clusterArn, name: cluster.clusterName },
    task: {
      family: `${settings.name}-task`,
      requiresCompatibilities: "EC2",
      cpu: settings.cpu === 0 ? undefined : settings.cpu,
      cpuArchitecture: cluster.cpuArchitecture,
    },
    roles: {
      executionRoleName: settings.executionRoleName,
      taskRoleName: `${settings.name}-task`,
    },
    capacity: {
      ...capacityRequest(settings.capacity, cluster.capacityProviderName),
      schedulingStrategy: settings.schedulingStrategy,
      orderedPlacementStrategies: unlessEmpty(settings.placementStrategies),
      placementConstraints: unlessEmpty(settings.placementConstraints),
    },
    assignPublicIp: false,
    // Depends on all of the cluster: its capacity provider cannot be deleted while a service uses it.
    dependsOn: [cluster],
  };
}

type Settings = ReturnType<typeof withDefaults>;

function withDefaults(args: Ec2ServiceArgs) {
  const service = serviceSettings(args, args.name ?? "nginx");
  const daemon = service.schedulingStrategy === "DAEMON";
  return {
    ...service,
    transform: args.transform,
    cluster: args.cluster,
    executionRoleName: args.executionRoleName ?? "ecsHandsOnTaskExecutionRole",
    capacity: args.capacity ?? (daemon ? ("ec2" as const) : { ec2: {} }),
    containerMemory: args.containerMemory ?? 128,
    cpu: args.cpu ?? 0,
    placementStrategies: args.placementStrategies ?? (daemon ? [] : spreadThenPack),
    placementConstraints: args.placementConstraints ?? [],
  };
}

function problemsIn(name: string, settings: Settings): (string | undefined)[] {
  const { capacity, containerMemory, schedulingStrategy } = settings;
  const daemon = schedulingStrategy === "DAEMON";
  const cpuProblem =
    settings.cpu === 0 ? undefined : rangeProblem("cpu", settings.cpu, 128, 10_240);
  return [
    ...serviceProblems(name, settings, {
      isFargate: false,
      cpu: settings.cpu === 0 ? undefined : settings.cpu,
    }),
    /^[A-Za-z0-9_-]{1,40}$/.test(settings.executionRoleName)
      ? undefined
      : `executionRoleName "${settings.executionRoleName}" must be 1 to 40 letters, digits, _ and -`,
    ...capacityProblems(capacity, "Ec2Service", schedulingStrategy),
    launchTypeProblem({
      ...capacityRequest(capacity, ""),
      ...plainPart(settings.transform?.service),
    }),
    cpuProblem,
    ...placementProblems(settings.placementStrategies, settings.placementConstraints, daemon),
    // An invalid size says nothing about the room it needs.
    ...(cpuProblem !== undefined || !(containerMemory > 0) ? [] : roomProblems(settings)),
  ];
}

/** Whether the tasks fit on the instances, and can be replaced there one after the other. */
function roomProblems(settings: Settings): (string | undefined)[] {
  const { desiredCount, deployment, schedulingStrategy } = settings;
  const { pool } = settings.cluster;
  const task = taskSize(settings);
  const tooLarge = taskSizeProblem(task, pool);
  if (tooLarge !== undefined) return [tooLarge];
  if (schedulingStrategy === "DAEMON") {
    // One task per instance; with the minimum number of instances a task is hardest to replace.
    return deploymentProblems(Math.max(1, pool.minInstances), deployment);
  }
  return deploymentProblems(desiredCount, deployment, roomFor(task, pool, instancesFor(settings)));
}

/** Maximum number of instances that tasks can count on: only a capacity provider adds any. */
function instancesFor({ capacity, cluster: { pool } }: Settings): number {
  return capacity === "ec2" ? pool.minInstances : pool.maxInstances;
}

const unlessEmpty = <T>(items: T[]): T[] | undefined => (items.length > 0 ? items : undefined);

/**
 * What a task reserves on its instance: its CPU units or its containers', and its containers' reserved memory, which
 * defaults to their limit.
 */
function taskSize(settings: Settings): TaskReservation {
  const { containerMemory, cpu, sidecars } = settings;
  const reserved = [
    settings.containerMemoryReservation ?? containerMemory,
    ...sidecars.map(({ memory = sidecarMemory, memoryReservation = memory }) => memoryReservation),
  ];
  const shares = [settings.containerCpu ?? 0, ...sidecars.map(({ cpu: own = 0 }) => own)];
  return { cpu: cpu === 0 ? sum(shares) : cpu, memory: sum(reserved) };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
