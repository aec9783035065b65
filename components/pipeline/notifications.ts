import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { policyDocument } from "../shared/iamPolicies";
import { physicalName } from "../shared/names";
import { type Transform, transformed } from "../shared/transform";

/** Only the events that matter to the pipeline's maintainers. */
const events = [
  "codepipeline-pipeline-pipeline-execution-failed",
  "codepipeline-pipeline-pipeline-execution-succeeded",
  "codepipeline-pipeline-manual-approval-needed",
];

/** Overrides for the arguments of each resource of the notifications. */
export interface NotificationTransform {
  topic?: Transform<aws.sns.TopicArgs>;
  topicPolicy?: Transform<aws.sns.TopicPolicyArgs>;
  topicSubscription?: Transform<aws.sns.TopicSubscriptionArgs>;
  notificationRule?: Transform<aws.codestarnotifications.NotificationRuleArgs>;
}

/**
 * Notifies an e-mail address how runs of a pipeline end and when one waits for approval. AWS first sends the address a
 * confirmation link.
 *
 * Source: Developer Tools console user guide, "Configure Amazon SNS topics for notifications".
 */
export function createNotifications(
  name: string,
  args: { base: string; email: string; transform: NotificationTransform | undefined },
  pipeline: aws.codepipeline.Pipeline,
  parent: pulumi.Resource,
): void {
  const stack = pulumi.getStack();
  const { transform } = args;
  const topic = new aws.sns.Topic(
    `${name}-topic`,
    transformed(
      `${name}-topic`,
      { name: physicalName("topic", args.base, stack) },
      transform?.topic,
    ),
    { parent },
  );
  const policy = new aws.sns.TopicPolicy(
    `${name}-topic-policy`,
    transformed(
      `${name}-topic-policy`,
      {
        arn: topic.arn,
        policy: policyDocument([
          {
            Effect: "Allow",
            Principal: { Service: "codestar-notifications.amazonaws.com" },
            Action: "sns:Publish",
            Resource: topic.arn,
            Condition: { StringEquals: { "aws:SourceAccount": topic.owner } },
          },
        ]),
      },
      transform?.topicPolicy,
    ),
    { parent },
  );
  new aws.sns.TopicSubscription(
    `${name}-email`,
    transformed(
      `${name}-email`,
      { topic: topic.arn, protocol: "email", endpoint: args.email },
      transform?.topicSubscription,
    ),
    { parent },
  );
  new aws.codestarnotifications.NotificationRule(
    `${name}-notifications`,
    transformed(
      `${name}-notifications`,
      {
        name: physicalName("notificationRule", args.base, stack),
        detailType: "BASIC",
        eventTypeIds: events,
        resource: pipeline.arn,
        targets: [{ address: topic.arn }],
      },
      transform?.notificationRule,
    ),
    { parent, dependsOn: [policy] },
  );
}
