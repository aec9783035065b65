import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { fargateProviders } from "./capacity";
import { baseNameProblem, physicalName } from "./names";
import { rejectProblems } from "./problems";

export interface FargateClusterArgs {
  /**
   * Base of the cluster's physical name; the stack is added.
   * @default "handson"
   */
  name?: string;
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

  constructor(name: string, args: FargateClusterArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ecs:FargateCluster", name, {}, opts);
    const base = args.name ?? "handson";
    rejectProblems(this, [baseNameProblem(base)]);
    this.clusterName = physicalName("cluster", base, pulumi.getStack());

    const cluster = createCluster(name, this.clusterName, this);
    associateProviders(name, cluster, this);

    this.clusterArn = cluster.arn;
    this.registerOutputs({ clusterArn: this.clusterArn });
  }
}

/** The cluster itself, with the metrics of Container Insights. */
export function createCluster(
  name: string,
  clusterName: string,
  parent: pulumi.Resource,
): aws.ecs.Cluster {
  return new aws.ecs.Cluster(
    `${name}-cluster`,
    {
      name: clusterName,
      settings: [{ name: "containerInsights", value: "enabled" }],
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
