import rule from "../../../policies/rules/log-group-retention";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const logGroup = (retentionInDays: unknown): TestResource[] => [
  { type: "aws:cloudwatch/logGroup:LogGroup", props: { retentionInDays } },
];

export default {
  rule,
  pass: { "a month": logGroup(30), "a month, as text": logGroup("30") },
  fail: {
    "no value": [/retentionInDays is not set/, logGroup(undefined)],
    "zero, which means forever": [/retentionInDays is not set/, logGroup(0)],
  },
  unknown: { "the time": logGroup(unknown) },
  other: { type: "aws:cloudwatch/logStream:LogStream", props: {} },
} satisfies Cases;
