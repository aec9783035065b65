/** What a new rule begins as: it asks for a property that is true. */
export interface Template {
  readonly name: string;
  /** Type token of the resources it looks at. */
  readonly type: string;
  readonly property: string;
}

/** A rule's file. */
export function ruleText({ name, type, property }: Template): string {
  const kind = type.split(":").at(-1) ?? type;
  return `import { isTrue, UNKNOWN } from "../graph/value";
import { practice } from "../lib/frameworks";
import { makeRule } from "../lib/rule";

export default makeRule(
  {
    name: "${name}",
    description: "Every ${kind} has ${property}.",
    level: "advisory",
    severity: "medium",
    framework: practice("Every ${kind} has ${property}"),
    remediationSteps: "Set ${property}: true.",
    url: "https://docs.aws.amazon.com/",
    types: ["${type}"],
  },
  {
    resource({ props: { ${property}: value } }, report) {
      if (value === UNKNOWN) {
        report.unknown("${property}");
      } else if (!isTrue(value)) {
        report.fail("${property} is not true: set ${property}: true.");
      }
    },
  },
);
`;
}

/** The file of its examples: what it refuses, and the same put right. */
export function casesText({ name, type, property }: Template): string {
  const other = "aws:sns/topic:Topic";
  return `import rule from "../../../policies/rules/${name}";
import { type TestResource, unknown } from "../harness";
import type { Cases } from "./case";

const resource = (value: unknown): TestResource[] => [
  { type: "${type}", props: { ${property}: value } },
];

export default {
  rule,
  pass: { on: resource(true), "on, as text": resource("true") },
  fail: {
    off: [/${property} is not true/, resource(false)],
    "nothing said": [/${property} is not true/, resource(undefined)],
  },
  unknown: { "the value": resource(unknown) },
  other: { type: "${type === other ? "aws:sqs/queue:Queue" : other}", props: {} },
} satisfies Cases;
`;
}
