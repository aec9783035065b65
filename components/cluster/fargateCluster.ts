import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { baseNameProblem, physicalName } from "../shared/names";
import { rejectProblems } from "../shared/problems";
import { fargateProviders } from "./capacity";

export interface FargateClusterArgs {
  /**
   * Base of the cluster's physical name; the stack is added.
   * @default "handson"
   */
  name?: string;
  /**
   * Whether its services can find each other by name, in a Service Connect namespace of the
   * cluster's name.
   * @default false
   */
  serviceConnect?: boolean;
}

/**
 * A cluster that several services on Fargate share. It costs nothing by itself: a cluster without
 * instances is a name under which services stand together.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS clusters".
 *
 * @throws pulumi.ResourceError if the name is not one.
 */
export class FargateCluster extends pulumi.ComponentResource {
  /** ARN of the cluster. */
  readonly clusterArn: pulumi.Output<string>;
  /** Physical name of the cluster. */
  readonly clusterName: string;
  /** ARN of the namespace in which its services find each other; none without Service Connect. */
  readonly namespaceArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: FargateClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ecs:FargateCluster", name, {}, opts);
    const base = args.name ?? "handson";
    rejectProblems(this, [baseNameProblem(base)]);
    this.clusterName = physicalName("cluster", base, pulumi.getStack());

    const namespace = args.serviceConnect === true ? createNamespace(name, base, this) : undefined;
    const cluster = createCluster(name, this.clusterName, this, namespace);
    associateProviders(name, cluster, this);

    this.clusterArn = cluster.arn;
    this.namespaceArn = namespace?.arn;
    this.registerOutputs({ clusterArn: this.clusterArn });
  }
}

/** A namespace in Cloud Map; as it is for HTTP only, it costs nothing. */
function createNamespace(
  name: string,
  base: string,
  parent: pulumi.Resource,
): aws.servicediscovery.HttpNamespace {
  return new aws.servicediscovery.HttpNamespace(
    `${name}-namespace`,
    {
      name: physicalName("namespace", base, pulumi.getStack()),
      description: "Names by which the services of a cluster find each other",
    },
    { parent },
  );
}

/** The cluster itself, with the metrics of Container Insights. */
export function createCluster(
  name: string,
  clusterName: string,
  parent: pulumi.Resource,
  namespace?: aws.servicediscovery.HttpNamespace,
): aws.ecs.Cluster {
  return new aws.ecs.Cluster(
    `${name}-cluster`,
    {
      name: clusterName,
      settings: [{ name: "containerInsights", value: "enabled" }],
      serviceConnectDefaults: namespace && { namespace: namespace.arn },
    },
    { parent },
  );
}

/** A cluster may only use the capacity providers that it is associated with, AWS's own too. */
export function associateProviders(
  name: string,
  cluster: aws.ecs.Cluster,
  parent: pulumi.Resource,
): aws.ecs.ClusterCapacityProviders {
  return new aws.ecs.ClusterCapacityProviders(
    `${name}-providers`,
    { clusterName: cluster.name, capacityProviders: Object.values(fargateProviders) },
    { parent },
  );
}
