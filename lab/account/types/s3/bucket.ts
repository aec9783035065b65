import type { s3 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import { resourceType } from "../../resourceType";
import { exclusive, inputsOf, tags, text, unsupported } from "../shared";
import { objectsOf } from "./lookups";
import {
  BUCKET,
  BUCKET_OBJECT,
  BUCKET_POLICY,
  ENCRYPTION,
  LIFECYCLE,
  OWNERSHIP,
  PUBLIC_ACCESS_BLOCK,
  VERSIONING,
} from "./tokens";

/** Amazon S3 User Guide, "General purpose bucket naming rules". */
const bucketName = z
  .string()
  .regex(
    /^(?!xn--|sthree-|amzn-s3-demo-)(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "must be 3 to 63 lower-case letters, digits, dots and hyphens, and not an IP address",
  )
  .refine((name) => !/(-s3alias|--ol-s3)$/.test(name), "has an ending that is reserved by AWS");

/** Amazon S3 endpoints, "Amazon S3 website endpoints". */
const HOSTED_ZONES: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z2M4EHUR26P7ZW",
  "us-east-1": "Z3AQBSTGFYJSTF",
  "us-west-2": "Z3BJ6K6RIION7M",
};

/** Settings that are now separate resources; the inline form is deprecated. */
const split = z
  .undefined({ error: "is not supported by the offline account: use the separate resource" })
  .optional();

export const bucket = resourceType({
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
