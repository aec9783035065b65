import rule from "../../../policies/rules/ecr-lifecycle-policy";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const of: TestResource = { type: "aws:ecr/repository:Repository", name: "it", props: {} };
const belonging = (value: unknown, ...names: string[]): TestResource => ({
  type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  name: "belongs",
  props: { repository: value },
  dependencies: { repository: names },
});

export default {
  rule,
  pass: {
    "one that has it": [of, belonging(unknown, "it")],
    "one that has it by its name": [
      { ...of, props: { name: "app" }, outputs: { name: "app" } },
      belonging("app"),
    ],
  },
  fail: {
    "one without": [/no lifecycle policy/, [of]],
    "one whose neighbour has it": [
      /no lifecycle policy/,
      [of, { ...of, name: "other" }, belonging(unknown, "other")],
    ],
    "one whose neighbour has it by its name": [/no lifecycle policy/, [of, belonging("other")]],
  },
  unknown: { "whose it is": [of, belonging(unknown)] },
  other: { type: "aws:s3/bucket:Bucket", props: {} },
} satisfies Cases;
