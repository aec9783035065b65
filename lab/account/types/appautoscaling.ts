import type { appautoscaling } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import type { ResourceRecord } from "../record";
import { type AccountContext, resourceType } from "../resourceType";
import { SERVICE } from "./ecs/tokens";
import { balancersOf } from "./elasticloadbalancingv2/lookups";
import { TARGET_GROUP } from "./elasticloadbalancingv2/tokens";
import { arn, count, flag, inputsOf, tags, text, unsupported } from "./shared";

const TARGET = "aws:appautoscaling/target:Target";
const POLICY = "aws:appautoscaling/policy:Policy";
const SCHEDULED_ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction";

/** What policies and actions are about; the offline account scales ECS services only. */
const scaled = {
  resourceId: z
    .string()
    .regex(
      /^service\/[\w-]+\/[\w-]+$/,
      "must be service/<cluster>/<service> in the offline account",
    ),
  scalableDimension: z.literal("ecs:service:DesiredCount"),
  serviceNamespace: z.literal("ecs"),
};

interface Scaled {
  readonly resourceId: string;
  readonly scalableDimension: string;
  readonly serviceNamespace: string;
}

function validationException(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function checkCapacity(minCapacity: number | undefined, maxCapacity: number | undefined): void {
  if (minCapacity === undefined || maxCapacity === undefined || minCapacity <= maxCapacity) return;
  throw validationException("Maximum capacity cannot be less than minimum capacity");
}

const target = resourceType({
  token: TARGET,
  inputs: inputsOf<appautoscaling.TargetArgs>()({
    ...scaled,
    maxCapacity: z.int().min(0),
    minCapacity: z.int().min(0),
    region: text,
    roleArn: arn.optional(),
    suspendedState: z
      .strictObject({
        dynamicScalingInSuspended: z.boolean().default(false),
        dynamicScalingOutSuspended: z.boolean().default(false),
        scheduledScalingSuspended: z.boolean().default(false),
      })
      .optional(),
    tags,
  }),
  immutable: ["region", "resourceId", "roleArn", "scalableDimension", "serviceNamespace"],
  computed: ["arn", "roleArn", "suspendedState"],
  validate(context, { maxCapacity, minCapacity, resourceId }) {
    checkCapacity(minCapacity, maxCapacity);
    const service = context
      .list(SERVICE)
      .find(({ id }) => id.endsWith(`:${context.region}:${context.accountId}:${resourceId}`));
    if (!service) throw validationException(`ECS service doesn't exist: ${resourceId}`);
    if (service.outputs.schedulingStrategy === "DAEMON") {
      throw validationException(
        `ECS service ${resourceId} uses the DAEMON scheduling strategy, which cannot be scaled.`,
      );
    }
  },
  create: (context, { resourceId }) => ({
    id: resourceId,
    outputs: {
      arn: context.arn("application-autoscaling", `scalable-target/${context.hex("target", 36)}`),
      roleArn:
        `arn:aws:iam::${context.accountId}:role/aws-service-role/` +
        "ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService",
      suspendedState: {
        dynamicScalingInSuspended: false,
        dynamicScalingOutSuspended: false,
        scheduledScalingSuspended: false,
      },
    },
  }),
  owned: (context, { id }): ResourceRecord[] =>
    [...context.list(POLICY), ...context.list(SCHEDULED_ACTION)].filter(
      ({ outputs }) => outputs.resourceId === id,
    ),
});

function mustHaveTarget(context: AccountContext, of: Scaled): void {
  if (context.get(TARGET, of.resourceId)) return;
  throw new AwsError(
    "ObjectNotFoundException",
    `No scalable target registered for service namespace: ${of.serviceNamespace}, resource ID: ` +
      `${of.resourceId}, scalable dimension: ${of.scalableDimension}`,
  );
}

const ALB_REQUESTS = "ALBRequestCountPerTarget";

const tracking = z.strictObject({
  customizedMetricSpecification: unsupported,
  disableScaleIn: flag,
  predefinedMetricSpecification: z.strictObject({
    predefinedMetricType: z.enum([
      "ECSServiceAverageCPUUtilization",
      "ECSServiceAverageMemoryUtilization",
      ALB_REQUESTS,
    ]),
    resourceLabel: text,
  }),
  scaleInCooldown: count,
  scaleOutCooldown: count,
  targetValue: z.number().positive(),
});

type Tracking = z.output<typeof tracking>;

const policy = resourceType({
  token: POLICY,
  inputs: inputsOf<appautoscaling.PolicyArgs>()({
    ...scaled,
    name: z.string().min(1).max(256).optional(),
    policyType: z.literal("TargetTrackingScaling", {
      error: "must be TargetTrackingScaling in the offline account",
    }),
    predictiveScalingPolicyConfiguration: unsupported,
    region: text,
    stepScalingPolicyConfiguration: unsupported,
    targetTrackingScalingPolicyConfiguration: tracking,
  }),
  autoNameMaxLength: 256,
  immutable: ["name", "region", "resourceId", "scalableDimension", "serviceNamespace"],
  computed: ["alarmArns", "arn", "name"],
  validate(context, inputs, before) {
    mustHaveTarget(context, inputs);
    const { predefinedMetricSpecification: metric } =
      inputs.targetTrackingScalingPolicyConfiguration;
    const clash = context.list(POLICY).some(({ id, outputs }) => {
      const other = outputs.targetTrackingScalingPolicyConfiguration as Tracking;
      const { predefinedMetricType } = other.predefinedMetricSpecification;
      const isSame = predefinedMetricType === metric.predefinedMetricType;
      return id !== before?.id && outputs.resourceId === inputs.resourceId && isSame;
    });
    if (clash) {
      throw validationException(
        "Only one TargetTrackingScaling policy for a given metric specification is allowed.",
      );
    }
    checkResourceLabel(context, metric);
  },
  create(context, { name = "", ...inputs }) {
    const id = context.hex("policy", 32);
    const alarm = (kind: string) =>
      context.arn(
        "cloudwatch",
        `alarm:TargetTracking-${inputs.resourceId}-Alarm${kind}-${context.hex(kind, 32)}`,
      );
    return {
      id: `${inputs.serviceNamespace}/${inputs.resourceId}/${inputs.scalableDimension}/${name}`,
      outputs: {
        alarmArns: ["High", "Low"].map(alarm),
        arn: context.arn(
          "autoscaling",
          `scalingPolicy:${id}:resource/ecs/${inputs.resourceId}:policyName/${name}`,
        ),
        name,
      },
    };
  },
});

/** Which load balancer's requests are counted, and to which of its target groups. */
function checkResourceLabel(
  context: AccountContext,
  { predefinedMetricType, resourceLabel }: Tracking["predefinedMetricSpecification"],
): void {
  if (predefinedMetricType !== ALB_REQUESTS) {
    if (resourceLabel === undefined) return;
    throw validationException(
      `The predefined metric type ${predefinedMetricType} does not support a resource label.`,
    );
  }
  const match = /^(app\/[^/]+\/[^/]+)\/(targetgroup\/[^/]+\/[^/]+)$/.exec(resourceLabel ?? "");
  const [, balancer, group] = match ?? [];
  const record = context.list(TARGET_GROUP).find(({ outputs }) => outputs.arnSuffix === group);
  const isAttached =
    record !== undefined &&
    balancersOf(context, record.id).some((id) => id.endsWith(`:loadbalancer/${balancer ?? ""}`));
  if (!isAttached) {
    throw validationException(
      `The resource label '${resourceLabel ?? ""}' does not name a load balancer and one of its ` +
        "target groups: app/<name>/<id>/targetgroup/<name>/<id>.",
    );
  }
}

const time = z.iso.datetime({ offset: true }).optional();

const scheduledAction = resourceType({
  token: SCHEDULED_ACTION,
  inputs: inputsOf<appautoscaling.ScheduledActionArgs>()({
    ...scaled,
    endTime: time,
    name: z.string().min(1).max(256).optional(),
    region: text,
    scalableTargetAction: z
      .strictObject({ maxCapacity: count, minCapacity: count })
      .refine(
        ({ maxCapacity, minCapacity }) => (maxCapacity ?? minCapacity) !== undefined,
        "needs minCapacity or maxCapacity",
      ),
    schedule: z.string().min(1),
    startTime: time,
    timezone: z.string().default("UTC"),
  }),
  autoNameMaxLength: 256,
  immutable: ["name", "region", "resourceId", "scalableDimension", "serviceNamespace"],
  computed: ["arn", "name"],
  validate(context, inputs) {
    mustHaveTarget(context, inputs);
    const { maxCapacity, minCapacity } = inputs.scalableTargetAction;
    checkCapacity(minCapacity, maxCapacity);
    if (!isSchedule(inputs.schedule)) {
      throw validationException(`Invalid schedule expression: ${inputs.schedule}`);
    }
    if (!isTimeZone(inputs.timezone)) {
      throw validationException(`Invalid timezone: ${inputs.timezone}`);
    }
  },
  create: (context, { name = "", resourceId, serviceNamespace }) => ({
    id: `${name}-${serviceNamespace}-${resourceId}`,
    outputs: {
      arn: context.arn(
        "autoscaling",
        `scheduledAction:${context.hex("action", 32)}:resource/ecs/${resourceId}:` +
          `scheduledActionName/${name}`,
      ),
      name,
    },
  }),
});

/** Application Auto Scaling User Guide, "Schedule recurring scaling actions using cron expressions". */
function isSchedule(schedule: string): boolean {
  const [, kind, body = ""] = /^(at|rate|cron)\((.+)\)$/.exec(schedule) ?? [];
  switch (kind) {
    case "at":
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body) && !Number.isNaN(Date.parse(`${body}Z`));
    case "rate":
      return /^([1-9]\d*) (minute|hour|day)s?$/.test(body);
    case "cron":
      return body.split(" ").length === 6 && /^[\dA-Z*?,/#\- LW]+$/.test(body);
    default:
      return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const appAutoscalingTypes = [target, policy, scheduledAction];
