import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { policyDocument } from "../shared/iamPolicies";
import { physicalName } from "../shared/names";

/** What somebody who looks after the pipeline wants to hear of, and no more. */
const events = [
  "codepipeline-pipeline-pipeline-execution-failed",
  "codepipeline-pipeline-pipeline-execution-succeeded",
  "codepipeline-pipeline-manual-approval-needed",
];

/**
 * Tells an address by e-mail how runs of a pipeline end and when one waits for approval. AWS first
 * sends the address a link that somebody has to follow.
 *
 * Source: Developer Tools console user guide, "Configure Amazon SNS topics for notifications".
 */
export function createNotifications(
  name: string,
  args: { base: string; email: string },
  pipeline: aws.codepipeline.Pipeline,
  parent: pulumi.Resource,
): void {
  const stack = pulumi.getStack();
  const topic = new aws.sns.Topic(
    `${name}-topic`,
    { name: physicalName("topic", args.base, stack) },
    { parent },
  );
  const policy = new aws.sns.TopicPolicy(
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
    { parent },
  );
  new aws.sns.TopicSubscription(
    `${name}-email`,
    { topic: topic.arn, protocol: "email", endpoint: args.email },
    { parent },
  );
  new aws.codestarnotifications.NotificationRule(
    `${name}-notifications`,
    {
      name: physicalName("notificationRule", args.base, stack),
      detailType: "BASIC",
      eventTypeIds: events,
      resource: pipeline.arn,
      targets: [{ address: topic.arn }],
    },
    { parent, dependsOn: [policy] },
  );
}
