import rule from "../../../policies/rules/codepipeline-artifacts-encrypted";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const pipeline = (artifactStores: unknown): TestResource[] => [
  { type: "aws:codepipeline/pipeline:Pipeline", props: { artifactStores } },
];
const key = { type: "KMS", id: "alias/key" };

export default {
  rule,
  pass: {
    "a key": pipeline([{ location: "b", encryptionKey: key }]),
    "a new key": pipeline([{ location: "b", encryptionKey: { type: "KMS", id: unknown } }]),
  },
  fail: {
    "no key": [/no encryptionKey/, pipeline([{ location: "b" }])],
    "no key in the second store": [
      /no encryptionKey/,
      pipeline([
        { location: "b", encryptionKey: key },
        { location: "c", region: "us-east-1" },
      ]),
    ],
  },
  unknown: {
    "the key": pipeline([{ encryptionKey: unknown }]),
    "the stores": pipeline(unknown),
    "one store": pipeline([unknown]),
  },
  other: { type: "aws:s3/bucket:Bucket", props: { artifactStores: [{}] } },
} satisfies Cases;
