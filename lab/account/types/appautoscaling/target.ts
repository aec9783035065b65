import type { appautoscaling } from "@pulumi/aws";
import { z } from "zod";

import type { ResourceRecord } from "../../record";
import { resourceType } from "../../resourceType";
import { SERVICE } from "../ecs/tokens";
import { arn, inputsOf, tags, text } from "../shared";
import { checkCapacity, scaled, validationException } from "./scaled";
import { POLICY, SCHEDULED_ACTION, TARGET } from "./tokens";

export const target = resourceType({
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
