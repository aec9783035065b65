import { z } from "zod";

import { AwsError } from "../../errors";
import type { AccountContext } from "../../resourceType";
import { TARGET } from "./tokens";

/** The target of policies and actions; the offline account only scales ECS services. */
export const scaled = {
  resourceId: z
    .string()
    .regex(
      /^service\/[\w-]+\/[\w-]+$/,
      "must be service/<cluster>/<service> in the offline account",
    ),
  scalableDimension: z.literal("ecs:service:DesiredCount"),
  serviceNamespace: z.literal("ecs"),
};

export interface Scaled {
  readonly resourceId: string;
  readonly scalableDimension: string;
  readonly serviceNamespace: string;
}

export function validationException(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export function checkCapacity(
  minCapacity: number | undefined,
  maxCapacity: number | undefined,
): void {
  if (minCapacity === undefined || maxCapacity === undefined || minCapacity <= maxCapacity) return;
  throw validationException("Maximum capacity cannot be less than minimum capacity");
}

export function mustHaveTarget(context: AccountContext, of: Scaled): void {
  if (context.get(TARGET, of.resourceId)) return;
  throw new AwsError(
    "ObjectNotFoundException",
    `No scalable target registered for service namespace: ${of.serviceNamespace}, resource ID: ` +
      `${of.resourceId}, scalable dimension: ${of.scalableDimension}`,
  );
}
