import rule from "../../../policies/rules/vpc-flow-logs";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const of: TestResource = { type: "aws:ec2/vpc:Vpc", name: "it", props: {} };
const belonging = (value: unknown, ...names: string[]): TestResource => ({
  type: "aws:ec2/flowLog:FlowLog",
  name: "belongs",
  props: { vpcId: value },
  dependencies: { vpcId: names },
});

export default {
  rule,
  pass: {
    "one that has it": [of, belonging(unknown, "it")],
    "one that has it by its id": [{ ...of, props: {}, outputs: { id: "it-1" } }, belonging("it-1")],
  },
  fail: {
    "one without": [/no flow logs/, [of]],
    "one whose neighbour has it": [
      /no flow logs/,
      [of, { ...of, name: "other" }, belonging(unknown, "other")],
    ],
    "one whose neighbour has it by its id": [/no flow logs/, [of, belonging("other")]],
  },
  unknown: { "whose it is": [of, belonging(unknown)] },
  other: { type: "aws:s3/bucket:Bucket", props: {} },
} satisfies Cases;
