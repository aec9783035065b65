import type { codestarnotifications } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { resourceType } from "../resourceType";
import { arn, inputsOf, tags, text } from "./shared";
import { TOPIC } from "./sns";

const NOTIFICATION_RULE = "aws:codestarnotifications/notificationRule:NotificationRule";

/**
 * The events of a pipeline (Developer Tools console User Guide, "Events for notification rules on pipelines").
 */
const PIPELINE_EVENTS: readonly string[] = [
  ...["action", "stage"].flatMap((what) =>
    ["started", "succeeded", "failed", "canceled"].map((state) => `${what}-execution-${state}`),
  ),
  "stage-execution-resumed",
  ...["started", "succeeded", "failed", "canceled", "resumed", "superseded"].map(
    (state) => `pipeline-execution-${state}`,
  ),
  ...["failed", "needed", "succeeded"].map((state) => `manual-approval-${state}`),
].map((event) => `codepipeline-pipeline-${event}`);

const notificationRule = resourceType({
  token: NOTIFICATION_RULE,
  inputs: inputsOf<codestarnotifications.NotificationRuleArgs>()({
    detailType: z.enum(["BASIC", "FULL"]),
    eventTypeIds: z.array(z.string()).min(1),
    name: z
      .string()
      .regex(/^[\w -]{1,64}$/, "may have up to 64 letters, digits, spaces, _ and -")
      .optional(),
    region: text,
    resource: arn,
    status: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
    tags,
    targets: z
      .array(
        z.strictObject({
          address: arn,
          status: text,
          type: z.literal("SNS", { error: "must be SNS in the offline account" }).default("SNS"),
        }),
      )
      .max(10)
      .optional(),
  }),
  autoNameMaxLength: 64,
  immutable: ["region", "resource"],
  sets: ["eventTypeIds", "targets"],
  computed: ["arn", "name"],
  validate(context, inputs, before) {
    const clash = context
      .list(NOTIFICATION_RULE)
      .find(({ id, outputs }) => outputs.name === inputs.name && id !== before?.id);
    if (clash) {
      throw new AwsError(
        "ResourceAlreadyExistsException",
        `A notification rule with the name ${inputs.name ?? ""} already exists in this account.`,
      );
    }
    const [, pipeline] = /^arn:aws:codepipeline:[^:]+:\d+:(.+)$/.exec(inputs.resource) ?? [];
    if (pipeline === undefined) {
      throw validation(
        `${inputs.resource} is not a pipeline; the offline account only has notification rules for pipelines.`,
      );
    }
    if (!context.get("aws:codepipeline/pipeline:Pipeline", pipeline)) {
      throw new AwsError("ResourceNotFoundException", `Resource not found: ${inputs.resource}`);
    }
    const stranger = inputs.eventTypeIds.find((event) => !PIPELINE_EVENTS.includes(event));
    if (stranger !== undefined) throw validation(`Invalid event type id: ${stranger}`);
    const lost = inputs.targets?.find(({ address }) => !context.get(TOPIC, address));
    if (lost) throw validation(`Invalid target address: ${lost.address}`);
  },
  create(context, { name = "" }) {
    const ruleArn = context.arn(
      "codestar-notifications",
      `notificationrule/${context.hex("rule", 40)}`,
    );
    return { id: ruleArn, outputs: { arn: ruleArn, name } };
  },
});

function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

export const codestarNotificationsTypes = [notificationRule];
