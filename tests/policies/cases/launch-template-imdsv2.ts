import { INSTANCE, LAUNCH_CONFIGURATION, SPOT_INSTANCE } from "../../../policies/graph/tokens";
import rule from "../../../policies/rules/launch-template-imdsv2";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const template = (metadataOptions: unknown): TestResource[] => [
  { type: "aws:ec2/launchTemplate:LaunchTemplate", props: { metadataOptions } },
];

export default {
  rule,
  pass: {
    "tokens required": template({ httpTokens: "required" }),
    "an endpoint that is off": template({ httpEndpoint: "disabled" }),
    "an instance whose template requires tokens": [
      { type: INSTANCE, props: { launchTemplate: { id: unknown } } },
      ...template({ httpTokens: "required" }),
    ],
  },
  fail: {
    ...Object.fromEntries(
      [INSTANCE, SPOT_INSTANCE, LAUNCH_CONFIGURATION].map((type) => [
        type,
        [/httpTokens is not/, [{ type, props: { instanceType: "t3.micro" } }]] as const,
      ]),
    ),
    "an instance that overrides its template": [
      /httpTokens/,
      [
        {
          type: INSTANCE,
          props: { launchTemplate: { id: unknown }, metadataOptions: { httpTokens: "optional" } },
        },
      ],
    ],
    "tokens optional": [/httpTokens is not "required"/, template({ httpTokens: "optional" })],
    "tokens left to the default": [/httpTokens/, template({ httpEndpoint: "enabled" })],
    "no metadata options": [/httpTokens/, template(undefined)],
  },
  unknown: {
    tokens: template({ httpTokens: unknown }),
    "the metadata options": template(unknown),
  },
  other: { type: "aws:ec2/placementGroup:PlacementGroup", props: {} },
} satisfies Cases;
