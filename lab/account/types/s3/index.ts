import { bucketPolicy, ownership, publicAccessBlock } from "./access";
import { bucket } from "./bucket";
import { encryption } from "./encryption";
import { lifecycle } from "./lifecycle";
import { object } from "./object";
import { versioning } from "./versioning";

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
