import type { Rule } from "../lib/rule";

/** The texts about a rule in a language. */
export interface RuleText {
  /** One sentence: what a resource must be like. */
  readonly description: string;
  /** Why; in English, the title of the control that the rule implements gives the reason. */
  readonly reason?: string;
  /** What to change in the program. */
  readonly remediationSteps: string;
  /** What each setting of the rule means, by its name. @default {} */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The texts of the page on the policies in one language, as Markdown, except those about the rules. */
export interface Wording {
  /** The page's file name in `docs/`. */
  readonly file: string;
  /** The title, and everything before the table of rules. */
  readonly introduction: string;
  readonly rulesHeading: string;
  /** Headings of the table's first three columns: rule, what it requires, severity. */
  readonly columns: readonly [string, string, string];
  readonly advice: string;
  readonly configuration: string;
  /** @param verdicts the table of `npm run bench:scanners` */
  readonly comparison: (verdicts: string) => string;
  readonly detailsHeading: string;
  /** @throws Error if the rule has no text in this language */
  readonly textOf: (rule: Rule) => RuleText;
  /** The text under a rule's heading. */
  readonly details: (rule: Rule, text: RuleText) => string;
}

/** Types that a rule looks at, as code. */
export const typesOf = ({ metadata: { types } }: Rule, comma: string): string =>
  types.map((type) => `\`${type}\``).join(comma);

/**
 * A list entry for each setting of a rule.
 * @param defaultIs the text before a default value
 */
export function settingsOf({ metadata }: Rule, text: RuleText, defaultIs: string): string[] {
  return Object.entries(metadata.settings ?? {}).map(
    ([setting, schema]) =>
      `  - \`${setting}\`: ${text.settings?.[setting] ?? ""}${defaultIs}\`${JSON.stringify(schema.default)}\``,
  );
}

/** The example of an exemption, the same in all languages. */
export const EXEMPTION = `\`\`\`json
{
  "ecs-task-definition-readonly-root": {
    "enforcementLevel": "mandatory",
    "exemptions": [
      { "urn": "*TaskDefinition::legacy*", "reason": "writes its cache to /app", "expires": "2027-03-31" }
    ]
  }
}
\`\`\``;
