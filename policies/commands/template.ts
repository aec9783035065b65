import type { RuleText } from "./wording";

/** The template of a new rule, which requires a property to be true. */
export interface RuleTemplate {
  readonly name: string;
  /** Type token of the resources it looks at. */
  readonly type: string;
  readonly property: string;
}

const kindOf = ({ type }: RuleTemplate): string => type.split(":").at(-1) ?? type;

/** The Japanese text about a rule. */
export const japaneseText = (rule: RuleTemplate): RuleText => ({
  description: `すべての ${kindOf(rule)} に ${rule.property} を設定する。`,
  reason: `${kindOf(rule)} を ${rule.property} なしで使わないようにする。`,
  remediationSteps: `\`${rule.property}: true\` を設定する。`,
});

/** A rule's file. */
export function ruleText(rule: RuleTemplate): string {
  const { name, type, property } = rule;
  const kind = kindOf(rule);
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
        report.fail("${property} is not true.");
      }
    },
  },
);
`;
}

/** The file of its examples: what it refuses, and the corrected form. */
export function casesText({ name, type, property }: RuleTemplate): string {
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
    "no value": [/${property} is not true/, resource(undefined)],
  },
  unknown: { "the value": resource(unknown) },
  other: { type: "${type === other ? "aws:sqs/queue:Queue" : other}", props: {} },
} satisfies Cases;
`;
}
