import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { baseNameProblem, physicalName } from "../shared/names";
import { about, rejectProblems } from "../shared/problems";
import { type Transform, transformed } from "../shared/transform";
import { fargateProviders } from "./capacity";

/** What a cluster takes in any language. */
export interface FargateClusterInputs {
  /**
   * Base of the cluster's physical name; the stack is added.
   * @default "handson"
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /**
   * Whether its services can find each other by name, in a Service Connect namespace of the
   * cluster's name.
   * @default false
   */
  serviceConnect?: boolean;
}

/** Overrides for the arguments of each resource that a cluster consists of. */
export interface FargateClusterTransform {
  cluster?: Transform<aws.ecs.ClusterArgs>;
  clusterCapacityProviders?: Transform<aws.ecs.ClusterCapacityProvidersArgs>;
  /** The namespace, with `serviceConnect`. */
  httpNamespace?: Transform<aws.servicediscovery.HttpNamespaceArgs>;
}

export interface FargateClusterArgs extends FargateClusterInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: FargateClusterTransform;
}

/**
 * A cluster that several services on Fargate share. It costs nothing: without instances, a cluster is only a name that
 * groups services.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS clusters".
 *
 * @throws pulumi.ResourceError if the name is invalid.
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
    rejectProblems(this, [about("name", baseNameProblem(base))]);
    this.clusterName = physicalName("cluster", base, pulumi.getStack());

    const { transform } = args;
    const namespace =
      args.serviceConnect === true ? createNamespace(name, base, this, transform) : undefined;
    const cluster = createCluster(
      name,
      { clusterName: this.clusterName, namespace, transform },
      this,
    );
    associateProviders(name, cluster, this, transform);

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
  transform?: FargateClusterTransform,
): aws.servicediscovery.HttpNamespace {
  return new aws.servicediscovery.HttpNamespace(
    `${name}-namespace`,
    transformed(
      `${name}-namespace`,
      {
        name: physicalName("namespace", base, pulumi.getStack()),
        description: "Names by which the services of a cluster find each other",
      },
      transform?.httpNamespace,
    ),
    { parent },
  );
}

/** A cluster to be created. */
interface ClusterPlan {
  /** Its physical name. */
  clusterName: string;
  namespace?: aws.servicediscovery.HttpNamespace;
  transform?: Pick<FargateClusterTransform, "cluster">;
}

/** The cluster itself, with the metrics of Container Insights. */
export function createCluster(
  name: string,
  { clusterName, namespace, transform }: ClusterPlan,
  parent: pulumi.Resource,
): aws.ecs.Cluster {
  // #region cluster
  return new aws.ecs.Cluster(
    `${name}-cluster`,
    transformed(
      `${name}-cluster`,
      {
        name: clusterName,
        settings: [{ name: "containerInsights", value: "enabled" }],
        serviceConnectDefaults: namespace && { namespace: namespace.arn },
      },
      transform?.cluster,
    ),
    { parent },
  );
  // #endregion
}

/** A cluster may only use capacity providers that it is associated with; this includes AWS's own. */
export function associateProviders(
  name: string,
  cluster: aws.ecs.Cluster,
  parent: pulumi.Resource,
  transform?: Pick<FargateClusterTransform, "clusterCapacityProviders">,
): aws.ecs.ClusterCapacityProviders {
  return new aws.ecs.ClusterCapacityProviders(
    `${name}-providers`,
    transformed(
      `${name}-providers`,
      { clusterName: cluster.name, capacityProviders: Object.values(fargateProviders) },
      transform?.clusterCapacityProviders,
    ),
    { parent },
  );
}
