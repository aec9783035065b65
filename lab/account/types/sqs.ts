import type { sqs } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { policyProblem } from "../policyDocument";
import { resourceType, type AccountContext } from "../resourceType";
import { exclusive, inputsOf, nameOf, prefixOf, tags, text } from "./shared";

export const QUEUE = "aws:sqs/queue:Queue";

const json = z
  .string()
  .refine((value) => isObjectText(value), "is not a JSON object")
  .optional();

function isObjectText(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}

/** SQS API reference, "CreateQueue", `QueueName`. */
const queueName = z
  .string()
  .regex(
    /^([\w-]{1,80}|[\w-]{1,75}\.fifo)$/,
    "may have up to 80 letters, digits, _ and -, including .fifo at the end for a FIFO queue",
  );

/** SQS API reference, "SetQueueAttributes", `RedrivePolicy`: 1 to 1000 receives. */
const redrive = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().min(1).max(1000),
});

/** Source: terraform-provider-aws, internal/service/sqs/queue.go, `queueSchema`. */
const queue = resourceType({
  token: QUEUE,
  inputs: inputsOf<sqs.QueueArgs>()({
    contentBasedDeduplication: z.boolean().default(false),
    deduplicationScope: z.enum(["messageGroup", "queue"]).optional(),
    delaySeconds: z.int().min(0).max(900).default(0),
    fifoQueue: z.boolean().default(false),
    fifoThroughputLimit: z.enum(["perMessageGroupId", "perQueue"]).optional(),
    kmsDataKeyReusePeriodSeconds: z.int().min(60).max(86_400).optional(),
    kmsMasterKeyId: text,
    maxMessageSize: z.int().min(1024).max(1_048_576).default(262_144),
    messageRetentionSeconds: z.int().min(60).max(1_209_600).default(345_600),
    name: queueName.optional(),
    namePrefix: z
      .string()
      .regex(/^[\w-]{1,54}$/, "may have up to 54 letters, digits, _ and -")
      .optional(),
    policy: text,
    receiveWaitTimeSeconds: z.int().min(0).max(20).default(0),
    redriveAllowPolicy: json,
    redrivePolicy: json,
    region: text,
    sqsManagedSseEnabled: z.boolean().optional(),
    tags,
    visibilityTimeoutSeconds: z.int().min(0).max(43_200).default(30),
  }),
  autoNameMaxLength: 80,
  immutable: ["fifoQueue", "name", "namePrefix", "region"],
  documents: ["policy", "redriveAllowPolicy", "redrivePolicy"],
  computed: [
    "arn",
    "deduplicationScope",
    "fifoThroughputLimit",
    "kmsDataKeyReusePeriodSeconds",
    "name",
    "namePrefix",
    "policy",
    "redriveAllowPolicy",
    "redrivePolicy",
    "sqsManagedSseEnabled",
    "url",
  ],
  rules: [
    exclusive("name", "namePrefix"),
    exclusive("kmsMasterKeyId", "sqsManagedSseEnabled"),
    {
      keys: ["contentBasedDeduplication", "fifoQueue"],
      check: ({ contentBasedDeduplication, fifoQueue }) =>
        contentBasedDeduplication === true && fifoQueue !== true
          ? "can only be set for a FIFO queue"
          : undefined,
    },
    {
      keys: ["name", "fifoQueue"],
      check: ({ name, fifoQueue }) =>
        typeof name === "string" && name.endsWith(".fifo") !== (fifoQueue === true)
          ? "must end in .fifo for a FIFO queue, and for no other"
          : undefined,
    },
  ],
  validate(context, inputs, before) {
    const { name = "", policy, redrivePolicy } = inputs;
    // CreateQueue returns the existing queue if its attributes are the same, and two stacks would share it without
    // knowing.
    if (!before && context.get(QUEUE, urlOf(context, name))) {
      throw new AwsError(
        "QueueAlreadyExists",
        `A queue already exists with the same name and a different value: ${name}`,
      );
    }
    const problem = policy === undefined ? undefined : policyProblem(policy, "queue");
    if (problem !== undefined) {
      throw new AwsError("InvalidAttributeValue", "Invalid value for the parameter Policy.");
    }
    if (redrivePolicy !== undefined) checkRedrive(context, redrivePolicy, inputs.fifoQueue);
  },
  create(context, inputs) {
    const name = `${nameOf(context, inputs)}${inputs.name === undefined && inputs.fifoQueue ? ".fifo" : ""}`;
    const url = urlOf(context, name);
    return {
      id: url,
      outputs: {
        arn: context.arn("sqs", name),
        deduplicationScope: inputs.fifoQueue ? "queue" : "",
        fifoThroughputLimit: inputs.fifoQueue ? "perQueue" : "",
        kmsDataKeyReusePeriodSeconds: 300,
        name,
        ...prefixOf(inputs.namePrefix),
        policy: "",
        redriveAllowPolicy: "",
        redrivePolicy: "",
        // SQS encrypts with its own keys by default.
        sqsManagedSseEnabled: inputs.kmsMasterKeyId === undefined,
        url,
      },
    };
  },
});

const urlOf = ({ accountId, region }: AccountContext, name: string) =>
  `https://sqs.${region}.amazonaws.com/${accountId}/${name}`;

/** SQS developer guide, "Using dead-letter queues": of the same kind and region, and already existing. */
function checkRedrive(context: AccountContext, policy: string, isFifo: boolean): void {
  const given = redrive.safeParse(JSON.parse(policy));
  const target = context
    .list(QUEUE)
    .find(({ outputs }) => outputs.arn === given.data?.deadLetterTargetArn);
  if (!given.success || !target || (target.outputs.fifoQueue === true) !== isFifo) {
    throw new AwsError(
      "InvalidParameterValue",
      `Value ${policy} for parameter RedrivePolicy is invalid. Reason: ` +
        (given.success
          ? "Dead letter target does not exist, or is not of the same type."
          : "it must have a deadLetterTargetArn and a maxReceiveCount from 1 to 1000."),
    );
  }
}

export const sqsTypes = [queue];
