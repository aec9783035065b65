import rule from "../../../policies/rules/codebuild-logging";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const project = (logsConfig: unknown): TestResource[] => [
  { type: "aws:codebuild/project:Project", props: { logsConfig } },
];
const off = { status: "DISABLED" };
const on = { status: "ENABLED" };

export default {
  rule,
  pass: {
    "no value, which means CloudWatch": project(undefined),
    CloudWatch: project({ cloudwatchLogs: on }),
    "S3 only": project({ cloudwatchLogs: off, s3Logs: on }),
  },
  fail: {
    "both off": [/turns every log off/, project({ cloudwatchLogs: off, s3Logs: off })],
    "CloudWatch off": [/turns every log off/, project({ cloudwatchLogs: off })],
  },
  unknown: {
    CloudWatch: project({ cloudwatchLogs: { status: unknown } }),
    S3: project({ cloudwatchLogs: off, s3Logs: { status: unknown } }),
    "the configuration": project(unknown),
  },
  other: { type: "aws:batch/jobDefinition:JobDefinition", props: { logsConfig: {} } },
} satisfies Cases;
