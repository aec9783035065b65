import rule from "../../../policies/rules/ecr-immutable-tags";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const repository = (imageTagMutability: unknown): TestResource[] => [
  { type: "aws:ecr/repository:Repository", props: { imageTagMutability } },
];

export default {
  rule,
  pass: {
    immutable: repository("IMMUTABLE"),
    "immutable but for some": repository("IMMUTABLE_WITH_EXCLUSION"),
  },
  fail: {
    mutable: [/lets tags move/, repository("MUTABLE")],
    "mutable but for some": [/lets tags move/, repository("MUTABLE_WITH_EXCLUSION")],
    "nothing said": [/lets tags move/, repository(undefined)],
  },
  unknown: { "the value": repository(unknown) },
  other: { type: "aws:ecrpublic/repository:Repository", props: {} },
} satisfies Cases;
