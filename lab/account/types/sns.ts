import type { sns } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { policyProblem } from "../policyDocument";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext } from "../resourceType";
import { arn, flag, inputsOf, mustExist, tags, text, unsupported, uuid } from "./shared";

export const TOPIC = "aws:sns/topic:Topic";
const TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

const percent = z.int().min(0).max(100).optional();

const topic = resourceType({
  token: TOPIC,
  inputs: inputsOf<sns.TopicArgs>()({
    applicationFailureFeedbackRoleArn: arn.optional(),
    applicationSuccessFeedbackRoleArn: arn.optional(),
    applicationSuccessFeedbackSampleRate: percent,
    archivePolicy: unsupported,
    contentBasedDeduplication: unsupported,
    deliveryPolicy: text,
    displayName: z.string().max(100).optional(),
    fifoThroughputScope: unsupported,
    fifoTopic: unsupported,
    firehoseFailureFeedbackRoleArn: arn.optional(),
    firehoseSuccessFeedbackRoleArn: arn.optional(),
    firehoseSuccessFeedbackSampleRate: percent,
    httpFailureFeedbackRoleArn: arn.optional(),
    httpSuccessFeedbackRoleArn: arn.optional(),
    httpSuccessFeedbackSampleRate: percent,
    kmsMasterKeyId: text,
    lambdaFailureFeedbackRoleArn: arn.optional(),
    lambdaSuccessFeedbackRoleArn: arn.optional(),
    lambdaSuccessFeedbackSampleRate: percent,
    name: z
      .string()
      .regex(/^[\w-]{1,256}$/, "may have up to 256 letters, digits, _ and -")
      .optional(),
    namePrefix: unsupported,
    policy: unsupported,
    region: text,
    signatureVersion: z.int().min(1).max(2).optional(),
    sqsFailureFeedbackRoleArn: arn.optional(),
    sqsSuccessFeedbackRoleArn: arn.optional(),
    sqsSuccessFeedbackSampleRate: percent,
    tags,
    tracingConfig: z.enum(["Active", "PassThrough"]).optional(),
  }),
  autoNameMaxLength: 256,
  immutable: ["name", "region"],
  computed: [
    "arn",
    "beginningArchiveTime",
    "fifoThroughputScope",
    "name",
    "namePrefix",
    "owner",
    "policy",
    "signatureVersion",
    "tracingConfig",
  ],
  validate(context, { name }, before) {
    // CreateTopic would return the existing topic, and two stacks would share it without knowing.
    if (!before && context.get(TOPIC, context.arn("sns", name ?? ""))) {
      throw new AwsError(
        "InvalidParameter",
        `Invalid parameter: Attributes Reason: Topic ${name ?? ""} already exists with different attributes`,
      );
    }
  },
  create(context, { name = "" }) {
    const topicArn = context.arn("sns", name);
    return {
      id: topicArn,
      outputs: {
        arn: topicArn,
        beginningArchiveTime: "",
        fifoThroughputScope: "",
        name,
        namePrefix: "",
        owner: context.accountId,
        policy: "",
        signatureVersion: 1,
        tracingConfig: "PassThrough",
      },
    };
  },
  owned: (context, { id }): ResourceRecord[] => [
    ...context.list(TOPIC_POLICY).filter((policy) => policy.id === id),
    ...context.list(SUBSCRIPTION).filter(({ outputs }) => outputs.topic === id),
  ],
});

function mustHaveTopic(context: AccountContext, topicArn: string): void {
  mustExist(context, TOPIC, topicArn, "NotFound", "Topic does not exist");
}

const topicPolicy = resourceType({
  token: TOPIC_POLICY,
  inputs: inputsOf<sns.TopicPolicyArgs>()({ arn, policy: z.string(), region: text }),
  immutable: ["arn", "region"],
  documents: ["policy"],
  computed: ["owner"],
  validate(context, inputs) {
    mustHaveTopic(context, inputs.arn);
    const problem = policyProblem(inputs.policy, "topic");
    if (problem !== undefined) {
      throw new AwsError("InvalidParameter", `Invalid parameter: Policy Error: ${problem}`);
    }
  },
  create: (context, inputs) => ({ id: inputs.arn, outputs: { owner: context.accountId } }),
});

const subscription = resourceType({
  token: SUBSCRIPTION,
  inputs: inputsOf<sns.TopicSubscriptionArgs>()({
    confirmationTimeoutInMinutes: z.int().default(1),
    deliveryPolicy: text,
    endpoint: z.string().min(1),
    endpointAutoConfirms: z.boolean().default(false),
    filterPolicy: text,
    filterPolicyScope: z.enum(["MessageAttributes", "MessageBody"]).optional(),
    protocol: z.enum(["email", "email-json", "http", "https", "lambda", "sms", "sqs"]),
    rawMessageDelivery: flag,
    redrivePolicy: text,
    region: text,
    replayPolicy: unsupported,
    subscriptionRoleArn: unsupported,
    topic: arn,
  }),
  immutable: ["endpoint", "protocol", "region", "topic"],
  computed: [
    "arn",
    "confirmationWasAuthenticated",
    "filterPolicyScope",
    "ownerId",
    "pendingConfirmation",
  ],
  validate(context, inputs) {
    mustHaveTopic(context, inputs.topic);
    const isAddress = /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(inputs.endpoint);
    if (inputs.protocol.startsWith("email") && !isAddress) {
      throw new AwsError("InvalidParameter", "Invalid parameter: Email address");
    }
  },
  create(context, inputs) {
    const subscriptionArn = `${inputs.topic}:${uuid(context, "subscription")}`;
    return {
      id: subscriptionArn,
      outputs: {
        arn: subscriptionArn,
        confirmationWasAuthenticated: false,
        filterPolicyScope: "",
        ownerId: context.accountId,
        // Until the recipient follows the link in the first message.
        pendingConfirmation: inputs.protocol.startsWith("email"),
      },
    };
  },
});

export const snsTypes = [topic, topicPolicy, subscription];
