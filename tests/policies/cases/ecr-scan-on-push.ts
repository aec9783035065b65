import rule from "../../../policies/rules/ecr-scan-on-push";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const repository = (imageScanningConfiguration: unknown): TestResource[] => [
  { type: "aws:ecr/repository:Repository", props: { imageScanningConfiguration } },
];

export default {
  rule,
  pass: { on: repository({ scanOnPush: true }) },
  fail: {
    off: [/scanOnPush is not true/, repository({ scanOnPush: false })],
    "no value": [/scanOnPush/, repository(undefined)],
  },
  unknown: {
    "the value": repository({ scanOnPush: unknown }),
    "the configuration": repository(unknown),
  },
  other: { type: "aws:ecrpublic/repository:Repository", props: {} },
} satisfies Cases;
