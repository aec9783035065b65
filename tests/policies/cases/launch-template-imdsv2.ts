import rule from "../../../policies/rules/launch-template-imdsv2";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const template = (metadataOptions: unknown): TestResource[] => [
  { type: "aws:ec2/launchTemplate:LaunchTemplate", props: { metadataOptions } },
];

export default {
  rule,
  pass: { "tokens required": template({ httpTokens: "required" }) },
  fail: {
    "tokens optional": [/httpTokens is not "required"/, template({ httpTokens: "optional" })],
    "tokens left to the default": [/httpTokens/, template({ httpEndpoint: "enabled" })],
    "no metadata options": [/httpTokens/, template(undefined)],
  },
  unknown: {
    tokens: template({ httpTokens: unknown }),
    "the metadata options": template(unknown),
  },
  other: { type: "aws:ec2/launchConfiguration:LaunchConfiguration", props: {} },
} satisfies Cases;
