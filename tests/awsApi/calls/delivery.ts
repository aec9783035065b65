import { call } from "../call";
import { block, blocks, type CallsOf, type Inputs, nameOf, when, without } from "./resource";

/** codebuild/project.go; the schema's defaults, which AWS requires. */
const projectOf = (inputs: Inputs) => {
  const { environment, logsConfig, ...rest } = inputs;
  const { environmentVariables, ...machine } = block(environment);
  const logs = block(logsConfig);
  const variables = blocks(environmentVariables).map((one) => ({ type: "PLAINTEXT", ...one }));
  return {
    ...rest,
    environment: { ...machine, environmentVariables: variables },
    logsConfig: logsConfig && {
      ...logs,
      ...(logs.cloudwatchLogs !== undefined && {
        cloudwatchLogs: { status: "ENABLED", ...block(logs.cloudwatchLogs) },
      }),
    },
  };
};

/** codepipeline/codepipeline.go, expandActionDeclaration. */
const actionOf = (action: Inputs) => {
  const { category, owner, provider, version, inputArtifacts, outputArtifacts, ...rest } = action;
  const artifacts = (list: unknown) =>
    list === undefined ? undefined : (list as string[]).map((name) => ({ name }));
  return {
    ...rest,
    actionTypeId: { category, owner, provider, version },
    inputArtifacts: artifacts(inputArtifacts),
    outputArtifacts: artifacts(outputArtifacts),
  };
};

const triggerOf = ({ gitConfiguration, ...rest }: Inputs) => {
  const { pushes, ...git } = block(gitConfiguration);
  return { ...rest, gitConfiguration: { ...git, push: pushes } };
};

/** Below internal/service: codebuild, codecommit, codeconnections, codedeploy, codepipeline, codestarnotifications, ecr. */
export const delivery: Record<string, CallsOf> = {
  "aws:codebuild/project:Project": (made) => [
    call(
      "codebuild:CreateProject",
      { ...projectOf(made.inputs), name: nameOf(made) },
      { buildTimeout: "timeoutInMinutes", queuedTimeout: "queuedTimeoutInMinutes" },
    ),
  ],
  "aws:codecommit/repository:Repository": ({ inputs }) => [
    call("codecommit:CreateRepository", inputs, { description: "repositoryDescription" }),
  ],
  "aws:codeconnections/connection:Connection": (made) => [
    call(
      "codeconnections:CreateConnection",
      { ...made.inputs, name: nameOf(made) },
      { name: "ConnectionName" },
    ),
  ],
  "aws:codedeploy/application:Application": (made) => [
    call(
      "codedeploy:CreateApplication",
      { ...made.inputs, name: nameOf(made) },
      { name: "applicationName" },
    ),
  ],
  "aws:codedeploy/deploymentGroup:DeploymentGroup": ({ inputs }) => [
    call("codedeploy:CreateDeploymentGroup", inputs, {
      appName: "applicationName",
      blueGreenDeploymentConfig: "blueGreenDeploymentConfiguration",
      targetGroupPairInfo: "targetGroupPairInfoList",
    }),
  ],
  "aws:codepipeline/pipeline:Pipeline": (made) => {
    const { artifactStores, stages, triggers, ...rest } = made.inputs;
    return [
      call("codepipeline:CreatePipeline", {
        tags: made.tags,
        pipeline: {
          ...rest,
          name: nameOf(made),
          artifactStore: artifactStores,
          stages: blocks(stages).map(({ actions, ...stage }) => ({
            ...stage,
            actions: blocks(actions).map(actionOf),
          })),
          ...(triggers !== undefined && { triggers: blocks(triggers).map(triggerOf) }),
        },
      }),
    ];
  },
  "aws:codestarnotifications/notificationRule:NotificationRule": (made) => [
    call(
      "codestar-notifications:CreateNotificationRule",
      {
        ...made.inputs,
        name: nameOf(made),
        // The schema's default.
        targets: blocks(made.inputs.targets).map((target) => ({ type: "SNS", ...target })),
        tags: made.tags,
      },
      { address: "TargetAddress", type: "TargetType" },
    ),
  ],
  "aws:ecr/repository:Repository": (made) => [
    call("ecr:CreateRepository", {
      ...without(made.inputs, "forceDelete", "name"),
      repositoryName: nameOf(made),
    }),
  ],
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": ({ inputs }) => [
    call("ecr:PutLifecyclePolicy", inputs, {
      policy: "lifecyclePolicyText",
      repository: "repositoryName",
    }),
  ],
};

/** Below internal/service: events, sns, sqs. */
export const messages: Record<string, CallsOf> = {
  "aws:cloudwatch/eventRule:EventRule": (made) => [
    call("events:PutRule", { ...made.inputs, name: nameOf(made) }),
  ],
  "aws:cloudwatch/eventTarget:EventTarget": ({ inputs }) => {
    const { rule, targetId, eventBusName, ...target } = inputs;
    return [
      call("events:PutTargets", {
        rule,
        eventBusName,
        targets: [{ ...target, id: targetId }],
      }),
    ];
  },
  "aws:sns/topic:Topic": (made) => {
    const attributes = without(made.inputs, "name");
    return [call("sns:CreateTopic", { name: nameOf(made), attributes })];
  },
  "aws:sns/topicPolicy:TopicPolicy": ({ inputs }) => [
    call(
      "sns:SetTopicAttributes",
      { ...inputs, AttributeName: "Policy" },
      { arn: "TopicArn", policy: "AttributeValue" },
    ),
  ],
  "aws:sns/topicSubscription:TopicSubscription": ({ inputs }) => [
    call("sns:Subscribe", inputs, { topic: "TopicArn" }),
  ],
  "aws:sqs/queue:Queue": (made) => {
    const attributes = without(made.inputs, "name");
    return [call("sqs:CreateQueue", { QueueName: nameOf(made), attributes })];
  },
};

/** Below internal/service: s3, kms. */
export const storage: Record<string, CallsOf> = {
  "aws:s3/bucket:Bucket": (made) => {
    const bucket = nameOf(made, "bucket");
    return [
      call("s3:CreateBucket", {
        ...without(made.inputs, "bucket", "bucketPrefix", "forceDestroy"),
        bucket,
        createBucketConfiguration: { LocationConstraint: "ap-northeast-1" },
      }),
      call("s3:PutBucketTagging", { bucket, Tagging: { TagSet: made.tags } }),
    ];
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ({ inputs }) => [
    call("s3:PutPublicAccessBlock", {
      bucket: inputs.bucket,
      publicAccessBlockConfiguration: without(inputs, "bucket"),
    }),
  ],
  "aws:s3/bucketVersioning:BucketVersioning": ({ inputs }) => [
    call("s3:PutBucketVersioning", inputs),
  ],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ({ inputs }) => [
    call(
      "s3:PutBucketLifecycleConfiguration",
      { bucket: inputs.bucket, lifecycleConfiguration: without(inputs, "bucket") },
      { rules: "Rules" },
    ),
  ],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ({
    inputs,
  }) => [
    call(
      "s3:PutBucketEncryption",
      { bucket: inputs.bucket, serverSideEncryptionConfiguration: without(inputs, "bucket") },
      { kmsMasterKeyId: "KMSMasterKeyID", sseAlgorithm: "SSEAlgorithm" },
    ),
  ],
  "aws:s3/bucketPolicy:BucketPolicy": ({ inputs }) => [call("s3:PutBucketPolicy", inputs)],
  "aws:kms/key:Key": ({ inputs, id, tags }) => {
    const { deletionWindowInDays, enableKeyRotation, ...rest } = inputs;
    return [
      call("kms:CreateKey", {
        ...rest,
        Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      }),
      ...when(enableKeyRotation === true ? true : undefined, () =>
        call("kms:EnableKeyRotation", { KeyId: id }),
      ),
      ...when(deletionWindowInDays, () =>
        call("kms:ScheduleKeyDeletion", { KeyId: id, PendingWindowInDays: deletionWindowInDays }),
      ),
    ];
  },
};
