import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Network } from "../network/network";
import { baseNameProblem, physicalName } from "../shared/names";
import { about, rangeProblem, rejectProblems } from "../shared/problems";
import { type Transform, transformed } from "../shared/transform";
import { providerNameProblem } from "./capacity";
import { createCluster } from "./fargateCluster";
import { createInstancesGroup, type InstancesGroupTransform } from "./instancesGroup";
import {
  instanceRequirements,
  type InstanceRequirements,
  requirementProblems,
} from "./instanceRequirements";
import {
  createManagedRoles,
  type ManagedRoles,
  type ManagedRolesTransform,
} from "./managedInstancesRoles";

/** How managed instances are bought: at the ordinary price, or from spare capacity that EC2 may take back. */
export type CapacityOptionType = "ON_DEMAND" | "SPOT";

/** What a cluster of managed instances takes in any language. */
export interface ManagedInstancesClusterInputs {
  /** Where the instances start: in the subnets for tasks, over whose zones ECS spreads a service's tasks. */
  network: Pick<Network, "vpcId" | "taskSubnetIds">;
  /**
   * Region of the cluster, for the commands, e.g. `ap-northeast-1`.
   * @throws only from AWS, during the update
   */
  region: string;
  /**
   * Base of the physical names; the stack is added. It may not start with `ecs` or `fargate`, which
   * AWS reserves for its own capacity providers.
   * @default "managed"
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /**
   * Name of the instances' role; the stack is added. It must begin with `ecsInstanceRole`: AWS's policy only lets ECS
   * pass roles with that prefix to instances. A second cluster of a stack needs another.
   * @default "ecsInstanceRoleManaged"
   * @throws if it begins otherwise, or is followed by more than 25 letters, digits, `_` and `-`
   */
  instanceRoleName?: string;
  /**
   * Which instances ECS may choose from. It takes the cheapest one that fits the waiting tasks.
   * @default { allowedInstanceTypes: ["t3.small", "t3.medium"] }
   */
  instanceRequirements?: InstanceRequirements;
  /**
   * How the instances are bought: ON_DEMAND, or SPOT with two minutes' notice before EC2 takes one back. A change
   * creates another capacity provider, to which services move with a new deployment.
   * @default "ON_DEMAND"
   */
  capacityOptionType?: CapacityOptionType;
  /**
   * Size in GiB of the disk that all tasks of an instance share, 30 to 16384; images are on it too.
   * @default 30
   * @throws outside the range
   */
  storageSizeGib?: number;
  /**
   * Seconds that an instance may be idle before ECS ends it, 0 to 3600; -1 keeps it.
   * @default 300
   * @throws outside the range
   */
  scaleInAfter?: number;
  /**
   * Metrics of the instances every five minutes (BASIC, free) or every minute (DETAILED).
   * @default "BASIC"
   */
  monitoring?: "BASIC" | "DETAILED";
}

/** Overrides for the arguments of each resource that a cluster of managed instances consists of. */
export interface ManagedInstancesClusterTransform
  extends ManagedRolesTransform, InstancesGroupTransform {
  cluster?: Transform<aws.ecs.ClusterArgs>;
  capacityProvider?: Transform<aws.ecs.CapacityProviderArgs>;
}

export interface ManagedInstancesClusterArgs extends ManagedInstancesClusterInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: ManagedInstancesClusterTransform;
}

/**
 * A cluster on Amazon ECS Managed Instances: EC2 instances in your account that ECS chooses, launches for waiting
 * tasks, patches, replaces after 14 days and ends when they are idle. There is no Auto Scaling group, no launch
 * template, no machine image and no SSH; you only provide two roles and the instance requirements.
 *
 * The capacity provider belongs to the cluster from its creation, without an association.
 *
 * Source: Amazon ECS developer guide, "Architect for Amazon ECS Managed Instances"; API reference,
 * "CreateCapacityProvider".
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class ManagedInstancesCluster extends pulumi.ComponentResource {
  /** ARN of the cluster. */
  readonly clusterArn: pulumi.Output<string>;
  /** Physical name of the cluster. */
  readonly clusterName: string;
  /** Name of the capacity provider, for strategies. */
  readonly capacityProviderName: pulumi.Output<string>;
  /** Command lines of the AWS CLI: the instances of the cluster. */
  readonly commands: { instances: string };

  constructor(
    name: string,
    args: ManagedInstancesClusterArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("ecs-handson:ecs:ManagedInstancesCluster", name, {}, opts);
    const settings = withDefaults(args);
    rejectProblems(this, problemsIn(settings));
    const { transform } = settings;
    this.clusterName = physicalName("cluster", settings.name, pulumi.getStack());

    // #region steps
    const cluster = createCluster(name, { clusterName: this.clusterName, transform }, this);
    const roles = createManagedRoles(name, { ...settings, clusterArn: cluster.arn }, this);
    const securityGroup = createInstancesGroup(name, { ...settings, egress }, this);
    const capacityProvider = createCapacityProvider(
      name,
      settings,
      { cluster, roles, securityGroup },
      this,
    );
    // #endregion

    this.clusterArn = cluster.arn;
    this.capacityProviderName = capacityProvider.name;
    this.commands = {
      instances: `aws ecs list-container-instances --region ${settings.region} --cluster ${this.clusterName}`,
    };
    this.registerOutputs({
      clusterArn: this.clusterArn,
      capacityProviderName: this.capacityProviderName,
    });
  }
}

/** Description of the egress rule. */
const egress = "The agent, image pulls and logs; nothing comes in";

type Settings = ReturnType<typeof withDefaults>;

function withDefaults(args: ManagedInstancesClusterArgs) {
  return {
    ...args,
    name: args.name ?? "managed",
    instanceRoleName: args.instanceRoleName ?? "ecsInstanceRoleManaged",
    instanceRequirements: args.instanceRequirements ?? {
      allowedInstanceTypes: ["t3.small", "t3.medium"],
    },
    capacityOptionType: args.capacityOptionType ?? ("ON_DEMAND" as const),
    storageSizeGib: args.storageSizeGib ?? 30,
    scaleInAfter: args.scaleInAfter ?? 300,
    monitoring: args.monitoring ?? ("BASIC" as const),
    transform: args.transform,
  };
}

function problemsIn(settings: Settings): (string | undefined)[] {
  const { name, instanceRoleName } = settings;
  return [
    about("name", baseNameProblem(name)),
    providerNameProblem(name),
    /^ecsInstanceRole[A-Za-z0-9_-]{0,25}$/.test(instanceRoleName)
      ? undefined
      : `instanceRoleName "${instanceRoleName}" must be ecsInstanceRole and up to 25 letters, digits, _ and -`,
    rangeProblem("storageSizeGib", settings.storageSizeGib, 30, 16_384),
    rangeProblem("scaleInAfter", settings.scaleInAfter, -1, 3600),
    ...requirementProblems(settings.instanceRequirements),
  ];
}

interface Parts {
  cluster: aws.ecs.Cluster;
  roles: ManagedRoles;
  securityGroup: aws.ec2.SecurityGroup;
}

function createCapacityProvider(
  name: string,
  settings: Settings,
  { cluster, roles, securityGroup }: Parts,
  parent: pulumi.Resource,
): aws.ecs.CapacityProvider {
  const { capacityOptionType } = settings;
  // One for each purchase option, so that services can move while both exist.
  const base = capacityOptionType === "SPOT" ? `${settings.name}-spot` : settings.name;
  // #region capacity-provider
  return new aws.ecs.CapacityProvider(
    `${name}-instances`,
    transformed(
      `${name}-instances`,
      {
        name: physicalName("capacityProvider", base, pulumi.getStack()),
        cluster: cluster.name,
        managedInstancesProvider: {
          infrastructureRoleArn: roles.infrastructureRole.arn,
          // Instances get the tags of the capacity provider, including a provider's default tags.
          propagateTags: "CAPACITY_PROVIDER",
          infrastructureOptimization: { scaleInAfter: settings.scaleInAfter },
          instanceLaunchTemplate: {
            ec2InstanceProfileArn: roles.profile.arn,
            capacityOptionType,
            monitoring: settings.monitoring,
            instanceRequirements: instanceRequirements(settings.instanceRequirements),
            networkConfiguration: {
              subnets: settings.network.taskSubnetIds,
              securityGroups: [securityGroup.id],
            },
            storageConfiguration: { storageSizeGib: settings.storageSizeGib },
          },
        },
      },
      settings.transform?.capacityProvider,
    ),
    // ECS needs the roles for as long as there are instances.
    { parent, dependsOn: roles.permissions },
  );
  // #endregion
}
