import rule from "../../../policies/rules/required-tags";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const all = { stack: "dev", learner: "me", project: "ecs-handson" };
const cluster = (props: object, provider?: object): TestResource[] => [
  { type: "aws:ecs/cluster:Cluster", props, provider },
];
const defaultTags = (tags: object) => ({ defaultTags: JSON.stringify({ tags }) });

export default {
  rule,
  pass: {
    "its own tags": cluster({ tags: all }),
    "the provider's tags": cluster({}, defaultTags(all)),
    "the provider's tags, as an object": cluster({}, { defaultTags: { tags: all } }),
    "some tags from each": cluster(
      { tags: { learner: "me" } },
      defaultTags({ stack: "d", project: "p" }),
    ),
    "tags with unknown values": cluster({ tags: { ...all, learner: unknown } }),
    "unknown tags beside the provider's": cluster({ tags: unknown }, defaultTags(all)),
  },
  fail: {
    "no tags": [/Missing tags: stack, learner, project/, cluster({})],
    "one missing tag": [/Missing tags: learner/, cluster({ tags: { stack: "d", project: "p" } })],
    "a provider's configuration that is not JSON": [
      /Missing tags/,
      cluster({}, { defaultTags: "tags" }),
    ],
  },
  unknown: { "the tags": cluster({ tags: unknown }) },
  configured: {
    "other names": [
      { enforcementLevel: "advisory", tagNames: ["owner"] },
      cluster({ tags: { owner: "me" } }),
    ],
    "other names that are missing": [
      { enforcementLevel: "advisory", tagNames: ["owner"] },
      cluster({ tags: all }),
      /Missing tags: owner/,
    ],
  },
  other: { type: "aws:ec2/route:Route", props: {} },
} satisfies Cases;
