import rule from "../../../policies/rules/ecr-lifecycle-policy";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const repository: TestResource = { type: "aws:ecr/repository:Repository", name: "it", props: {} };
const policyOf = (value: unknown, ...names: string[]): TestResource => ({
  type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  name: "policy",
  props: { repository: value },
  dependencies: { repository: names },
});

export default {
  rule,
  pass: {
    "a repository with a policy": [repository, policyOf(unknown, "it")],
    "a repository with a policy, by its name": [
      { ...repository, props: { name: "app" }, outputs: { name: "app" } },
      policyOf("app"),
    ],
  },
  fail: {
    "a repository without a policy": [/no lifecycle policy/, [repository]],
    "a repository beside one with a policy": [
      /no lifecycle policy/,
      [repository, { ...repository, name: "other" }, policyOf(unknown, "other")],
    ],
    "a repository beside one with a policy, by its name": [
      /no lifecycle policy/,
      [repository, policyOf("other")],
    ],
  },
  unknown: { "whose policy it is": [repository, policyOf(unknown)] },
  other: { type: "aws:s3/bucket:Bucket", props: {} },
} satisfies Cases;
