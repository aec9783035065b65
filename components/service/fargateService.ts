import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import {
  type Capacity,
  capacityProblems,
  capacityRequest,
  launchTypeProblem,
} from "../cluster/capacity";
import { associateProviders, createCluster, type FargateCluster } from "../cluster/fargateCluster";
import { fargateSizeProblem, sizeSettings } from "../shared/fargateSize";
import { physicalName } from "../shared/names";
import { rejectProblems } from "../shared/problems";
import { plainPart, type Transform } from "../shared/transform";
import { deploymentProblems } from "./deployment";
import { createEcsService, type ServicePlan } from "./ecsService";
import { type EcsServiceArgs, serviceSettings, type ServiceTransform } from "./serviceArgs";
import { ServiceComponent } from "./serviceComponent";
import { serviceProblems } from "./serviceProblems";

/** What a service on Fargate takes in any language. */
export interface FargateServiceInputs extends EcsServiceArgs {
  /**
   * Base of the physical names of family, service and the rest; the stack is added.
   * @default "handson"
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /**
   * The cluster, if the service shares one with others.
   * @default the service's own cluster, with its name
   */
  cluster?: FargateCluster;
  /**
   * What the tasks run on: `"fargate"`, or shares of Fargate and Fargate Spot, such as
   * `{ fargate: { base: 1 }, fargateSpot: { weight: 3 } }`.
   * To change the strategy of an existing service, that update must request a new deployment by
   * `transform: { service: { forceNewDeployment: true } }`.
   * @default "fargate"
   * @throws if it names instances, or no provider
   */
  capacity?: Capacity;
  /**
   * CPU units of a task (1024 = one vCPU), a Fargate size.
   * @default 256
   * @throws if it is not a Fargate size
   */
  cpu?: number;
  /**
   * Memory of a task in MiB, one that Fargate offers for `cpu`. A task that needs more is killed.
   * @default 512
   * @throws if Fargate does not offer it for `cpu`
   */
  memory?: number;
  /**
   * Processor of the image: with an image for another one, the container ends with `exec format error`.
   * @default "X86_64"
   */
  cpuArchitecture?: "X86_64" | "ARM64";
}

/** Overrides for the arguments of each resource that a service on Fargate consists of. */
export interface FargateServiceTransform extends ServiceTransform {
  /** The service's own cluster, if it shares none. */
  cluster?: Transform<aws.ecs.ClusterArgs>;
  /** The own cluster's capacity providers, if `capacity` is a strategy. */
  clusterCapacityProviders?: Transform<aws.ecs.ClusterCapacityProvidersArgs>;
}

export interface FargateServiceArgs extends FargateServiceInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: FargateServiceTransform;
}

/**
 * The first tutorial's service: a task definition with one container on Fargate, kept running in its own cluster,
 * unless it is given one, behind a load balancer's listener. To the tutorial's settings it adds what production
 * requires: an execution role and a task role, logs, a deployment circuit breaker with
 * rollback, ECS Exec, and short draining so that deploys and clean-up do not wait for minutes.
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class FargateService extends ServiceComponent {
  /** Physical name of the cluster. */
  readonly clusterName: pulumi.Output<string>;
  constructor(name: string, args: FargateServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ecs:FargateService", name, opts, (parent) => {
      const settings = withDefaults(args);
      rejectProblems(parent, problemsIn(name, settings));
      const cluster = shared(settings.cluster) ?? ownCluster(name, settings, parent);
      return createEcsService({ name, settings, parent }, planOf(settings, cluster));
    });
    this.clusterName = pulumi.output(this.deployTarget.clusterName);
    this.registerOutputs({ clusterName: this.clusterName, serviceName: this.serviceName });
  }
}

function planOf(settings: Settings, cluster: ClusterPlan): ServicePlan {
  return {
    cluster,
    task: {
      family: settings.name,
      requiresCompatibilities: "FARGATE",
      cpu: settings.cpu,
      memory: settings.memory,
      cpuArchitecture: settings.cpuArchitecture,
    },
    roles: {
      executionRoleName: `${settings.name}-execution`,
      taskRoleName: `${settings.name}-task`,
    },
    capacity: capacityRequest(settings.capacity),
    assignPublicIp: settings.network.assignPublicIp,
    dependsOn: cluster.dependsOn,
  };
}

type Settings = ReturnType<typeof withDefaults>;

function withDefaults(args: FargateServiceArgs) {
  return {
    ...serviceSettings(args, args.name ?? "handson"),
    transform: args.transform,
    cluster: args.cluster,
    capacity: args.capacity ?? ("fargate" as const),
    ...sizeSettings(args),
  };
}

function problemsIn(name: string, settings: Settings): (string | undefined)[] {
  const { schedulingStrategy, desiredCount, deployment, cpu, memory } = settings;
  return [
    ...serviceProblems(name, settings, { isFargate: true, cpu, memory }),
    fargateSizeProblem(cpu, memory),
    ...capacityProblems(settings.capacity, "FargateService", schedulingStrategy),
    launchTypeProblem({
      ...capacityRequest(settings.capacity),
      ...plainPart(settings.transform?.service),
    }),
    // CodeDeploy ignores percentages.
    ...(schedulingStrategy === "REPLICA" && settings.deploymentController === "ECS"
      ? deploymentProblems(desiredCount, deployment)
      : []),
  ];
}

/** A cluster as a service needs it. */
interface ClusterPlan {
  arn: pulumi.Input<string>;
  name: string;
  dependsOn: pulumi.Resource[];
}

/** Depends on all of it: its capacity providers cannot be removed while a service uses them. */
function shared(cluster: FargateCluster | undefined): ClusterPlan | undefined {
  return cluster && { arn: cluster.clusterArn, name: cluster.clusterName, dependsOn: [cluster] };
}

function ownCluster(name: string, settings: Settings, parent: pulumi.Resource): ClusterPlan {
  const clusterName = physicalName("cluster", settings.name, pulumi.getStack());
  const { transform } = settings;
  const cluster = createCluster(name, { clusterName, transform }, parent);
  const providers =
    settings.capacity === "fargate" ? [] : [associateProviders(name, cluster, parent, transform)];
  return { arn: cluster.arn, name: clusterName, dependsOn: providers };
}
