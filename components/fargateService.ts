import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { fargateSizeProblem } from "./fargateSize";
import { baseNameProblem, physicalName } from "./names";
import type { Network } from "./network";
import { rejectProblems } from "./problems";
import { createTaskRoles, type TaskRoles } from "./taskRoles";

export interface FargateServiceArgs {
  /** Where the tasks start; its block is the only source that they accept requests from. */
  network: Pick<Network, "vpcId" | "vpcCidrBlock" | "taskSubnetIds" | "assignPublicIp">;
  /** ARN of the load balancer's listener. */
  listenerArn: pulumi.Input<string>;
  /**
   * Place of the service's rule on the listener, 1 (first) to 50000; no two rules share one.
   * @default 50000, after every rule that is more particular
   */
  priority?: number;
  /**
   * Paths that the listener sends here, 1 to 5, with `*` and `?` as wildcards.
   * @default ["*"]
   */
  pathPatterns?: string[];
  /** Region of the log group, as the log driver must be told, e.g. `ap-northeast-1`. */
  region: string;
  /**
   * Base of the physical names of cluster, family, service and the rest; the stack is added.
   * @default "handson"
   */
  name?: string;
  /** Image of the container, with a tag or digest. */
  image: string;
  /** @default "nginx" */
  containerName?: string;
  /**
   * Port that the container listens on, 1 to 65535; target group and security group follow it.
   * @default 80
   */
  containerPort?: number;
  /**
   * CPU units of a task (1024 = one vCPU), a Fargate size.
   * @default 256
   */
  cpu?: number;
  /**
   * Memory of a task in MiB, one that Fargate offers for `cpu`. A task that needs more is killed.
   * @default 512
   */
  memory?: number;
  /**
   * Processor of the image: an image for another one ends with `exec format error`.
   * @default "X86_64"
   */
  cpuArchitecture?: "X86_64" | "ARM64";
  /**
   * Number of tasks to keep running, 0 to 5000 (the quota of a service).
   * @default 1
   */
  desiredCount?: number;
  /**
   * Path that must answer 200 for a task to be healthy.
   * @default "/"
   */
  healthCheckPath?: string;
  /**
   * Whether `aws ecs execute-command` may open a shell in a task.
   * @default true
   */
  executeCommand?: boolean;
  /**
   * Days that logs are kept, a value that CloudWatch Logs offers.
   * @default 30
   */
  logRetentionDays?: number;
}

/** The largest desired count of a service, an ECS quota. */
const mostTasks = 5000;

/**
 * Seed A's service: a task definition with one container on Fargate, kept running in a cluster of
 * its own behind a load balancer's listener. To what the tutorial writes it adds what production
 * asks for: an execution role and a task role, logs, a deployment circuit breaker with rollback,
 * ECS Exec, and short draining so that deploys and clean-up do not wait for minutes.
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class FargateService extends pulumi.ComponentResource {
  /** Physical name of the cluster. */
  readonly clusterName: pulumi.Output<string>;
  /** Physical name of the service. */
  readonly serviceName: pulumi.Output<string>;
  /** Name of the log group that the containers write to. */
  readonly logGroupName: pulumi.Output<string>;
  /** Command lines of the AWS CLI, ready to paste: a shell in a task, its logs, the service's state. */
  readonly commands: { exec: string; logs: string; describe: string };

  constructor(name: string, args: FargateServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ecs:FargateService", name, {}, opts);
    const settings = withDefaults(args);
    rejectProblems(this, problemsIn(settings));
    const step: Step = { name, settings, parent: this };

    const cluster = createCluster(step);
    const logGroup = createLogGroup(step);
    const roles = createTaskRoles(
      name,
      {
        base: settings.name,
        image: settings.image,
        logGroupArn: logGroup.arn,
        executeCommand: settings.executeCommand,
      },
      this,
    );
    const taskDefinition = createTaskDefinition(step, roles, logGroup);
    const securityGroup = createSecurityGroup(step);
    const targetGroup = createTargetGroup(step);
    const listenerRule = createListenerRule(step, targetGroup);
    const service = createService(step, {
      cluster,
      taskDefinition,
      securityGroup,
      targetGroup,
      // Seed A's depends_on: a target group must hang on a listener before a service may use it.
      // And tasks need their permissions for as long as they run.
      dependsOn: [listenerRule, ...roles.policies],
    });

    this.clusterName = cluster.name;
    this.serviceName = service.name;
    this.logGroupName = logGroup.name;
    this.commands = commandLines(settings);
    this.registerOutputs({ clusterName: this.clusterName, serviceName: this.serviceName });
  }
}

type Settings = ReturnType<typeof withDefaults>;

interface Step {
  name: string;
  settings: Settings;
  parent: pulumi.Resource;
}

function withDefaults(args: FargateServiceArgs) {
  return {
    ...args,
    priority: args.priority ?? 50000,
    pathPatterns: args.pathPatterns ?? ["*"],
    name: args.name ?? "handson",
    containerName: args.containerName ?? "nginx",
    containerPort: args.containerPort ?? 80,
    cpu: args.cpu ?? 256,
    memory: args.memory ?? 512,
    cpuArchitecture: args.cpuArchitecture ?? "X86_64",
    desiredCount: args.desiredCount ?? 1,
    healthCheckPath: args.healthCheckPath ?? "/",
    executeCommand: args.executeCommand ?? true,
    logRetentionDays: args.logRetentionDays ?? 30,
  };
}

function problemsIn(settings: Settings): (string | undefined)[] {
  return [
    baseNameProblem(settings.name),
    fargateSizeProblem(settings.cpu, settings.memory),
    rangeProblem("containerPort", settings.containerPort, 1, 65535),
    rangeProblem("desiredCount", settings.desiredCount, 0, mostTasks),
    rangeProblem("priority", settings.priority, 1, 50000),
    rangeProblem("pathPatterns.length", settings.pathPatterns.length, 1, 5),
    settings.healthCheckPath.startsWith("/")
      ? undefined
      : `healthCheckPath "${settings.healthCheckPath}" must start with /`,
  ];
}

function rangeProblem(key: string, value: number, min: number, max: number): string | undefined {
  if (Number.isInteger(value) && value >= min && value <= max) return undefined;
  return `${key} ${value} must be a whole number from ${min} to ${max}`;
}

function createCluster({ name, settings, parent }: Step): aws.ecs.Cluster {
  return new aws.ecs.Cluster(
    `${name}-cluster`,
    {
      name: clusterName(settings),
      settings: [{ name: "containerInsights", value: "enabled" }],
    },
    { parent },
  );
}

function createLogGroup({ name, settings, parent }: Step): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { name: logGroupName(settings), retentionInDays: settings.logRetentionDays },
    { parent },
  );
}

function createTaskDefinition(
  { name, settings, parent }: Step,
  roles: TaskRoles,
  logGroup: aws.cloudwatch.LogGroup,
): aws.ecs.TaskDefinition {
  return new aws.ecs.TaskDefinition(
    `${name}-task`,
    {
      family: physicalName("taskFamily", settings.name, pulumi.getStack()),
      requiresCompatibilities: ["FARGATE"],
      cpu: String(settings.cpu),
      memory: String(settings.memory),
      networkMode: "awsvpc",
      runtimePlatform: {
        operatingSystemFamily: "LINUX",
        cpuArchitecture: settings.cpuArchitecture,
      },
      executionRoleArn: roles.executionRole.arn,
      taskRoleArn: roles.taskRole.arn,
      // Plain values only: a preview must know the whole text, or policies could not judge it.
      containerDefinitions: JSON.stringify([containerDefinition(settings)]),
    },
    { parent, dependsOn: [logGroup] },
  );
}

function containerDefinition(settings: Settings) {
  const { containerName, containerPort, image, region, executeCommand } = settings;
  return {
    name: containerName,
    image,
    essential: true,
    portMappings: [{ containerPort, hostPort: containerPort, protocol: "tcp" }],
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroupName(settings),
        "awslogs-region": region,
        "awslogs-stream-prefix": containerName,
      },
    },
    // An init process reaps what a shell opened by ECS Exec leaves behind.
    ...(executeCommand ? { linuxParameters: { initProcessEnabled: true } } : {}),
  };
}

function createSecurityGroup({ name, settings, parent }: Step): aws.ec2.SecurityGroup {
  const physical = physicalName("securityGroup", `${settings.name}-ecs`, pulumi.getStack());
  const securityGroup = new aws.ec2.SecurityGroup(
    `${name}-ecs`,
    {
      name: physical,
      description: `${settings.name} ecs`,
      vpcId: settings.network.vpcId,
      tags: { Name: physical },
    },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-ecs-vpc`,
    {
      securityGroupId: securityGroup.id,
      description: "The container port, from the VPC only",
      ipProtocol: "tcp",
      fromPort: settings.containerPort,
      toPort: settings.containerPort,
      cidrIpv4: settings.network.vpcCidrBlock,
    },
    { parent },
  );
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-ecs-out`,
    {
      securityGroupId: securityGroup.id,
      description: "Image pulls, logs and whatever the application calls",
      ipProtocol: "-1",
      cidrIpv4: "0.0.0.0/0",
    },
    { parent },
  );
  return securityGroup;
}

function createTargetGroup({ name, settings, parent }: Step): aws.lb.TargetGroup {
  // A target group's port cannot change in place: with the port in its name, the new group can
  // stand beside the old one while the service moves.
  const base = `${settings.name}-${settings.containerPort}`;
  return new aws.lb.TargetGroup(
    `${name}-targets`,
    {
      name: physicalName("targetGroup", base, pulumi.getStack()),
      vpcId: settings.network.vpcId,
      port: settings.containerPort,
      protocol: "HTTP",
      targetType: "ip",
      deregistrationDelay: 15,
      healthCheck: {
        port: String(settings.containerPort),
        path: settings.healthCheckPath,
        matcher: "200",
        interval: 10,
        timeout: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
      },
    },
    { parent },
  );
}

function createListenerRule(
  { name, settings, parent }: Step,
  targetGroup: aws.lb.TargetGroup,
): aws.lb.ListenerRule {
  return new aws.lb.ListenerRule(
    `${name}-rule`,
    {
      listenerArn: settings.listenerArn,
      priority: settings.priority,
      actions: [{ type: "forward", targetGroupArn: targetGroup.arn }],
      conditions: [{ pathPattern: { values: settings.pathPatterns } }],
    },
    { parent },
  );
}

interface ServiceParts {
  cluster: aws.ecs.Cluster;
  taskDefinition: aws.ecs.TaskDefinition;
  securityGroup: aws.ec2.SecurityGroup;
  targetGroup: aws.lb.TargetGroup;
  dependsOn: pulumi.Resource[];
}

function createService({ name, settings, parent }: Step, parts: ServiceParts): aws.ecs.Service {
  return new aws.ecs.Service(
    `${name}-service`,
    {
      name: serviceName(settings),
      cluster: parts.cluster.arn,
      taskDefinition: parts.taskDefinition.arn,
      launchType: "FARGATE",
      desiredCount: settings.desiredCount,
      networkConfiguration: {
        subnets: settings.network.taskSubnetIds,
        securityGroups: [parts.securityGroup.id],
        assignPublicIp: settings.network.assignPublicIp,
      },
      loadBalancers: [
        {
          targetGroupArn: parts.targetGroup.arn,
          containerName: settings.containerName,
          containerPort: settings.containerPort,
        },
      ],
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      healthCheckGracePeriodSeconds: 30,
      enableExecuteCommand: settings.executeCommand,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
    },
    { parent, dependsOn: parts.dependsOn, customTimeouts: { delete: "10m" } },
  );
}

const clusterName = (settings: Settings) =>
  physicalName("cluster", settings.name, pulumi.getStack());
const serviceName = (settings: Settings) =>
  physicalName("service", settings.name, pulumi.getStack());
const logGroupName = (settings: Settings) => `/ecs/${serviceName(settings)}`;

/** Source: AWS CLI reference, `ecs execute-command`, `logs tail`, `ecs describe-services`. */
function commandLines(settings: Settings): FargateService["commands"] {
  const region = `--region ${settings.region}`;
  const cluster = `--cluster ${clusterName(settings)}`;
  const service = serviceName(settings);
  const firstTask =
    `$(aws ecs list-tasks ${region} ${cluster} --service-name ${service} ` +
    `--query "taskArns[0]" --output text)`;
  return {
    exec:
      `aws ecs execute-command ${region} ${cluster} --task ${firstTask} ` +
      `--container ${settings.containerName} --interactive --command /bin/sh`,
    logs: `aws logs tail ${region} ${logGroupName(settings)} --follow`,
    describe: `aws ecs describe-services ${region} ${cluster} --services ${service}`,
  };
}
