import type { appautoscaling } from "@pulumi/aws";
import { z } from "zod";

import { type AccountContext, resourceType } from "../../resourceType";
import { inputsOf, text, unsupported } from "../shared";
import { mustHaveTarget, scaled, validationException } from "./scaled";
import { checkStepScaling, stepScaling, stepScalingMeaning } from "./stepScaling";
import { checkTargetTracking, targetTracking } from "./targetTracking";
import { POLICY } from "./tokens";

export const policy = resourceType({
  token: POLICY,
  inputs: inputsOf<appautoscaling.PolicyArgs>()({
    ...scaled,
    name: z.string().min(1).max(256).optional(),
    policyType: z
      .enum(["StepScaling", "TargetTrackingScaling"], {
        error: "must be StepScaling or TargetTrackingScaling in the offline account",
      })
      .default("StepScaling"),
    predictiveScalingPolicyConfiguration: unsupported,
    region: text,
    stepScalingPolicyConfiguration: stepScaling.optional(),
    targetTrackingScalingPolicyConfiguration: targetTracking.optional(),
  }),
  autoNameMaxLength: 256,
  immutable: ["name", "region", "resourceId", "scalableDimension", "serviceNamespace"],
  meaning: { stepScalingPolicyConfiguration: stepScalingMeaning },
  computed: ["alarmArns", "arn", "name"],
  validate(context, inputs, before) {
    mustHaveTarget(context, inputs);
    const {
      policyType,
      stepScalingPolicyConfiguration: steps,
      targetTrackingScalingPolicyConfiguration: tracking,
    } = inputs;
    const isBySteps = policyType === "StepScaling";
    if (
      (isBySteps ? steps : tracking) === undefined ||
      (isBySteps ? tracking : steps) !== undefined
    ) {
      throw validationException(
        `The policy type ${policyType} takes ${policyType.replace("Scaling", "")}ScalingPolicyConfiguration, ` +
          "and no other.",
      );
    }
    if (steps !== undefined) checkStepScaling(steps);
    if (tracking !== undefined) {
      checkTargetTracking(context, tracking, othersOf(context, inputs.resourceId, before?.id));
    }
  },
  create(context, { name = "", ...inputs }) {
    const id = context.hex("policy", 32);
    const alarm = (kind: string) =>
      context.arn(
        "cloudwatch",
        `alarm:TargetTracking-${inputs.resourceId}-Alarm${kind}-${context.hex(kind, 32)}`,
      );
    const isTracking = inputs.policyType === "TargetTrackingScaling";
    return {
      id: `${inputs.serviceNamespace}/${inputs.resourceId}/${inputs.scalableDimension}/${name}`,
      outputs: {
        // Alarms of a step scaling policy are created elsewhere.
        alarmArns: isTracking ? ["High", "Low"].map(alarm) : [],
        arn: context.arn(
          "autoscaling",
          `scalingPolicy:${id}:resource/ecs/${inputs.resourceId}:policyName/${name}`,
        ),
        name,
      },
    };
  },
});

/** Configurations of the target's other policies. */
function othersOf(context: AccountContext, resourceId: string, except: string | undefined) {
  return context
    .list(POLICY)
    .filter(({ id, outputs }) => id !== except && outputs.resourceId === resourceId)
    .flatMap(({ inputs }) => {
      const tracking = inputs.targetTrackingScalingPolicyConfiguration;
      return tracking === undefined ? [] : [tracking as z.output<typeof targetTracking>];
    });
}
