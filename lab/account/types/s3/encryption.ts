import type { s3 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { resourceType } from "../../resourceType";
import { inputsOf, text, texts } from "../shared";
import { mustHaveBucket } from "./lookups";
import { ENCRYPTION } from "./tokens";

export const encryptionRules = z
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

export const encryption = resourceType({
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
