import type { cloudwatch } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { resourceType } from "../resourceType";
import { arn, exclusive, flag, inputsOf, nameOf, prefixOf, tags, text } from "./shared";

/** CloudWatch Logs API, PutRetentionPolicy; 0 keeps logs forever. */
const RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
  3288, 3653,
];

const logGroupName = z
  .string()
  .min(1)
  .max(512)
  .regex(/^[.\-_/#A-Za-z0-9]+$/, "may only contain letters, digits and . - _ / #");

export const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

export const logGroup = resourceType({
  token: LOG_GROUP,
  inputs: inputsOf<cloudwatch.LogGroupArgs>()({
    deletionProtectionEnabled: flag,
    kmsKeyId: arn.optional(),
    logGroupClass: z.enum(["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"]).optional(),
    name: logGroupName.optional(),
    namePrefix: logGroupName.max(486).optional(),
    region: text,
    retentionInDays: z
      .int()
      .refine(
        (days) => RETENTION_DAYS.includes(days),
        `must be one of ${RETENTION_DAYS.join(", ")}`,
      )
      .default(0),
    skipDestroy: z.boolean().default(false),
    tags,
  }),
  autoNameMaxLength: 512,
  immutable: ["name", "namePrefix", "logGroupClass", "region"],
  computed: ["arn", "deletionProtectionEnabled", "logGroupClass", "name", "namePrefix"],
  rules: [exclusive("name", "namePrefix")],
  create(context, inputs) {
    const name = nameOf(context, inputs);
    if (context.get(LOG_GROUP, name)) {
      throw new AwsError(
        "ResourceAlreadyExistsException",
        `The specified log group already exists: ${name}`,
      );
    }
    return {
      id: name,
      outputs: {
        arn: context.arn("logs", `log-group:${name}`),
        deletionProtectionEnabled: false,
        logGroupClass: "STANDARD",
        name,
        ...prefixOf(inputs.namePrefix),
      },
    };
  },
  beforeDelete(_context, record) {
    if (record.outputs.deletionProtectionEnabled === true) {
      throw new AwsError(
        "ValidationException",
        `The log group ${record.id} has deletion protection enabled`,
      );
    }
  },
});

export const cloudwatchLogsTypes = [logGroup];
