import type { scheduler } from "@pulumi/aws";
import { z } from "zod";

import { isTimeZone, parseSchedule } from "../../shared/schedule";
import { AwsError } from "../errors";
import { resourceType } from "../resourceType";
import { strategy } from "./ecs/capacityStrategy";
import { isAssumableBy } from "./iam";
import { arn, inputsOf, tags, text, texts, unsupported } from "./shared";

const SCHEDULE = "aws:scheduler/schedule:Schedule";

const name = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[0-9A-Za-z_.-]+$/, "may have letters, digits and . _ - only");

const time = z.iso.datetime({ offset: true }).optional();

const ecsParameters = z.strictObject({
  capacityProviderStrategies: strategy.max(6).optional(),
  enableEcsManagedTags: z.boolean().optional(),
  enableExecuteCommand: z.boolean().optional(),
  group: z.string().min(1).max(255).optional(),
  launchType: z.enum(["EC2", "FARGATE", "EXTERNAL"]).optional(),
  networkConfiguration: z
    .strictObject({
      assignPublicIp: z.boolean().default(false),
      securityGroups: texts,
      subnets: z.array(z.string()),
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
  taskCount: z.int().min(0).max(10).default(1),
  taskDefinitionArn: arn,
});

/** Of targets the account knows ECS's alone. */
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
  sqsParameters: unsupported,
});

/**
 * A schedule that starts ECS tasks.
 *
 * Source: terraform-provider-aws, internal/service/scheduler/schedule.go, `resourceSchedule`; EventBridge
 * Scheduler API Reference, "CreateSchedule".
 */
const schedule = resourceType({
  token: SCHEDULE,
  inputs: inputsOf<scheduler.ScheduleArgs>()({
    actionAfterCompletion: z.enum(["NONE", "DELETE"]).optional(),
    description: z.string().max(512).optional(),
    endDate: time,
    flexibleTimeWindow: z.strictObject({
      maximumWindowInMinutes: z.int().min(1).max(1440).optional(),
      mode: z.enum(["OFF", "FLEXIBLE"]),
    }),
    groupName: z
      .literal("default", { error: "must be default in the offline account" })
      .default("default"),
    kmsKeyArn: arn.optional(),
    name: name.optional(),
    namePrefix: unsupported,
    region: text,
    scheduleExpression: z.string().min(1).max(256),
    scheduleExpressionTimezone: z.string().min(1).max(50).default("UTC"),
    startDate: time,
    state: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
    target,
  }),
  autoNameMaxLength: 64,
  immutable: ["groupName", "name", "region"],
  computed: ["actionAfterCompletion", "arn", "name", "namePrefix"],
  validate(context, inputs, before) {
    const id = `${inputs.groupName}/${inputs.name ?? ""}`;
    if (!before && context.get(SCHEDULE, id)) {
      throw new AwsError("ConflictException", `Schedule ${inputs.name ?? ""} already exists.`);
    }
    const { flexibleTimeWindow: window, scheduleExpression, scheduleExpressionTimezone } = inputs;
    if (!parseSchedule(scheduleExpression, scheduleExpressionTimezone)) {
      throw validation(`Invalid Schedule Expression ${scheduleExpression}.`);
    }
    if (!isTimeZone(scheduleExpressionTimezone)) {
      throw validation(`Invalid ScheduleExpressionTimezone ${scheduleExpressionTimezone}.`);
    }
    if ((window.mode === "FLEXIBLE") !== (window.maximumWindowInMinutes !== undefined)) {
      throw validation(
        "MaximumWindowInMinutes must be given with the mode FLEXIBLE, and with no other.",
      );
    }
    const { arn: targetArn, ecsParameters: ecs, roleArn } = inputs.target;
    const isCluster = /^arn:aws:ecs:[^:]*:\d*:cluster\//.test(targetArn);
    if (!isCluster || ecs === undefined) {
      throw validation(
        isCluster
          ? "EcsParameters must be specified for a target that is an ECS cluster."
          : `Provided Arn is not in correct format, or no target of the offline account: ${targetArn}`,
      );
    }
    if (!isAssumableBy(context, roleArn, "scheduler.amazonaws.com")) {
      throw validation(
        "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
      );
    }
  },
  create: (context, { groupName, name: given = "" }) => ({
    id: `${groupName}/${given}`,
    outputs: {
      actionAfterCompletion: "NONE",
      arn: context.arn("scheduler", `schedule/${groupName}/${given}`),
      name: given,
      namePrefix: "",
    },
  }),
});

function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export const schedulerTypes = [schedule];
