import type { AnyResourceType } from "../resourceType";
import { acmTypes } from "./acm";
import { appAutoscalingTypes } from "./appautoscaling";
import { autoscalingTypes } from "./autoscaling";
import { cloudwatchTypes } from "./cloudwatch";
import { cloudwatchLogsTypes } from "./cloudwatchlogs";
import { codebuildTypes } from "./codebuild";
import { codecommitTypes } from "./codecommit";
import { codeconnectionsTypes } from "./codeconnections";
import { codedeployTypes } from "./codedeploy";
import { codepipelineTypes } from "./codepipeline";
import { codestarNotificationsTypes } from "./codestarnotifications";
import { dockerBuildTypes } from "./dockerBuild";
import { ec2Types } from "./ec2";
import { ecrTypes, pushedImageTypes } from "./ecr";
import { ecsTypes } from "./ecs";
import { elasticLoadBalancingTypes } from "./elasticloadbalancingv2";
import { eventsTypes } from "./events";
import { iamTypes } from "./iam";
import { kmsTypes } from "./kms";
import { randomTypes } from "./random";
import { route53Types } from "./route53";
import { s3Types } from "./s3";
import { schedulerTypes } from "./scheduler";
import { secretsManagerTypes } from "./secretsmanager";
import { serviceDiscoveryTypes } from "./servicediscovery";
import { snsTypes } from "./sns";
import { sqsTypes } from "./sqs";
import { wafTypes } from "./wafv2";

/** Every resource type that programs can declare. To add a type, add its declaration to its service's list. */
export const resourceTypes: readonly AnyResourceType[] = [
  ...ec2Types,
  ...autoscalingTypes,
  ...elasticLoadBalancingTypes,
  ...ecsTypes,
  ...ecrTypes,
  ...dockerBuildTypes,
  ...appAutoscalingTypes,
  ...iamTypes,
  ...s3Types,
  ...codebuildTypes,
  ...codepipelineTypes,
  ...codecommitTypes,
  ...codeconnectionsTypes,
  ...codedeployTypes,
  ...codestarNotificationsTypes,
  ...eventsTypes,
  ...schedulerTypes,
  ...kmsTypes,
  ...snsTypes,
  ...sqsTypes,
  ...wafTypes,
  ...cloudwatchTypes,
  ...cloudwatchLogsTypes,
  ...secretsManagerTypes,
  ...serviceDiscoveryTypes,
  ...acmTypes,
  ...route53Types,
  ...randomTypes,
];

const byToken = new Map(
  [...resourceTypes, ...pushedImageTypes].flatMap((type) =>
    [type.token, ...(type.aliases ?? [])].map((token) => [token, type] as const),
  ),
);

/** The type with that token or alias, if the account has it. */
export function resourceTypeOf(token: string): AnyResourceType | undefined {
  return byToken.get(token);
}
