import type { scheduler } from "@pulumi/aws";
import { z } from "zod";

import { isTimeZone, parseSchedule } from "../../shared/schedule";
import { AwsError } from "../errors";
import { resourceType } from "../resourceType";
import { strategy } from "./ecs/capacityStrategy";
import { isAssumableBy } from "./iam";
import {
  arn,
  exclusive,
  flag,
  inputsOf,
  nameOf,
  prefixOf,
  tags,
  text,
  texts,
  unsupported,
} from "./shared";

const SCHEDULE = "aws:scheduler/schedule:Schedule";

const date = z.iso.datetime({ offset: true }).optional();

/** EventBridge Scheduler API reference, "EcsParameters". */
const ecsParameters = z.strictObject({
  capacityProviderStrategies: strategy.max(6).optional(),
  enableEcsManagedTags: flag,
  enableExecuteCommand: flag,
  group: z.string().min(1).max(255).optional(),
  launchType: z.enum(["EC2", "FARGATE", "EXTERNAL"]).optional(),
  networkConfiguration: z
    .strictObject({
      assignPublicIp: z.boolean().default(false),
      securityGroups: texts,
      subnets: z.array(z.string()).min(1).max(16),
    })
    .optional(),
  placementConstraints: z
    .array(z.strictObject({ expression: text, type: z.enum(["distinctInstance", "memberOf"]) }))
    .max(10)
    .optional(),
  placementStrategies: z
    .array(z.strictObject({ field: text, type: z.enum(["random", "spread", "binpack"]) }))
    .max(5)
    .optional(),
  platformVersion: text,
  propagateTags: z.literal("TASK_DEFINITION").optional(),
  referenceId: text,
  tags,
  taskCount: z.int().min(1).max(10).default(1),
  taskDefinitionArn: arn,
});

/** What a schedule starts; of the templated targets, the account supports ECS and queues. */
const target = z.strictObject({
  arn,
  deadLetterConfig: z.strictObject({ arn }).optional(),
  ecsParameters: ecsParameters.optional(),
  eventbridgeParameters: unsupported,
  input: z.string().min(1).optional(),
  kinesisParameters: unsupported,
  retryPolicy: z
    .strictObject({
      maximumEventAgeInSeconds: z.int().min(60).max(86_400).default(86_400),
      maximumRetryAttempts: z.int().min(0).max(185).default(185),
    })
    .optional(),
  roleArn: arn,
  sagemakerPipelineParameters: unsupported,
  sqsParameters: z
    .strictObject({ messageGroupId: z.string().min(1).max(128).optional() })
    .optional(),
});

/**
 * A schedule of EventBridge Scheduler.
 *
 * Source: terraform-provider-aws, internal/service/scheduler/schedule.go, `resourceSchedule`; EventBridge Scheduler API
 * reference, "CreateSchedule".
 */
const schedule = resourceType({
  token: SCHEDULE,
  inputs: inputsOf<scheduler.ScheduleArgs>()({
    actionAfterCompletion: z.enum(["NONE", "DELETE"]).optional(),
    description: z.string().max(512).optional(),
    endDate: date,
    flexibleTimeWindow: z.strictObject({
      maximumWindowInMinutes: z.int().min(1).max(1440).optional(),
      mode: z.enum(["OFF", "FLEXIBLE"]),
    }),
    // Other groups are a resource type that this account does not support.
    groupName: z.literal("default", { error: "must be default in the offline account" }).optional(),
    kmsKeyArn: arn.optional(),
    name: z
      .string()
      .regex(/^[\w.-]{1,64}$/, "may have up to 64 letters, digits and . _ -")
      .optional(),
    namePrefix: z
      .string()
      .regex(/^[\w.-]{1,38}$/, "may have up to 38 letters, digits and . _ -")
      .optional(),
    region: text,
    scheduleExpression: z.string().min(1).max(256),
    scheduleExpressionTimezone: z.string().min(1).max(50).default("UTC"),
    startDate: date,
    state: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
    target,
  }),
  autoNameMaxLength: 64,
  immutable: ["groupName", "name", "namePrefix", "region"],
  computed: ["actionAfterCompletion", "arn", "groupName", "name", "namePrefix"],
  rules: [exclusive("name", "namePrefix")],
  validate(context, inputs, before) {
    const { scheduleExpression: expression, scheduleExpressionTimezone: zone } = inputs;
    if (!before && context.get(SCHEDULE, `default/${inputs.name ?? ""}`)) {
      throw new AwsError("ConflictException", `Schedule ${inputs.name ?? ""} already exists.`);
    }
    if (!isTimeZone(zone)) throw validation(`Invalid Schedule Expression Timezone ${zone}.`);
    if (!parseSchedule(expression, zone)) {
      throw validation(`Invalid Schedule Expression ${expression}.`);
    }
    const { mode, maximumWindowInMinutes } = inputs.flexibleTimeWindow;
    if ((mode === "FLEXIBLE") !== (maximumWindowInMinutes !== undefined)) {
      throw validation(
        `FlexibleTimeWindow of mode ${mode} ${mode === "OFF" ? "has no" : "needs a"} MaximumWindowInMinutes.`,
      );
    }
    const { arn: targetArn, ecsParameters: ecs, roleArn } = inputs.target;
    const isCluster = /^arn:aws:ecs:[^:]*:\d*:cluster\//.test(targetArn);
    if (isCluster !== (ecs !== undefined)) {
      throw validation(
        isCluster
          ? `EcsParameters must be specified for the target ${targetArn}.`
          : `EcsParameters are not valid for the target ${targetArn}: it is not an ECS cluster.`,
      );
    }
    if (!isAssumableBy(context, roleArn, "scheduler.amazonaws.com")) {
      throw validation(
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
      );
    }
  },
  create(context, inputs) {
    const name = nameOf(context, inputs);
    return {
      id: `default/${name}`,
      outputs: {
        actionAfterCompletion: "NONE",
        arn: context.arn("scheduler", `schedule/default/${name}`),
        groupName: "default",
        name,
        ...prefixOf(inputs.namePrefix),
      },
    };
  },
});

function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export const schedulerTypes = [schedule];
