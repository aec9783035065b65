import type * as pulumi from "@pulumi/pulumi";

import type { ManagedInstancesCluster } from "../cluster/managedInstancesCluster";
import { sizeSettings } from "../shared/fargateSize";
import { rangeProblem, rejectProblems } from "../shared/problems";
import { deploymentProblems } from "./deployment";
import { createEcsService, type ServicePlan } from "./ecsService";
import { type EcsServiceArgs, serviceSettings, type ServiceTransform } from "./serviceArgs";
import { ServiceComponent } from "./serviceComponent";
import { serviceProblems } from "./serviceProblems";

/** What a service on managed instances takes in any language. */
export interface ManagedInstancesServiceInputs extends EcsServiceArgs {
  /** The cluster on whose instances the tasks run. */
  cluster: ManagedInstancesCluster;
  /**
   * Base of the physical names of family, service and the rest; the stack is added.
   * @default "managed"
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /**
   * CPU units of a task (1024 = one vCPU), 128 to 196608. ECS launches an instance that has enough.
   * @default 256
   * @throws outside the range
   */
  cpu?: number;
  /**
   * Memory of a task in MiB, 6 to 25165824. A task that needs more is killed.
   * @default 512
   * @throws outside the range
   */
  memory?: number;
  /**
   * Processor of the image, and thus of the instances; `instanceRequirements` must allow types that have it.
   * @default "X86_64"
   */
  cpuArchitecture?: "X86_64" | "ARM64";
}

export interface ManagedInstancesServiceArgs extends ManagedInstancesServiceInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: ServiceTransform;
}

/**
 * A service on Amazon ECS Managed Instances: the task of a Fargate service, of any size, on an instance that it shares
 * with others. ECS launches instances as its tasks need them and places the tasks, spread over the zones first.
 *
 * Tasks are in awsvpc mode and get no public address, as only Fargate supports that: without a NAT gateway they cannot
 * reach the internet. A service cannot run one task on each instance: managed daemons are for that.
 *
 * Source: Amazon ECS developer guide, "Architect for Amazon ECS Managed Instances".
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class ManagedInstancesService extends ServiceComponent {
  constructor(
    name: string,
    args: ManagedInstancesServiceArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ecs-handson:ecs:ManagedInstancesService", name, opts, (parent) => {
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
      family: settings.name,
      requiresCompatibilities: "MANAGED_INSTANCES",
      cpu: settings.cpu,
      memory: settings.memory,
      cpuArchitecture: settings.cpuArchitecture,
    },
    roles: {
      executionRoleName: `${settings.name}-execution`,
      taskRoleName: `${settings.name}-task`,
    },
    capacity: {
      capacityProviderStrategies: [
        { capacityProvider: cluster.capacityProviderName, weight: 1, base: 0 },
      ],
    },
    assignPublicIp: false,
    // Depends on all of the cluster: its capacity provider cannot be deleted while a service uses it.
    dependsOn: [cluster],
  };
}

type Settings = ReturnType<typeof withDefaults>;

function withDefaults(args: ManagedInstancesServiceArgs) {
  return {
    ...serviceSettings(args, args.name ?? "managed"),
    transform: args.transform,
    cluster: args.cluster,
    ...sizeSettings(args),
  };
}

function problemsIn(name: string, settings: Settings): (string | undefined)[] {
  const { schedulingStrategy, desiredCount, deployment, cpu, memory } = settings;
  return [
    ...serviceProblems(name, settings, { isFargate: false, cpu, memory }),
    rangeProblem("cpu", cpu, 128, 196_608),
    rangeProblem("memory", memory, 6, 25_165_824),
    schedulingStrategy === "DAEMON"
      ? "schedulingStrategy DAEMON does not support a capacity provider strategy, which managed instances need; use REPLICA"
      : undefined,
    ...(schedulingStrategy === "REPLICA" ? deploymentProblems(desiredCount, deployment) : []),
  ];
}
