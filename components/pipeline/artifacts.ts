import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { allow, policyDocument, type Statement } from "../shared/iamPolicies";
import { physicalName } from "../shared/names";
import { type Transform, transformed } from "../shared/transform";

/** The store through which the stages of a pipeline pass files. */
export interface ArtifactStore {
  bucketName: pulumi.Output<string>;
  /** ARN of the key that the files are encrypted with. */
  keyArn: pulumi.Output<string>;
  /** The permissions a role needs to read and write files there, plus the given ones. */
  access: (besides?: { bucket?: string[]; objects?: string[] }) => Statement[];
  /** The bucket's settings, which must be in effect before anything is written. */
  settings: pulumi.Resource[];
}

/** Overrides for the arguments of each resource of the store. */
export interface ArtifactTransform {
  key?: Transform<aws.kms.KeyArgs>;
  bucket?: Transform<aws.s3.BucketArgs>;
  bucketPublicAccessBlock?: Transform<aws.s3.BucketPublicAccessBlockArgs>;
  bucketServerSideEncryptionConfiguration?: Transform<aws.s3.BucketServerSideEncryptionConfigurationArgs>;
  bucketVersioning?: Transform<aws.s3.BucketVersioningArgs>;
  bucketLifecycleConfiguration?: Transform<aws.s3.BucketLifecycleConfigurationArgs>;
  bucketPolicy?: Transform<aws.s3.BucketPolicyArgs>;
}

/** Days after which artifacts are deleted: long enough to look at a run of the week before last. */
const keptDays = 14;

/**
 * The pipeline's own bucket: private, encrypted with its own key, over TLS only, with versions (CodePipeline reads the
 * version that a stage wrote) and automatic deletion of old files. It is deleted with the stack, including its files;
 * the key a week later, the earliest that AWS allows.
 *
 * Source: AWS CodePipeline user guide, "Configure server-side encryption for artifacts stored in
 * Amazon S3"; Amazon S3 user guide, "Security best practices for Amazon S3".
 */
export function createArtifactStore(
  name: string,
  base: string,
  parent: pulumi.Resource,
  transform: ArtifactTransform | undefined,
): ArtifactStore {
  const key = new aws.kms.Key(
    `${name}-key`,
    transformed(
      `${name}-key`,
      { description: `Artifacts of ${base}`, enableKeyRotation: true, deletionWindowInDays: 7 },
      transform?.key,
    ),
    { parent },
  );
  const bucket = new aws.s3.Bucket(
    `${name}-artifacts`,
    transformed(
      `${name}-artifacts`,
      {
        // Bucket names are shared by all AWS accounts: AWS's provider adds 26 digits.
        bucketPrefix: `${physicalName("bucketPrefix", base, pulumi.getStack())}-`,
        forceDestroy: true,
      },
      transform?.bucket,
    ),
    { parent },
  );
  return {
    bucketName: bucket.bucket,
    keyArn: key.arn,
    access: artifactAccess(bucket, key),
    settings: secureBucket(name, bucket, key, parent, transform),
  };
}

function secureBucket(
  name: string,
  bucket: aws.s3.Bucket,
  key: aws.kms.Key,
  parent: pulumi.Resource,
  transform: ArtifactTransform | undefined,
): pulumi.Resource[] {
  const block = new aws.s3.BucketPublicAccessBlock(
    `${name}-artifacts-private`,
    transformed(
      `${name}-artifacts-private`,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      transform?.bucketPublicAccessBlock,
    ),
    { parent },
  );
  return [
    block,
    new aws.s3.BucketServerSideEncryptionConfiguration(
      `${name}-artifacts-encryption`,
      transformed(
        `${name}-artifacts-encryption`,
        {
          bucket: bucket.id,
          rules: [
            {
              applyServerSideEncryptionByDefault: {
                sseAlgorithm: "aws:kms",
                kmsMasterKeyId: key.arn,
              },
              bucketKeyEnabled: true,
            },
          ],
        },
        transform?.bucketServerSideEncryptionConfiguration,
      ),
      { parent },
    ),
    new aws.s3.BucketVersioning(
      `${name}-artifacts-versions`,
      transformed(
        `${name}-artifacts-versions`,
        { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
        transform?.bucketVersioning,
      ),
      { parent },
    ),
    new aws.s3.BucketLifecycleConfiguration(
      `${name}-artifacts-lifecycle`,
      transformed(
        `${name}-artifacts-lifecycle`,
        {
          bucket: bucket.id,
          rules: [
            {
              id: "old-artifacts",
              status: "Enabled",
              filter: {},
              expiration: { days: keptDays },
              noncurrentVersionExpiration: { noncurrentDays: 1 },
              abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
            },
          ],
        },
        transform?.bucketLifecycleConfiguration,
      ),
      { parent },
    ),
    new aws.s3.BucketPolicy(
      `${name}-artifacts-tls`,
      transformed(
        `${name}-artifacts-tls`,
        {
          bucket: bucket.id,
          policy: policyDocument([
            {
              Effect: "Deny",
              Principal: "*",
              Action: "s3:*",
              Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
          ]),
        },
        transform?.bucketPolicy,
      ),
      // AWS refuses to change both at once.
      { parent, dependsOn: [block] },
    ),
  ];
}

/**
 * Source: AWS CodePipeline user guide, "Manage the CodePipeline service role"; AWS CodeBuild user guide, "Allow CodeBuild
 * to interact with other AWS services".
 */
const artifactAccess =
  (bucketOfStore: aws.s3.Bucket, key: aws.kms.Key): ArtifactStore["access"] =>
  ({ bucket = [], objects = [] } = {}) => [
    allow(["s3:GetBucketAcl", "s3:GetBucketLocation", ...bucket], bucketOfStore.arn),
    allow(
      ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", ...objects],
      pulumi.interpolate`${bucketOfStore.arn}/*`,
    ),
    allow(["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"], key.arn),
  ];
