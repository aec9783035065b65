import type { s3 } from "@pulumi/aws";
import { z } from "zod";

import { resourceType } from "../../resourceType";
import { inputsOf, tags, text, unsupported } from "../shared";
import { encryptionRules } from "./encryption";
import { mustHaveBucket } from "./lookups";
import { BUCKET_OBJECT, ENCRYPTION, VERSIONING } from "./tokens";

/** An object in a bucket, by its key; the account keeps its metadata, not its content. */
export const object = resourceType({
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
