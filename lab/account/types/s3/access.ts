import type { s3 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { isPublicPolicy, policyProblem, policyResources } from "../../policyDocument";
import { resourceType } from "../../resourceType";
import { inputsOf, text } from "../shared";
import { mustHaveBucket } from "./lookups";
import { BUCKET_POLICY, OWNERSHIP, PUBLIC_ACCESS_BLOCK } from "./tokens";

export const publicAccessBlock = resourceType({
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

export const bucketPolicy = resourceType({
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
    // Buckets block public policies by default, until the block is removed.
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

export const ownership = resourceType({
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
