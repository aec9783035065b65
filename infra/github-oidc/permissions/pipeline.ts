import type { Statement } from "../../../components/shared/iamPolicies";
import { arns, may, named, type Scope, tagged, taggedAtCreation } from "./scope";

const tags = ["ListTagsForResource", "TagResource", "UntagResource"];

/** What the cicd chapter creates. */
export function pipeline(scope: Scope): Statement[] {
  return [
    may(
      "codecommit",
      [
        ...["CreateRepository", "DeleteRepository", "GetRepository"],
        ...["UpdateRepositoryDescription", "UpdateRepositoryName", ...tags],
      ],
      named(scope, "codecommit", "STACK"),
    ),
    may(
      "codebuild",
      ["BatchGetProjects", "CreateProject", "DeleteProject", "UpdateProject"],
      named(scope, "codebuild", "project/STACK"),
    ),
    may(
      "codepipeline",
      ["CreatePipeline", "DeletePipeline", "GetPipeline", "UpdatePipeline", ...tags],
      named(scope, "codepipeline", "STACK"),
    ),
    ...codeDeploy(scope),
    may(
      "events",
      [
        ...["DeleteRule", "DescribeRule", "ListTargetsByRule", "PutRule", "PutTargets"],
        ...["RemoveTargets", ...tags],
      ],
      named(scope, "events", "rule/STACK"),
    ),
    ...artifacts(scope),
    ...connections(scope),
    ...notifications(scope),
  ];
}

function codeDeploy(scope: Scope): Statement[] {
  return [
    may(
      "codedeploy",
      ["CreateApplication", "DeleteApplication", "GetApplication", "UpdateApplication", ...tags],
      named(scope, "codedeploy", "application:STACK"),
    ),
    may(
      "codedeploy",
      [
        ...["CreateDeploymentGroup", "DeleteDeploymentGroup", "GetDeploymentGroup"],
        ...["UpdateDeploymentGroup", ...tags],
      ],
      named(scope, "codedeploy", "deploymentgroup:STACK/*"),
    ),
  ];
}

function artifacts(scope: Scope): Statement[] {
  const buckets = scope.stacks.map((stack) => `arn:aws:s3:::*-${stack}-*`);
  const keys = arns(scope, "kms", "key/*");
  return [
    may("s3", bucketActions, buckets),
    may(
      "s3",
      ["DeleteObject", "DeleteObjectVersion"],
      buckets.map((bucket) => `${bucket}/*`),
    ),
    // AWS assigns the ids of keys, so the tag identifies them.
    may("kms", ["CreateKey"], "*", taggedAtCreation),
    may("kms", ["TagResource"], keys, taggedAtCreation),
    may(
      "kms",
      [
        ...["DescribeKey", "EnableKeyRotation", "GetKeyPolicy", "GetKeyRotationStatus"],
        ...["ListResourceTags", "ScheduleKeyDeletion", "TagResource", "UntagResource"],
        "UpdateKeyDescription",
      ],
      keys,
      tagged,
    ),
  ];
}

/** The provider reads everything about a bucket, whatever the program sets. */
const bucketActions = [
  ...["CreateBucket", "DeleteBucket", "DeleteBucketPolicy", "ListBucket", "ListBucketVersions"],
  ...["GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS", "GetBucketLocation"],
  ...["GetBucketLogging", "GetBucketObjectLockConfiguration", "GetBucketPolicy"],
  ...["GetBucketPublicAccessBlock", "GetBucketRequestPayment", "GetBucketTagging"],
  ...["GetBucketVersioning", "GetBucketWebsite", "GetEncryptionConfiguration"],
  ...["GetLifecycleConfiguration", "GetReplicationConfiguration"],
  ...["PutBucketPolicy", "PutBucketPublicAccessBlock", "PutBucketTagging", "PutBucketVersioning"],
  ...["PutEncryptionConfiguration", "PutLifecycleConfiguration", ...tags],
];

function connections(scope: Scope): Statement[] {
  const own = "codeconnections";
  return [
    may(own, ["CreateConnection"], "*", taggedAtCreation),
    may(own, ["TagResource"], arns(scope, own, "connection/*"), taggedAtCreation),
    may(
      own,
      // Creating a pipeline passes the connection to it.
      ["DeleteConnection", "GetConnection", "PassConnection", "UseConnection", ...tags],
      arns(scope, own, "connection/*"),
      tagged,
    ),
  ];
}

function notifications(scope: Scope): Statement[] {
  const own = "codestar-notifications";
  const rules = arns(scope, own, "notificationrule/*");
  return [
    may(
      "sns",
      [
        ...["CreateTopic", "DeleteTopic", "GetTopicAttributes", "SetTopicAttributes"],
        ...["Subscribe", ...tags],
      ],
      named(scope, "sns", "STACK"),
    ),
    // AWS does not support subscriptions as resources here.
    may("sns", ["GetSubscriptionAttributes", "SetSubscriptionAttributes", "Unsubscribe"], "*"),
    may(own, ["CreateNotificationRule", "TagResource"], rules, taggedAtCreation),
    may(
      own,
      [
        ...["DeleteNotificationRule", "DescribeNotificationRule", "UpdateNotificationRule"],
        ...["TagResource", "UntagResource"],
      ],
      rules,
      tagged,
    ),
    may(own, ["DeleteTarget"], "*"),
  ];
}
