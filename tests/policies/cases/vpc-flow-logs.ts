import rule from "../../../policies/rules/vpc-flow-logs";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const vpc: TestResource = { type: "aws:ec2/vpc:Vpc", name: "it", props: {} };
const flowLogOf = (value: unknown, ...names: string[]): TestResource => ({
  type: "aws:ec2/flowLog:FlowLog",
  name: "log",
  props: { vpcId: value },
  dependencies: { vpcId: names },
});

export default {
  rule,
  pass: {
    "a VPC with flow logs": [vpc, flowLogOf(unknown, "it")],
    "a VPC with flow logs, by its id": [
      { ...vpc, props: {}, outputs: { id: "it-1" } },
      flowLogOf("it-1"),
    ],
  },
  fail: {
    "a VPC without flow logs": [/no flow logs/, [vpc]],
    "a VPC beside one with flow logs": [
      /no flow logs/,
      [vpc, { ...vpc, name: "other" }, flowLogOf(unknown, "other")],
    ],
    "a VPC beside one with flow logs, by its id": [/no flow logs/, [vpc, flowLogOf("other")]],
  },
  unknown: { "whose flow log it is": [vpc, flowLogOf(unknown)] },
  other: { type: "aws:s3/bucket:Bucket", props: {} },
} satisfies Cases;
