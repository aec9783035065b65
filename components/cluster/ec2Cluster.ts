import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Network } from "../network/network";
import { cpuArchitectureOf, type InstancePool, instanceTypeProblem } from "../shared/instanceTypes";
import { baseNameProblem, physicalName } from "../shared/names";
import { about, rangeProblem, rejectProblems } from "../shared/problems";
import { type Transform, transformed } from "../shared/transform";
import { providerNameProblem } from "./capacity";
import { createCluster } from "./fargateCluster";
import { createInstanceRole, type InstanceRole, type InstanceRoleTransform } from "./instanceRole";
import { createInstancesGroup, type InstancesGroupTransform } from "./instancesGroup";
import { instanceUserData } from "./instanceUserData";

/** What a cluster of instances takes in any language. */
export interface Ec2ClusterInputs {
  /** Where the instances start: in the subnets for tasks, with a public address each where tasks need one. */
  network: Pick<Network, "vpcId" | "taskSubnetIds" | "assignPublicIp">;
  /**
   * Region of the cluster, for the commands, e.g. `ap-northeast-1`.
   * @throws only from AWS, during the update
   */
  region: string;
  /**
   * Base of the physical names; the stack is added. It may not start with `ecs` or `fargate`, which
   * AWS reserves for its own capacity providers.
   * @default "nginx"
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /**
   * Name of the instances' role, 1 to 40 letters, digits, `_` and `-`; the stack is added. A second cluster of a
   * stack needs another.
   * @default "ecsHandsOnInstanceRole"
   * @throws if it has another form
   */
  instanceRoleName?: string;
  /**
   * One of the types in instanceTypes.ts. It decides how many tasks an instance holds, as each takes a network
   * interface: a t3.micro holds one.
   * @default "t3.micro"
   * @throws if it is not in the table
   */
  instanceType?: string;
  /**
   * Minimum number of instances, 0 to `maxInstances`. Two t3.micro are about 20 USD a month in ap-northeast-1.
   * @default 2: one for the task and one for the new task of a deployment, which then never waits
   * @throws outside the range
   */
  minInstances?: number;
  /**
   * Maximum number of instances, 1 to 100; the capacity provider adds them as tasks need room.
   * @default 6
   * @throws outside the range
   */
  maxInstances?: number;
  /**
   * ENI trunking: room for more tasks on the types that support it, e.g. ten on an m6i.large.
   * @default false
   */
  eniTrunking?: boolean;
  /**
   * Whether ECS adds and removes instances as tasks need them.
   * @default true
   */
  managedScaling?: boolean;
  /**
   * Target utilization of the instances in percent, 1 to 100; below 100 some are always in reserve.
   * @default 100
   * @throws outside the range
   */
  targetCapacity?: number;
  /**
   * Whether instances with tasks are protected from scaling in; needs `managedScaling`. In any case, draining first
   * moves tasks away from an instance.
   * @default false
   */
  terminationProtection?: boolean;
  /**
   * Tags of the instances, which a provider's default tags do not reach. Changed tags apply to instances that start
   * later; none is replaced for them. Their volumes only get a name.
   * @default {}
   * @throws if there are more than 48, a key is empty, longer than 128 characters or begins with `aws:`, or a value
   * is longer than 256
   */
  tags?: Record<string, string>;
}

/** Overrides for the arguments of each resource that a cluster of instances consists of. */
export interface Ec2ClusterTransform extends InstanceRoleTransform, InstancesGroupTransform {
  cluster?: Transform<aws.ecs.ClusterArgs>;
  launchTemplate?: Transform<aws.ec2.LaunchTemplateArgs>;
  autoScalingGroup?: Transform<aws.autoscaling.GroupArgs>;
  capacityProvider?: Transform<aws.ecs.CapacityProviderArgs>;
  clusterCapacityProviders?: Transform<aws.ecs.ClusterCapacityProvidersArgs>;
}

export interface Ec2ClusterArgs extends Ec2ClusterInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: Ec2ClusterTransform;
}

/**
 * The second tutorial's cluster: EC2 instances that tasks are placed on. Unlike the console's wizard, this one also
 * grows and shrinks with its tasks, and can be destroyed with everything on it.
 *
 * The instances have no SSH: Session Manager opens a shell (`commands.session`).
 *
 * Source: the second tutorial, "ECSクラスタ作成"; Amazon ECS developer guide, "Amazon ECS capacity
 * providers for EC2 workloads".
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class Ec2Cluster extends pulumi.ComponentResource {
  /** ARN of the cluster. */
  readonly clusterArn: pulumi.Output<string>;
  /** Physical name of the cluster. */
  readonly clusterName: string;
  /** Name of the capacity provider, for strategies. */
  readonly capacityProviderName: pulumi.Output<string>;
  /** The instances on which tasks can be placed; at most as many as scaling adds. */
  readonly pool: InstancePool;
  /** Processor that images must be built for. */
  readonly cpuArchitecture: "X86_64" | "ARM64";
  /** Command lines of the AWS CLI: the instances of the cluster, and a shell on one of them. */
  readonly commands: { instances: string; session: string };

  constructor(name: string, args: Ec2ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ecs:Ec2Cluster", name, {}, opts);
    const settings = withDefaults(args);
    rejectProblems(this, problemsIn(settings));
    const step: Step = { name, settings, parent: this };
    this.clusterName = physicalName("cluster", settings.name, pulumi.getStack());
    this.cpuArchitecture = cpuArchitectureOf(settings.instanceType);
    this.pool = poolOf(settings);

    // #region steps
    const cluster = createCluster(name, { ...settings, clusterName: this.clusterName }, this);
    const role = createInstanceRole(name, { ...settings, clusterArn: cluster.arn }, this);
    const securityGroup = createInstancesGroup(name, { ...settings, egress }, this);
    const launchTemplate = createLaunchTemplate(step, this.clusterName, role, securityGroup);
    const group = createAutoScalingGroup(step, launchTemplate, [cluster, ...role.permissions]);
    const capacityProvider = createCapacityProvider(step, group);
    associate(step, cluster, capacityProvider);
    // #endregion

    this.clusterArn = cluster.arn;
    this.capacityProviderName = capacityProvider.name;
    this.commands = commandLines(settings.region, this.clusterName);
    this.registerOutputs({
      clusterArn: this.clusterArn,
      capacityProviderName: this.capacityProviderName,
    });
  }
}

/** Description of the egress rule. */
const egress = "The agent, Session Manager, image pulls and logs; nothing comes in";

type Settings = ReturnType<typeof withDefaults>;

interface Step {
  name: string;
  settings: Settings;
  parent: pulumi.Resource;
}

function withDefaults(args: Ec2ClusterArgs) {
  return {
    ...args,
    name: args.name ?? "nginx",
    instanceRoleName: args.instanceRoleName ?? "ecsHandsOnInstanceRole",
    instanceType: args.instanceType ?? "t3.micro",
    minInstances: args.minInstances ?? 2,
    maxInstances: args.maxInstances ?? 6,
    eniTrunking: args.eniTrunking ?? false,
    managedScaling: args.managedScaling ?? true,
    targetCapacity: args.targetCapacity ?? 100,
    terminationProtection: args.terminationProtection ?? false,
    tags: args.tags ?? {},
    transform: args.transform,
  };
}

function problemsIn(settings: Settings): (string | undefined)[] {
  const { name, minInstances, maxInstances, targetCapacity } = settings;
  return [
    about("name", baseNameProblem(name)),
    providerNameProblem(name),
    /^[A-Za-z0-9_-]{1,40}$/.test(settings.instanceRoleName)
      ? undefined
      : `instanceRoleName "${settings.instanceRoleName}" must be 1 to 40 letters, digits, _ and -`,
    instanceTypeProblem(settings.instanceType, settings.eniTrunking),
    rangeProblem("maxInstances", maxInstances, 1, 100) ??
      rangeProblem("minInstances", minInstances, 0, maxInstances),
    rangeProblem("targetCapacity", targetCapacity, 1, 100),
    settings.terminationProtection && !settings.managedScaling
      ? "terminationProtection needs managedScaling: without it nothing would ever remove the protection"
      : undefined,
    ...tagProblems(settings.tags),
  ];
}

/** Source: Amazon EC2 user guide, "Tag restrictions"; instances also have the tags `Name` and `AmazonECSManaged`. */
function tagProblems(tags: Record<string, string>): (string | undefined)[] {
  const keys = Object.keys(tags);
  return [
    keys.length > mostTags
      ? `tags has ${keys.length} tags; instances can have ${mostTags}`
      : undefined,
    ...Object.entries(tags).map(([key, value]) =>
      key.length >= 1 && key.length <= 128 && value.length <= 256 && !/^aws:/i.test(key)
        ? undefined
        : `tags: "${key}" must have 1 to 128 characters and not begin with aws:, its value at most 256`,
    ),
  ];
}

/** Maximum number of tags, without the two that instances have anyway. */
const mostTags = 48;

function poolOf(settings: Settings): InstancePool {
  const { instanceType, eniTrunking, minInstances, maxInstances, managedScaling } = settings;
  return {
    instanceType,
    eniTrunking,
    minInstances,
    maxInstances: managedScaling ? maxInstances : minInstances,
  };
}

function createLaunchTemplate(
  { name, settings, parent }: Step,
  clusterName: string,
  { profile }: InstanceRole,
  securityGroup: aws.ec2.SecurityGroup,
): aws.ec2.LaunchTemplate {
  return new aws.ec2.LaunchTemplate(
    `${name}-instances`,
    transformed(
      `${name}-instances`,
      {
        name: physicalName("launchTemplate", settings.name, pulumi.getStack()),
        // EC2 looks the image up at each launch, so a preview needs no account to know it.
        imageId: `resolve:ssm:${amiParameter(settings.instanceType)}`,
        instanceType: settings.instanceType,
        iamInstanceProfile: { arn: profile.arn },
        // Set here rather than by the subnets, so that a preview shows which instances the internet reaches, and what
        // they cost.
        networkInterfaces: [
          {
            associatePublicIpAddress: String(settings.network.assignPublicIp),
            deleteOnTermination: "true",
            securityGroups: [securityGroup.id],
          },
        ],
        // One hop: a container in a network of its own cannot borrow the instance's role.
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: 1,
        },
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            ebs: {
              volumeType: "gp3",
              volumeSize: 30,
              encrypted: "true",
              deleteOnTermination: "true",
            },
          },
        ],
        // No tags that may change: each new version of the template replaces all instances.
        tagSpecifications: [{ resourceType: "volume", tags: nameTag(settings) }],
        userData: Buffer.from(instanceUserData(clusterName, settings.eniTrunking)).toString(
          "base64",
        ),
        updateDefaultVersion: true,
      },
      settings.transform?.launchTemplate,
    ),
    { parent },
  );
}

/** Source: Amazon ECS developer guide, "Retrieving Amazon ECS-optimized Linux AMI metadata". */
function amiParameter(instanceType: string): string {
  const processor = cpuArchitectureOf(instanceType) === "ARM64" ? "arm64/" : "";
  return `/aws/service/ecs/optimized-ami/amazon-linux-2023/${processor}recommended/image_id`;
}

function createAutoScalingGroup(
  { name, settings, parent }: Step,
  launchTemplate: aws.ec2.LaunchTemplate,
  dependsOn: pulumi.Resource[],
): aws.autoscaling.Group {
  // ECS puts this tag on the group that it scales, and an update must not remove it.
  const ownTags: Record<string, string> = settings.managedScaling
    ? { AmazonECSManaged: "true" }
    : {};
  // #region auto-scaling-group
  return new aws.autoscaling.Group(
    `${name}-instances`,
    transformed(
      `${name}-instances`,
      {
        name: physicalName("autoScalingGroup", settings.name, pulumi.getStack()),
        vpcZoneIdentifiers: settings.network.taskSubnetIds,
        launchTemplate: {
          id: launchTemplate.id,
          // A number, as with $Latest the group would not notice a new version.
          version: launchTemplate.latestVersion.apply((version) => String(version)),
        },
        // No desiredCapacity: the capacity provider sets it, and updates must not reset it.
        minSize: settings.minInstances,
        maxSize: settings.maxInstances,
        instanceRefresh: {
          strategy: "Rolling",
          // What triggers an instance refresh. Instances that stay in other subnets may lose internet access, e.g.
          // without the NAT gateway that they used.
          triggers: ["vpc_zone_identifier"],
          preferences: {
            minHealthyPercentage: 50,
            scaleInProtectedInstances: settings.terminationProtection ? "Refresh" : undefined,
          },
        },
        protectFromScaleIn: settings.terminationProtection,
        // Destroying must not wait for a protected or draining instance.
        forceDelete: true,
        tags: Object.entries({ ...nameTag(settings), ...settings.tags, ...ownTags }).map(
          ([key, value]) => ({
            key,
            value,
            propagateAtLaunch: true,
          }),
        ),
      },
      settings.transform?.autoScalingGroup,
    ),
    // The cluster must outlive its instances, which could not deregister otherwise.
    { parent, dependsOn },
  );
  // #endregion
}

const nameTag = ({ name }: Settings) => ({
  Name: physicalName("autoScalingGroup", name, pulumi.getStack()),
});

function createCapacityProvider(
  { name, settings, parent }: Step,
  group: aws.autoscaling.Group,
): aws.ecs.CapacityProvider {
  // #region capacity-provider
  return new aws.ecs.CapacityProvider(
    `${name}-instances`,
    transformed(
      `${name}-instances`,
      {
        name: physicalName("capacityProvider", settings.name, pulumi.getStack()),
        autoScalingGroupProvider: {
          autoScalingGroupArn: group.arn,
          managedScaling: settings.managedScaling
            ? { status: "ENABLED", targetCapacity: settings.targetCapacity }
            : { status: "DISABLED" },
          managedDraining: "ENABLED",
          managedTerminationProtection: settings.terminationProtection ? "ENABLED" : "DISABLED",
        },
      },
      settings.transform?.capacityProvider,
    ),
    { parent },
  );
  // #endregion
}

function associate(
  { name, settings, parent }: Step,
  cluster: aws.ecs.Cluster,
  capacityProvider: aws.ecs.CapacityProvider,
): aws.ecs.ClusterCapacityProviders {
  return new aws.ecs.ClusterCapacityProviders(
    `${name}-providers`,
    transformed(
      `${name}-providers`,
      {
        clusterName: cluster.name,
        capacityProviders: [capacityProvider.name],
        defaultCapacityProviderStrategies: [{ capacityProvider: capacityProvider.name, weight: 1 }],
      },
      settings.transform?.clusterCapacityProviders,
    ),
    { parent },
  );
}

/** Source: AWS CLI reference, `ecs list-container-instances`, `ssm start-session`. */
function commandLines(region: string, clusterName: string): Ec2Cluster["commands"] {
  const where = `--region ${region} --cluster ${clusterName}`;
  const first = `$(aws ecs list-container-instances ${where} --query "containerInstanceArns[0]" --output text)`;
  const firstId =
    `$(aws ecs describe-container-instances ${where} --container-instances ${first} ` +
    `--query "containerInstances[0].ec2InstanceId" --output text)`;
  return {
    instances: `aws ecs list-container-instances ${where}`,
    session: `aws ssm start-session --region ${region} --target ${firstId}`,
  };
}
