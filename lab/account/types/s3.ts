import type { s3 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import { isPublicPolicy, policyProblem, policyResources } from "../policyDocument";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext } from "../resourceType";
import { exclusive, inputsOf, mustExist, tags, text, texts, unsupported } from "./shared";

const BUCKET = "aws:s3/bucket:Bucket";
const PUBLIC_ACCESS_BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy";
const ENCRYPTION =
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
const VERSIONING = "aws:s3/bucketVersioning:BucketVersioning";
const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
export const BUCKET_OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";
const OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls";

/** Amazon S3 User Guide, "General purpose bucket naming rules". */
const bucketName = z
  .string()
  .regex(
    /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "must be 3 to 63 lower-case letters, digits, dots and hyphens, and no address",
  )
  .refine((name) => !/(-s3alias|--ol-s3)$/.test(name), "has an ending that AWS keeps for itself");

/** Amazon S3 endpoints, "Amazon S3 website endpoints". */
const HOSTED_ZONES: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z2M4EHUR26P7ZW",
  "us-east-1": "Z3AQBSTGFYJSTF",
  "us-west-2": "Z3BJ6K6RIION7M",
};

/** What AWS split off into resources of its own; the inline form is deprecated. */
const split = z
  .undefined({ error: "is not supported by the offline account: use the resource of its own" })
  .optional();

const bucket = resourceType({
  token: BUCKET,
  aliases: ["aws:s3/bucketV2:BucketV2"],
  inputs: inputsOf<s3.BucketArgs>()({
    accelerationStatus: split,
    acl: split,
    bucket: bucketName.optional(),
    bucketNamespace: unsupported,
    bucketPrefix: z.string().max(37).optional(),
    corsRules: split,
    forceDestroy: z.boolean().default(false),
    grants: split,
    lifecycleRules: split,
    logging: split,
    objectLockConfiguration: split,
    objectLockEnabled: unsupported,
    policy: split,
    region: text,
    replicationConfiguration: split,
    requestPayer: split,
    serverSideEncryptionConfiguration: split,
    tags,
    versioning: split,
    website: split,
  }),
  autoNameMaxLength: 63,
  nameProperty: "bucket",
  lowerCaseName: true,
  immutable: ["bucket", "bucketPrefix", "region"],
  computed: [
    "arn",
    "bucket",
    "bucketDomainName",
    "bucketPrefix",
    "bucketRegion",
    "bucketRegionalDomainName",
    "hostedZoneId",
    "websiteDomain",
    "websiteEndpoint",
  ],
  rules: [exclusive("bucket", "bucketPrefix")],
  validate(context, inputs, before) {
    if (!before && inputs.bucket !== undefined && context.get(BUCKET, inputs.bucket)) {
      throw new AwsError(
        "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own it.",
      );
    }
  },
  create(context, inputs) {
    const name = inputs.bucket ?? `${inputs.bucketPrefix ?? ""}${context.hex("bucket", 26)}`;
    return {
      id: name,
      outputs: {
        arn: `arn:aws:s3:::${name}`,
        bucket: name,
        bucketDomainName: `${name}.s3.amazonaws.com`,
        bucketPrefix: inputs.bucketPrefix ?? "",
        bucketRegion: context.region,
        bucketRegionalDomainName: `${name}.s3.${context.region}.amazonaws.com`,
        hostedZoneId: HOSTED_ZONES[context.region] ?? "",
        websiteDomain: "",
        websiteEndpoint: "",
      },
    };
  },
  beforeDelete(context, { id, inputs }) {
    if (inputs.forceDestroy === true || objectsOf(context, id).length === 0) return;
    throw new AwsError("BucketNotEmpty", `The bucket you tried to delete is not empty: ${id}`);
  },
  owned: (context, { id }): ResourceRecord[] =>
    [
      PUBLIC_ACCESS_BLOCK,
      BUCKET_POLICY,
      ENCRYPTION,
      VERSIONING,
      LIFECYCLE,
      OWNERSHIP,
      BUCKET_OBJECT,
    ]
      .flatMap((type) => context.list(type))
      .filter(({ outputs }) => outputs.bucket === id),
});

function mustHaveBucket(context: AccountContext, name: string): void {
  mustExist(context, BUCKET, name, "NoSuchBucket", `The specified bucket does not exist: ${name}`);
}

function objectsOf(context: AccountContext, name: string): readonly ResourceRecord[] {
  return context.list(BUCKET_OBJECT).filter(({ outputs }) => outputs.bucket === name);
}

const publicAccessBlock = resourceType({
  token: PUBLIC_ACCESS_BLOCK,
  inputs: inputsOf<s3.BucketPublicAccessBlockArgs>()({
    blockPublicAcls: z.boolean().default(false),
    blockPublicPolicy: z.boolean().default(false),
    bucket: z.string(),
    ignorePublicAcls: z.boolean().default(false),
    region: text,
    restrictPublicBuckets: z.boolean().default(false),
    skipDestroy: z.boolean().optional(),
  }),
  immutable: ["bucket", "region"],
  computed: [],
  validate(context, inputs) {
    mustHaveBucket(context, inputs.bucket);
  },
  create: (_context, inputs) => ({ id: inputs.bucket, outputs: {} }),
});

const bucketPolicy = resourceType({
  token: BUCKET_POLICY,
  inputs: inputsOf<s3.BucketPolicyArgs>()({
    bucket: z.string(),
    policy: z.string(),
    region: text,
  }),
  immutable: ["bucket", "region"],
  documents: ["policy"],
  computed: [],
  validate(context, inputs) {
    mustHaveBucket(context, inputs.bucket);
    const problem = policyProblem(inputs.policy, "bucket");
    if (problem !== undefined) throw new AwsError("MalformedPolicy", problem);
    const bucketArn = `arn:aws:s3:::${inputs.bucket}`;
    const isOwn = (resource: string) =>
      resource === bucketArn || resource.startsWith(`${bucketArn}/`);
    if (!policyResources(inputs.policy).every(isOwn)) {
      throw new AwsError("MalformedPolicy", "Policy has invalid resource");
    }
    // Buckets block public policies from the start, unless that is lifted first.
    const block = context.get(PUBLIC_ACCESS_BLOCK, inputs.bucket);
    if (isPublicPolicy(inputs.policy) && block?.outputs.blockPublicPolicy !== false) {
      throw new AwsError(
        "AccessDenied",
        `Not authorized to perform s3:PutBucketPolicy on ${bucketArn} because public policies are ` +
          "prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
      );
    }
  },
  create: (_context, inputs) => ({ id: inputs.bucket, outputs: {} }),
});

const encryptionRules = z
  .array(
    z.strictObject({
      applyServerSideEncryptionByDefault: z
        .strictObject({
          kmsMasterKeyId: text,
          sseAlgorithm: z.enum(["AES256", "aws:kms", "aws:kms:dsse"]),
        })
        .optional(),
      blockedEncryptionTypes: texts,
      bucketKeyEnabled: z.boolean().optional(),
    }),
  )
  .min(1)
  .max(1);

const encryption = resourceType({
  token: ENCRYPTION,
  aliases: [
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
  ],
  inputs: inputsOf<s3.BucketServerSideEncryptionConfigurationArgs>()({
    bucket: z.string(),
    expectedBucketOwner: z
      .string()
      .regex(/^\d{12}$/)
      .optional(),
    region: text,
    rules: encryptionRules,
  }),
  immutable: ["bucket", "expectedBucketOwner", "region"],
  computed: [],
  validate(context, inputs) {
    mustHaveBucket(context, inputs.bucket);
    for (const { applyServerSideEncryptionByDefault: by } of inputs.rules) {
      if (by?.sseAlgorithm === "AES256" && by.kmsMasterKeyId !== undefined) {
        throw new AwsError(
          "InvalidArgument",
          "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms",
        );
      }
    }
  },
  create: (_context, inputs) => ({ id: inputs.bucket, outputs: {} }),
});

const versioning = resourceType({
  token: VERSIONING,
  aliases: ["aws:s3/bucketVersioningV2:BucketVersioningV2"],
  inputs: inputsOf<s3.BucketVersioningArgs>()({
    bucket: z.string(),
    expectedBucketOwner: unsupported,
    mfa: unsupported,
    region: text,
    versioningConfiguration: z.strictObject({
      mfaDelete: unsupported,
      status: z.enum(["Enabled", "Suspended", "Disabled"]),
    }),
  }),
  immutable: ["bucket", "region"],
  computed: [],
  validate(context, inputs) {
    mustHaveBucket(context, inputs.bucket);
  },
  create: (_context, inputs) => ({ id: inputs.bucket, outputs: {} }),
});

const days = z.int().min(1);

/** Amazon S3 API Reference, "LifecycleRule". */
const lifecycleRule = z.strictObject({
  abortIncompleteMultipartUpload: z.strictObject({ daysAfterInitiation: days }).optional(),
  expiration: z
    .strictObject({
      date: unsupported,
      days: days.optional(),
      expiredObjectDeleteMarker: z.boolean().optional(),
    })
    .optional(),
  filter: z
    .strictObject({
      and: unsupported,
      objectSizeGreaterThan: unsupported,
      objectSizeLessThan: unsupported,
      prefix: text,
      tag: unsupported,
    })
    .optional(),
  id: z.string().min(1).max(255),
  noncurrentVersionExpiration: z
    .strictObject({
      newerNoncurrentVersions: z.int().min(1).max(100).optional(),
      noncurrentDays: days,
    })
    .optional(),
  noncurrentVersionTransitions: unsupported,
  prefix: unsupported,
  status: z.enum(["Enabled", "Disabled"]),
  transitions: unsupported,
});

const lifecycle = resourceType({
  token: LIFECYCLE,
  aliases: ["aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2"],
  inputs: inputsOf<s3.BucketLifecycleConfigurationArgs>()({
    bucket: z.string(),
    expectedBucketOwner: unsupported,
    region: text,
    rules: z.array(lifecycleRule).min(1).max(1000).optional(),
    timeouts: unsupported,
    transitionDefaultMinimumObjectSize: z
      .enum(["all_storage_classes_128K", "varies_by_storage_class"])
      .optional(),
  }),
  immutable: ["bucket", "region"],
  computed: ["expectedBucketOwner", "transitionDefaultMinimumObjectSize"],
  validate(context, { bucket: name, rules = [] }) {
    mustHaveBucket(context, name);
    const ids = rules.map(({ id }) => id);
    const repeated = ids.find((id, i) => ids.indexOf(id) !== i);
    if (repeated !== undefined) {
      throw new AwsError("InvalidArgument", `Rule ID must be unique. Found same ID '${repeated}'`);
    }
    const idle = rules.find(
      (rule) =>
        !rule.expiration &&
        !rule.noncurrentVersionExpiration &&
        !rule.abortIncompleteMultipartUpload,
    );
    if (rules.length === 0 || idle) {
      throw new AwsError(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema" +
          (idle ? ` (rule ${idle.id} has no action)` : ""),
      );
    }
  },
  create: (_context, inputs) => ({
    id: inputs.bucket,
    outputs: {
      expectedBucketOwner: "",
      transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
    },
  }),
});

const ownership = resourceType({
  token: OWNERSHIP,
  inputs: inputsOf<s3.BucketOwnershipControlsArgs>()({
    bucket: z.string(),
    region: text,
    rule: z.strictObject({
      objectOwnership: z.enum(["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"]),
    }),
  }),
  immutable: ["bucket", "region"],
  computed: [],
  validate(context, inputs) {
    mustHaveBucket(context, inputs.bucket);
  },
  create: (_context, inputs) => ({ id: inputs.bucket, outputs: {} }),
});

/** An object in a bucket, by its key; the account keeps what is known of it, not what is in it. */
const object = resourceType({
  token: BUCKET_OBJECT,
  inputs: inputsOf<s3.BucketObjectv2Args>()({
    acl: unsupported,
    bucket: z.string(),
    bucketKeyEnabled: unsupported,
    cacheControl: unsupported,
    checksumAlgorithm: unsupported,
    content: text,
    contentBase64: unsupported,
    contentDisposition: unsupported,
    contentEncoding: unsupported,
    contentLanguage: unsupported,
    contentType: z.string().default("application/octet-stream"),
    etag: text,
    forceDestroy: z.boolean().default(false),
    key: z.string().min(1).max(1024),
    kmsKeyId: unsupported,
    metadata: z.record(z.string(), z.string()).optional(),
    objectLockLegalHoldStatus: unsupported,
    objectLockMode: unsupported,
    objectLockRetainUntilDate: unsupported,
    overrideProvider: unsupported,
    region: text,
    serverSideEncryption: unsupported,
    source: unsupported,
    sourceHash: unsupported,
    storageClass: unsupported,
    tags,
    websiteRedirect: unsupported,
  }),
  immutable: ["bucket", "key", "region"],
  computed: [
    "acl",
    "arn",
    "bucketKeyEnabled",
    "checksumCrc32",
    "checksumCrc32c",
    "checksumCrc64nvme",
    "checksumSha1",
    "checksumSha256",
    "etag",
    "kmsKeyId",
    "serverSideEncryption",
    "storageClass",
    "versionId",
  ],
  validate(context, inputs) {
    mustHaveBucket(context, inputs.bucket);
  },
  create(context, inputs) {
    const configured = context.get(ENCRYPTION, inputs.bucket)?.outputs.rules as
      z.output<typeof encryptionRules> | undefined;
    const by = configured?.[0]?.applyServerSideEncryptionByDefault;
    const versions = context.get(VERSIONING, inputs.bucket)?.inputs.versioningConfiguration as
      { status: string } | undefined;
    return {
      id: `${inputs.bucket}/${inputs.key}`,
      outputs: {
        acl: "private",
        arn: `arn:aws:s3:::${inputs.bucket}/${inputs.key}`,
        bucketKeyEnabled: configured?.[0]?.bucketKeyEnabled ?? false,
        checksumCrc32: "",
        checksumCrc32c: "",
        checksumCrc64nvme: "",
        checksumSha1: "",
        checksumSha256: "",
        etag: context.hex("etag", 32),
        kmsKeyId: by?.kmsMasterKeyId ?? "",
        serverSideEncryption: by?.sseAlgorithm ?? "AES256",
        storageClass: "STANDARD",
        versionId: versions?.status === "Enabled" ? context.hex("version", 32) : "",
      },
    };
  },
});

export const s3Types = [
  object,
  bucket,
  publicAccessBlock,
  bucketPolicy,
  encryption,
  versioning,
  lifecycle,
  ownership,
];
