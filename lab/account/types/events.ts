import type { cloudwatch } from "@pulumi/aws";
import { z } from "zod";

import { parseSchedule } from "../../shared/schedule";
import { AwsError } from "../errors";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext } from "../resourceType";
import { strategy } from "./ecs/capacityStrategy";
import { isAssumableBy } from "./iam";
import {
  arn,
  exclusive,
  flag,
  inputsOf,
  jsonMeaning,
  tags,
  text,
  texts,
  unsupported,
} from "./shared";

const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

/** Amazon EventBridge User Guide, "Amazon EventBridge quotas". */
const TARGETS_PER_RULE = 5;

const ruleName = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\w.-]+$/, "may only contain letters, digits and . _ -");

/** Buses other than the default one are a resource type that this account does not support. */
const eventBusName = z
  .literal("default", { error: "must be default in the offline account" })
  .default("default");

const rule = resourceType({
  token: RULE,
  inputs: inputsOf<cloudwatch.EventRuleArgs>()({
    description: z.string().max(512).optional(),
    eventBusName,
    eventPattern: text,
    forceDestroy: z.boolean().default(false),
    isEnabled: unsupported,
    name: ruleName.optional(),
    namePrefix: unsupported,
    region: text,
    roleArn: arn.optional(),
    scheduleExpression: z.string().max(256).optional(),
    state: z
      .enum(["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"])
      .default("ENABLED"),
    tags,
  }),
  autoNameMaxLength: 64,
  immutable: ["eventBusName", "name", "region"],
  documents: ["eventPattern"],
  computed: ["arn", "name", "namePrefix"],
  validate(context, inputs, before) {
    if (!before && context.get(RULE, inputs.name ?? "")) {
      throw new AwsError(
        "ResourceAlreadyExistsException",
        `Rule ${inputs.name ?? ""} already exists.`,
      );
    }
    const { eventPattern, scheduleExpression } = inputs;
    if (eventPattern === undefined && scheduleExpression === undefined) {
      throw validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
    }
    if (scheduleExpression !== undefined && !parseSchedule(scheduleExpression)) {
      throw validation("Parameter ScheduleExpression is not valid.");
    }
    if (eventPattern === undefined) return;
    const problem = patternProblem(jsonMeaning(eventPattern));
    if (problem !== undefined) {
      throw new AwsError(
        "InvalidEventPatternException",
        `Event pattern is not valid. Reason: ${problem}`,
      );
    }
  },
  create: (context, { name = "" }) => ({
    id: name,
    outputs: { arn: context.arn("events", `rule/${name}`), name, namePrefix: "" },
  }),
  beforeDelete(context, { id, inputs }) {
    if (inputs.forceDestroy !== true && targetsOf(context, id).length > 0) {
      throw validation("Rule can't be deleted since it has targets.");
    }
  },
  owned: (context, { id }) => targetsOf(context, id),
});

/** Amazon EventBridge User Guide, "Creating Amazon EventBridge event patterns": objects, with arrays at their leaves. */
function patternProblem(pattern: unknown, path = ""): string | undefined {
  if (typeof pattern !== "object" || pattern === null || Array.isArray(pattern)) {
    return path === ""
      ? "Filter is not an object"
      : `"${path}" must be an object or an array at [Source]`;
  }
  const entries = Object.entries(pattern);
  if (entries.length === 0) return "Empty objects are not allowed";
  for (const [key, value] of entries) {
    const inner = path === "" ? key : `${path}.${key}`;
    if (Array.isArray(value)) {
      if (value.length === 0) return `Empty arrays are not allowed ("${inner}")`;
      continue;
    }
    const problem = patternProblem(value, inner);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/**
 * How a target starts tasks.
 *
 * Source: terraform-provider-aws, internal/service/events/target.go, `resourceTarget`.
 */
const ecsTarget = z.strictObject({
  capacityProviderStrategies: strategy.optional(),
  enableEcsManagedTags: z.boolean().default(false),
  enableExecuteCommand: z.boolean().default(false),
  group: z.string().min(1).max(255).optional(),
  launchType: z.enum(["EC2", "FARGATE", "EXTERNAL"]).optional(),
  networkConfiguration: z
    .strictObject({
      assignPublicIp: z.boolean().default(false),
      securityGroups: texts,
      subnets: z.array(z.string()),
    })
    .optional(),
  orderedPlacementStrategies: z
    .array(
      z.strictObject({
        field: z.string().max(255).optional(),
        type: z.enum(["random", "spread", "binpack"]),
      }),
    )
    .max(5)
    .optional(),
  placementConstraints: z
    .array(z.strictObject({ expression: text, type: z.enum(["distinctInstance", "memberOf"]) }))
    .max(10)
    .optional(),
  platformVersion: z.string().max(1600).optional(),
  propagateTags: z.literal("TASK_DEFINITION").optional(),
  tags,
  taskCount: z.int().min(1).default(1),
  taskDefinitionArn: arn,
});

const target = resourceType({
  token: TARGET,
  inputs: inputsOf<cloudwatch.EventTargetArgs>()({
    appsyncTarget: unsupported,
    arn,
    batchTarget: unsupported,
    deadLetterConfig: unsupported,
    ecsTarget: ecsTarget.optional(),
    eventBusName,
    forceDestroy: flag,
    httpTarget: unsupported,
    input: text,
    inputPath: text,
    inputTransformer: z
      .strictObject({
        inputPaths: z.record(z.string(), z.string()).optional(),
        inputTemplate: z.string().min(1).max(8192),
      })
      .optional(),
    kinesisTarget: unsupported,
    redshiftTarget: unsupported,
    region: text,
    retryPolicy: z
      .strictObject({
        maximumEventAgeInSeconds: z.int().min(60).max(86_400).optional(),
        maximumRetryAttempts: z.int().min(0).max(185).optional(),
      })
      .optional(),
    roleArn: arn.optional(),
    rule: ruleName,
    runCommandTargets: unsupported,
    sagemakerPipelineTarget: unsupported,
    sqsTarget: unsupported,
    targetId: ruleName.optional(),
  }),
  immutable: ["eventBusName", "region", "rule", "targetId"],
  computed: ["targetId"],
  rules: [exclusive("input", "inputPath", "inputTransformer")],
  validate(context, inputs, before) {
    if (!context.get(RULE, inputs.rule)) {
      throw new AwsError(
        "ResourceNotFoundException",
        `Rule ${inputs.rule} does not exist on EventBus default.`,
      );
    }
    if (!before && targetsOf(context, inputs.rule).length >= TARGETS_PER_RULE) {
      throw new AwsError(
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
      );
    }
    const isCluster = /^arn:aws:ecs:[^:]*:\d*:cluster\//.test(inputs.arn);
    if (isCluster !== (inputs.ecsTarget !== undefined)) {
      throw validation(
        isCluster
          ? `Parameter(s) EcsParameters must be specified for target: ${inputs.targetId ?? inputs.arn}.`
          : `Parameter EcsParameters is not valid for target ${inputs.arn}: it is not an ECS cluster.`,
      );
    }
    if (inputs.roleArn === undefined) {
      if (!isCluster && !inputs.arn.startsWith("arn:aws:codepipeline:")) return;
      throw validation(`RoleArn is required for target ${inputs.arn}.`);
    }
    if (!isAssumableBy(context, inputs.roleArn, "events.amazonaws.com")) {
      throw validation(
        `Provided role '${inputs.roleArn}' cannot be assumed by principal 'events.amazonaws.com'.`,
      );
    }
  },
  create(context, inputs) {
    const targetId = inputs.targetId ?? `terraform-${context.hex("target", 26)}`;
    return { id: `${inputs.rule}-${targetId}`, outputs: { targetId } };
  },
});

function targetsOf(context: AccountContext, name: string): readonly ResourceRecord[] {
  return context.list(TARGET).filter(({ outputs }) => outputs.rule === name);
}

function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export const eventsTypes = [rule, target];
