import type { appautoscaling } from "@pulumi/aws";
import { z } from "zod";

import { isTimeZone } from "../../../shared/schedule";
import { resourceType } from "../../resourceType";
import { count, inputsOf, text } from "../shared";
import { checkCapacity, mustHaveTarget, scaled, validationException } from "./scaled";
import { SCHEDULED_ACTION } from "./tokens";

const time = z.iso.datetime({ offset: true }).optional();

export const scheduledAction = resourceType({
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
