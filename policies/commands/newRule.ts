import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { format } from "prettier";
import { JAPANESE_TEXTS, japaneseTexts } from "./japanese";
import { casesText, japaneseText, ruleText, type RuleTemplate } from "./template";

const ROOT = join(__dirname, "..", "..");
const RULES = "policies/rules";
const CASES = "tests/policies/cases";
/** The list of the pack's rules, by which a test notices a missing one. */
const PINNED = "tests/policies/rules.json";

const HELP = `Usage: npm run policy:new -- NAME [--type TOKEN] [--property NAME]

Creates a rule of the pack with its examples: ${RULES}/NAME.ts and ${CASES}/NAME.ts,
and its text in ${JAPANESE_TEXTS}. The generated rule works: it requires a property
to be true. Change it to require what you need.

  NAME               words in lower case with hyphens between them, e.g. ecs-service-managed-tags
  --type TOKEN       type of the resources it looks at (default: aws:ecs/service:Service)
  --property NAME    the property it requires (default: enableEcsManagedTags)
  --help             show this
`;

const OPTIONS = {
  type: { type: "string", default: "aws:ecs/service:Service" },
  property: { type: "string", default: "enableEcsManagedTags" },
  help: { type: "boolean", default: false },
} as const;

/**
 * All problems with the arguments for a new rule.
 *
 * @param names from the command line; there must be one.
 */
export function problemsOf(names: readonly string[], { type, property }: RuleTemplate): string[] {
  const [name = "", ...more] = names;
  const checks: readonly (readonly [boolean, string])[] = [
    [names.length === 0, "give the name of the rule"],
    [more.length > 0, `one rule at a time, not ${names.join(" and ")}`],
    [
      names.length > 0 && !/^[a-z][a-z0-9]*(-[a-z0-9]+)+$/.test(name),
      `"${name}" cannot be a rule's name: use two or more words in lower case, with hyphens between them`,
    ],
    [
      [RULES, CASES].some((folder) => existsSync(join(ROOT, folder, `${name}.ts`))),
      `the rule "${name}" already exists`,
    ],
    [
      !/^[a-z][\w-]*:[\w./-]+:[A-Z]\w*$/.test(type),
      `"${type}" is not a resource type such as aws:ecs/service:Service`,
    ],
    [!/^[a-z]\w*$/.test(property), `"${property}" is not a property name`],
  ];
  return checks.filter(([isWrong]) => isWrong).map(([, problem]) => problem);
}

/** JSON with its names sorted. */
const inOrder = (entries: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))));

/** Writes the files of a rule. @returns their paths below the root */
async function write(rule: RuleTemplate): Promise<readonly string[]> {
  const pinned = JSON.parse(readFileSync(join(ROOT, PINNED), "utf8")) as Record<string, string>;
  const files = {
    [`${RULES}/${rule.name}.ts`]: ruleText(rule),
    [`${CASES}/${rule.name}.ts`]: casesText(rule),
    [PINNED]: inOrder({ ...pinned, [rule.name]: "advisory" }),
    [JAPANESE_TEXTS]: inOrder({ ...japaneseTexts(), [rule.name]: japaneseText(rule) }),
  };
  for (const [file, text] of Object.entries(files)) {
    const formatted = await format(text, { filepath: file, printWidth: 100 });
    writeFileSync(join(ROOT, file), formatted);
  }
  // Loads the rules, so it comes after them.
  const { writeDocs } = await import("./docs");
  return [...Object.keys(files), ...(await writeDocs())];
}

/** @returns the exit code: 1 if the arguments are wrong, and nothing was written. */
async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const rule = { name: positionals[0] ?? "", type: values.type, property: values.property };
  const problems = problemsOf(positionals, rule);
  if (problems.length > 0) {
    throw new Error([...problems, "see npm run policy:new -- --help"].join("\n  "));
  }
  const files = await write(rule);
  process.stdout.write(
    `${files.map((file) => `wrote ${file}\n`).join("")}The pack loads the rule at its next start. ` +
      `Change what it requires, then:
` +
      `  npx mocha tests/policies/rules.test.ts tests/policies/pack.test.ts -g ${rule.name}\n` +
      `  npm run policy:mutation -- ${rule.name}\n` +
      `  npm run policy:docs\n`,
  );
  return 0;
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
