import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type Capacity, capacityProblems, capacityRequest } from "../cluster/capacity";
import type { FargateCluster } from "../cluster/fargateCluster";
import { fargateSizeProblem, sizeSettings } from "../shared/fargateSize";
import { baseNameProblem, physicalName } from "../shared/names";
import { about, rejectProblems } from "../shared/problems";
import { createTask, createTaskSecurityGroup } from "./task";
import { type TaskArgs, taskSettings, type TaskTransform } from "./taskArgs";
import { logGroupName } from "./logGroup";
import { taskProblems } from "./taskProblems";

/** What a task on Fargate takes in any language. */
export interface FargateTaskInputs extends TaskArgs {
  /**
   * Base of the physical names of family, roles and the rest; the stack is added. Must differ from those of the stack's
   * services and other tasks.
   * @default "task"
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /** The cluster that the task runs in. */
  cluster: FargateCluster;
  /**
   * What the task runs on: `"fargate"`, or shares of Fargate and Fargate Spot, such as `{ fargateSpot: {} }`, where AWS may
   * end it with two minutes' notice.
   * @default "fargate"
   * @throws if it names instances, or no provider
   */
  capacity?: Capacity;
  /**
   * CPU units of the task (1024 = one vCPU), a Fargate size.
   * @default 256
   * @throws if it is not a Fargate size
   */
  cpu?: number;
  /**
   * Memory of the task in MiB, one that Fargate offers for `cpu`. A task that needs more is killed.
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

export interface FargateTaskArgs extends FargateTaskInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: TaskTransform;
}

/** Command lines of the AWS CLI, ready to paste. */
export interface TaskCommands {
  /** Runs the task once, in its newest revision. */
  run: pulumi.Output<string>;
  /** Follows the task's logs. */
  logs: string;
}

/** What is needed to start the task. */
export interface TaskRun {
  clusterArn: pulumi.Output<string>;
  clusterName: string;
  taskDefinition: aws.ecs.TaskDefinition;
  /** The roles that anyone who starts the task must be allowed to pass on. */
  roleArns: pulumi.Output<string>[];
  /** Either a launch type or a strategy. */
  capacity: ReturnType<typeof capacityRequest<never>>;
  subnetIds: pulumi.Output<string[]>;
  securityGroupIds: pulumi.Input<string>[];
  assignPublicIp: boolean;
  executeCommand: boolean;
  region: string;
  /** Base of the physical names. */
  name: string;
  /** Name of the task's own container. */
  containerName: string;
  /** What must exist before it runs. */
  dependsOn: pulumi.Resource[];
}

/**
 * A task that no service keeps running, such as a database's migration: its definition, roles, log group and security
 * group, which lets nothing in. It costs nothing until it is run, by `commands.run` or a `ScheduledTask`. A run costs
 * what Fargate charges for its size, billed by the second with a minimum of one minute.
 *
 * Source: Amazon ECS developer guide, "Amazon ECS standalone tasks".
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class FargateTask extends pulumi.ComponentResource {
  /** Physical name of the cluster. */
  readonly clusterName: string;
  /** ARN of the newest revision. */
  readonly taskDefinitionArn: pulumi.Output<string>;
  /** The role that the code in the containers uses, e.g. to attach policies that depend on later resources. */
  readonly taskRole: aws.iam.Role;
  /** Id of the task's security group, for other groups to let it in. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Name of the log group that the containers write to. */
  readonly logGroupName: pulumi.Output<string>;
  /** Command lines of the AWS CLI, ready to paste: a run, and its logs. */
  readonly commands: TaskCommands;
  /** What a `ScheduledTask` needs to start it. */
  readonly run: TaskRun;

  constructor(name: string, args: FargateTaskArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ecs:FargateTask", name, {}, opts);
    const settings = withDefaults(args);
    rejectProblems(this, problemsIn(settings));
    const { cluster, network } = settings;

    const step = { name, settings, parent: this };
    const { logGroup, roles, taskDefinition } = createTask(
      step,
      {
        family: settings.name,
        requiresCompatibilities: "FARGATE",
        cpu: settings.cpu,
        memory: settings.memory,
        cpuArchitecture: settings.cpuArchitecture,
      },
      {
        executionRoleName: `${settings.name}-execution`,
        taskRoleName: `${settings.name}-task`,
      },
    );
    const securityGroup = createTaskSecurityGroup(step);

    this.run = {
      clusterArn: cluster.clusterArn,
      clusterName: cluster.clusterName,
      taskDefinition,
      roleArns: [roles.executionRole.arn, roles.taskRole.arn],
      capacity: capacityRequest(settings.capacity),
      subnetIds: network.taskSubnetIds,
      securityGroupIds: [securityGroup.id, ...settings.securityGroupIds],
      assignPublicIp: network.assignPublicIp,
      executeCommand: settings.executeCommand,
      region: settings.region,
      name: settings.name,
      containerName: settings.containerName,
      dependsOn: [cluster, ...roles.policies],
    };
    this.clusterName = cluster.clusterName;
    this.taskDefinitionArn = taskDefinition.arn;
    this.taskRole = roles.taskRole;
    this.securityGroupId = securityGroup.id;
    this.logGroupName = logGroup.name;
    this.commands = {
      run: runCommand(this.run),
      logs: `aws logs tail --region ${settings.region} ${logGroupName(settings)} --follow`,
    };
    this.registerOutputs({
      taskDefinitionArn: this.taskDefinitionArn,
      runCommand: this.commands.run,
    });
  }
}

type Settings = ReturnType<typeof withDefaults>;

function withDefaults(args: FargateTaskArgs) {
  return {
    ...taskSettings(args, args.name ?? "task"),
    transform: args.transform,
    cluster: args.cluster,
    capacity: args.capacity ?? ("fargate" as const),
    ...sizeSettings(args),
  };
}

function problemsIn(settings: Settings): (string | undefined)[] {
  const { name, capacity, cpu, memory } = settings;
  return [
    about("name", baseNameProblem(name)),
    ...taskProblems(settings, { isFargate: true, containerPort: undefined, cpu, memory }),
    fargateSizeProblem(cpu, memory),
    ...capacityProblems(capacity, "FargateTask", "REPLICA"),
  ];
}

/** Source: AWS CLI reference, `ecs run-task`. */
function runCommand(run: TaskRun): pulumi.Output<string> {
  const family = physicalName("taskFamily", run.name, pulumi.getStack());
  const { launchType, capacityProviderStrategies = [] } = run.capacity;
  const shares = capacityProviderStrategies.map(
    ({ capacityProvider, weight, base }) =>
      `capacityProvider=${capacityProvider},weight=${weight},base=${base}`,
  );
  const capacity =
    launchType === undefined
      ? `--capacity-provider-strategy ${shares.join(" ")}`
      : `--launch-type ${launchType}`;
  const network = pulumi
    .all([run.subnetIds, pulumi.all(run.securityGroupIds)])
    .apply(
      ([subnets, groups]) =>
        `awsvpcConfiguration={subnets=[${subnets.join(",")}],securityGroups=[${groups.join(",")}],` +
        `assignPublicIp=${run.assignPublicIp ? "ENABLED" : "DISABLED"}}`,
    );
  const exec = run.executeCommand ? " --enable-execute-command" : "";
  return pulumi.interpolate`aws ecs run-task --region ${run.region} --cluster ${run.clusterName} --task-definition ${family} ${capacity} --network-configuration "${network}"${exec}`;
}
