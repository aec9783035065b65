import type { s3 } from "@pulumi/aws";
import { z } from "zod";

import { resourceType } from "../../resourceType";
import { inputsOf, text, unsupported } from "../shared";
import { mustHaveBucket } from "./lookups";
import { VERSIONING } from "./tokens";

export const versioning = resourceType({
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
