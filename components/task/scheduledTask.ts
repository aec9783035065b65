import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { allow, createServiceRole, passRoles, policyDocument } from "../shared/iamPolicies";
import { baseNameProblem, physicalName } from "../shared/names";
import { about, rangeProblem, rejectProblems } from "../shared/problems";
import { scheduleExpressionProblem, timeZoneProblem } from "../shared/scheduleExpression";
import { type Transform, transformed } from "../shared/transform";
import type { FargateTask } from "./fargateTask";

/** What EventBridge Scheduler does if a task cannot be started. */
export interface ScheduleRetryPolicy {
  /**
   * Seconds after which it gives up, 60 to 86400.
   * @default 86400, a day
   * @throws outside the range
   */
  maximumEventAgeInSeconds?: number;
  /**
   * Number of times that it tries again, 0 to 185.
   * @default 185
   * @throws outside the range
   */
  maximumRetryAttempts?: number;
}

/** What a scheduled task takes in any language. */
export interface ScheduledTaskInputs {
  /** The task that is run. */
  task: FargateTask;
  /**
   * Base of the physical names of schedule and role; the stack is added. A second schedule of a task needs a different
   * one.
   * @default the task's
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /**
   * When: `rate(1 hour)`, `cron(0 3 * * ? *)` (minutes, hours, day of month, month, day of week, year), or once
   * `at(2026-12-01T03:00:00)`.
   *
   * Source: EventBridge Scheduler user guide, "Schedule types".
   * @throws if it has another form
   */
  scheduleExpression: string;
  /**
   * Time zone of a `cron` or `at`, e.g. `Asia/Tokyo`.
   * @default "UTC"
   * @throws if it is not a name of a time zone, or goes with a `rate`
   */
  scheduleExpressionTimezone?: string;
  /**
   * Window in minutes after the scheduled time in which the task is started, 1 to 1440, so that not all tasks start at
   * once.
   * @default none: at its time
   * @throws outside the range
   */
  flexibleTimeWindowMinutes?: number;
  /**
   * Whether the schedule is active.
   * @default true
   */
  enabled?: boolean;
  /**
   * Number of tasks to start each time, 1 to 10.
   * @default 1
   * @throws outside the range
   */
  taskCount?: number;
  /**
   * Command for the task's own container, instead of its own.
   * @default the task's
   * @throws if it is empty
   */
  command?: string[];
  /**
   * Retries if the task cannot be started. A task that has started and then fails is not retried.
   * @default up to 185 retries for a day
   */
  retryPolicy?: ScheduleRetryPolicy;
  /**
   * ARN of a standard SQS queue in the same region for events whose task could not be started.
   * @default none: they are dropped
   * @throws if it is text but not an ARN of such a queue
   */
  deadLetterQueueArn?: pulumi.Input<string>;
}

/** Overrides for the arguments of each resource that a scheduled task consists of. */
export interface ScheduledTaskTransform {
  schedule?: Transform<aws.scheduler.ScheduleArgs>;
  /** The role with which EventBridge Scheduler starts the task. */
  schedulerRole?: Transform<aws.iam.RoleArgs>;
  schedulerRolePolicy?: Transform<aws.iam.RolePolicyArgs>;
}

export interface ScheduledTaskArgs extends ScheduledTaskInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: ScheduledTaskTransform;
}

/**
 * Runs a task on a schedule. The schedule itself is free for the first 14 million starts a month; each run costs what
 * Fargate charges for the task's size, billed by the second with a minimum of one minute.
 *
 * Its role can start this task in its cluster, pass the task's two roles on to ECS and write to the dead-letter queue,
 * and nothing else.
 *
 * Source: Amazon ECS developer guide, "Using Amazon EventBridge Scheduler to schedule Amazon ECS tasks"; EventBridge
 * Scheduler user guide, "Set up the execution role".
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class ScheduledTask extends pulumi.ComponentResource {
  /** Physical name of the schedule. */
  readonly scheduleName: pulumi.Output<string>;
  /** ARN of the schedule. */
  readonly scheduleArn: pulumi.Output<string>;

  constructor(name: string, args: ScheduledTaskArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:ecs:ScheduledTask", name, {}, opts);
    const base = args.name ?? args.task.run.name;
    rejectProblems(this, [about("name", baseNameProblem(base)), ...problemsIn(args)]);
    const { role, policy } = createRole(name, base, args, this);
    const { flexibleTimeWindowMinutes: minutes } = args;

    const schedule = new aws.scheduler.Schedule(
      `${name}-schedule`,
      transformed(
        `${name}-schedule`,
        {
          name: physicalName("schedule", base, pulumi.getStack()),
          scheduleExpression: args.scheduleExpression,
          scheduleExpressionTimezone: args.scheduleExpressionTimezone ?? "UTC",
          flexibleTimeWindow:
            minutes === undefined
              ? { mode: "OFF" }
              : { mode: "FLEXIBLE", maximumWindowInMinutes: minutes },
          state: args.enabled === false ? "DISABLED" : "ENABLED",
          target: targetOf(args, role),
        },
        args.transform?.schedule,
      ),
      { parent: this, dependsOn: [policy, ...args.task.run.dependsOn] },
    );

    this.scheduleName = schedule.name;
    this.scheduleArn = schedule.arn;
    this.registerOutputs({ scheduleName: this.scheduleName });
  }
}

function targetOf(
  { task, taskCount = 1, command, retryPolicy, deadLetterQueueArn }: ScheduledTaskArgs,
  role: aws.iam.Role,
): aws.types.input.scheduler.ScheduleTarget {
  const { run } = task;
  const overrides = { containerOverrides: [{ name: run.containerName, command }] };
  return {
    arn: run.clusterArn,
    roleArn: role.arn,
    ecsParameters: {
      taskDefinitionArn: run.taskDefinition.arn,
      taskCount,
      ...run.capacity,
      networkConfiguration: {
        subnets: run.subnetIds,
        securityGroups: run.securityGroupIds,
        assignPublicIp: run.assignPublicIp,
      },
      enableExecuteCommand: run.executeCommand,
    },
    ...(command && { input: JSON.stringify(overrides) }),
    retryPolicy: {
      maximumEventAgeInSeconds: retryPolicy?.maximumEventAgeInSeconds ?? 86_400,
      maximumRetryAttempts: retryPolicy?.maximumRetryAttempts ?? 185,
    },
    ...(deadLetterQueueArn !== undefined && { deadLetterConfig: { arn: deadLetterQueueArn } }),
  };
}

/** AWS allows only the schedule's group in the condition; the role and its policy are for this schedule only. */
function createRole(
  name: string,
  base: string,
  { task, deadLetterQueueArn, transform }: ScheduledTaskArgs,
  parent: pulumi.Resource,
) {
  const { run } = task;
  const role = createServiceRole(
    `${name}-scheduler`,
    {
      base: `${base}-scheduler`,
      service: "scheduler.amazonaws.com",
      source: { service: "scheduler", region: run.region, resource: "schedule-group/default" },
      transform: transform?.schedulerRole,
    },
    parent,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-scheduler-run`,
    transformed(
      `${name}-scheduler-run`,
      {
        role: role.id,
        policy: policyDocument([
          // Allows every revision: with only the newest, the previous one could not be started during an update.
          allow("ecs:RunTask", pulumi.interpolate`${run.taskDefinition.arnWithoutRevision}:*`, {
            ArnEquals: { "ecs:cluster": run.clusterArn },
          }),
          passRoles(run.roleArns, "ecs-tasks.amazonaws.com"),
          ...(deadLetterQueueArn === undefined
            ? []
            : [allow("sqs:SendMessage", deadLetterQueueArn)]),
        ]),
      },
      transform?.schedulerRolePolicy,
    ),
    { parent },
  );
  return { role, policy };
}

function problemsIn(args: ScheduledTaskArgs): (string | undefined)[] {
  const { flexibleTimeWindowMinutes: minutes, taskCount = 1, retryPolicy = {} } = args;
  const { maximumEventAgeInSeconds = 86_400, maximumRetryAttempts = 185 } = retryPolicy;
  const { deadLetterQueueArn: queue, scheduleExpressionTimezone: zone } = args;
  return [
    scheduleExpressionProblem("scheduleExpression", args.scheduleExpression),
    zone !== undefined && args.scheduleExpression.startsWith("rate(")
      ? "scheduleExpressionTimezone is for cron and at; a rate is the same in every time zone; leave it out"
      : undefined,
    zone === undefined ? undefined : timeZoneProblem("scheduleExpressionTimezone", zone),
    minutes === undefined ? undefined : rangeProblem("flexibleTimeWindowMinutes", minutes, 1, 1440),
    rangeProblem("taskCount", taskCount, 1, 10),
    args.command?.length === 0 ? "command is empty; leave it out for the task's own" : undefined,
    rangeProblem("retryPolicy.maximumEventAgeInSeconds", maximumEventAgeInSeconds, 60, 86_400),
    rangeProblem("retryPolicy.maximumRetryAttempts", maximumRetryAttempts, 0, 185),
    typeof queue === "string" && (!/^arn:[\w-]+:sqs:[^:]+:\d{12}:.+$/.test(queue) || isFifo(queue))
      ? `deadLetterQueueArn "${queue}" must be the ARN of a standard queue of SQS`
      : undefined,
  ];
}

const isFifo = (queueArn: string) => queueArn.endsWith(".fifo");
