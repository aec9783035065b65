import type { s3 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { resourceType } from "../../resourceType";
import { inputsOf, text, unsupported } from "../shared";
import { mustHaveBucket } from "./lookups";
import { LIFECYCLE } from "./tokens";

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

export const lifecycle = resourceType({
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
