import rule from "../../../policies/rules/ecr-immutable-tags";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const repository = (imageTagMutability: unknown, ...filters: unknown[]): TestResource[] => [
  {
    type: "aws:ecr/repository:Repository",
    props: {
      imageTagMutability,
      imageTagMutabilityExclusionFilters: filters.map((filter) => ({
        filterType: "WILDCARD",
        filter,
      })),
    },
  },
];
const EXCLUDING = "IMMUTABLE_WITH_EXCLUSION";

export default {
  rule,
  pass: {
    immutable: repository("IMMUTABLE"),
    "immutable except for some": repository(EXCLUDING, "latest", "dev-*"),
    "filters that have no effect": repository("IMMUTABLE", "*"),
  },
  fail: {
    "immutable except for all": [/exclude every tag/, repository(EXCLUDING, "latest", "*")],
    "immutable except for all, with two stars": [/exclude every tag/, repository(EXCLUDING, "**")],
    "immutable except for every first letter": [
      /exclude every tag/,
      repository(
        EXCLUDING,
        ...Array.from(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
          (first) => `${first}*`,
        ),
      ),
    ],
    mutable: [/lets tags move/, repository("MUTABLE")],
    "mutable except for some": [/lets tags move/, repository("MUTABLE_WITH_EXCLUSION")],
    "no value": [/lets tags move/, repository(undefined)],
  },
  unknown: {
    "the value": repository(unknown),
    "what is excluded": repository(EXCLUDING, unknown),
  },
  other: { type: "aws:ecrpublic/repository:Repository", props: {} },
} satisfies Cases;
