import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { EnforcementLevel } from "@pulumi/policy";
import Ajv from "ajv";
import { configProblems } from "../lib/packConfig";
import { type Rule, settingsSchema } from "../lib/rule";
import { inOrder, rulesIn } from "../lib/rulesIn";
import { suggestion } from "../lib/suggestion";
import { rules as packRules } from "../rules";

const LEVELS: readonly string[] = ["advisory", "mandatory", "remediate", "disabled"];

const HELP = `Usage: npm run policy:config -- FILE... [--rules FOLDER] [--list]

Checks configurations of the policy pack as a preview would, and reports all problems at once: names
of rules and settings, levels, types and values.

  --rules FOLDER   an organisation's own rules, in addition to the pack's
  --list           print the level and settings of each rule by file; without a file, the pack's own
  --help           show this

Exit codes: 0 no problems, 1 problems found, 2 invalid arguments.
`;

const OPTIONS = {
  rules: { type: "string" },
  list: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

type Fields = Readonly<Record<string, unknown>>;
type Levels = Readonly<Record<string, { readonly level: string; readonly settings: Fields }>>;

/** The settings in a file by rule, and all problems with it. */
export interface CheckedConfig {
  readonly levels: Levels;
  readonly problems: readonly string[];
}

/** @param file path of a JSON file, as passed to `--policy-pack-config`. */
export function checkedConfig(file: string, rules: readonly Rule[]): CheckedConfig {
  try {
    const given = read(file);
    const entries = Object.entries(given).map(([name, value]) => checkedEntry(name, value, rules));
    // `all` applies to every rule without its own level.
    const { all } = given;
    const others = rules.filter(
      ({ name, metadata }) => metadata.required === true && !(name in given),
    );
    if (typeof all === "string" && LEVELS.includes(all))
      entries.push(...others.map(({ name }) => checkedEntry(name, all, rules)));
    return {
      levels: Object.fromEntries(
        entries.map(({ name, level, settings }) => [name, { level, settings }]),
      ),
      problems: entries.flatMap(({ problems }) => problems),
    };
  } catch (error) {
    return { levels: {}, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** The rules of a file. @throws Error if it contains anything else, or is empty, which the engine treats as no rules */
function read(file: string): Fields {
  const text = readFileSync(file, "utf8");
  if (text.trim() === "") throw new Error("it is empty; write {} for no settings");
  const given = JSON.parse(text) as unknown;
  if (!isFields(given)) throw new Error("it is not a JSON object of rules");
  // `environments` names Pulumi ESC environments, which may contain more of the configuration.
  return Object.fromEntries(Object.entries(given).filter(([name]) => name !== "environments"));
}

function checkedEntry(name: string, given: unknown, rules: readonly Rule[]) {
  const rule = rules.find((one) => one.name === name);
  const own = rule?.metadata.level ?? "advisory";
  if (typeof given !== "string" && !isFields(given)) {
    return {
      name,
      level: own,
      settings: {},
      problems: [`${name} is neither a level nor an object`],
    };
  }
  const { enforcementLevel: level = own, ...settings } =
    typeof given === "string" ? { enforcementLevel: given } : given;
  const isLevel = typeof level === "string" && LEVELS.includes(level);
  const mistyped = rule ? typeProblems(rule, settings) : {};
  const right = Object.entries(settings).filter(([setting]) => !(setting in mistyped));
  return {
    name,
    level: String(level),
    settings,
    problems: [
      ...(isLevel
        ? []
        : [
            `${name}: ${JSON.stringify(level)} is not a level: ${suggestion(String(level), LEVELS)}`,
          ]),
      ...Object.values(mistyped),
      ...configProblems(
        rules,
        new Map([
          [
            name,
            {
              level: (isLevel ? level : own) as EnforcementLevel,
              settings: Object.fromEntries(right),
            },
          ],
        ]),
      ),
    ],
  };
}

/** Type errors by setting. The engine checks the same schemas. */
function typeProblems(rule: Rule, settings: Fields): Readonly<Record<string, string>> {
  const schemas = settingsSchema(rule.metadata);
  const ajv = new Ajv({ strict: false, allErrors: true });
  const known = Object.entries(settings).filter(([setting]) => setting in schemas);
  return Object.fromEntries(
    known.flatMap(([setting, value]) => {
      const isRight = ajv.validate(schemas[setting] as object, value);
      const errors = (ajv.errors ?? []).map(({ instancePath, message = "is wrong" }) =>
        `${instancePath.replaceAll("/", ".").slice(1)} ${message}`.trim(),
      );
      return isRight ? [] : [[setting, `${rule.name}.${setting}: ${errors.join(", ")}`]];
    }),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A line for each rule: its level, and the settings that differ from the pack's own. */
function list(rules: readonly Rule[], levels: Levels): string {
  const width = Math.max(...rules.map(({ name }) => name.length));
  const lines = rules.map(({ name, metadata }) => {
    const set = levels[name];
    const level = (set ?? levels.all)?.level ?? metadata.level;
    const settings =
      Object.keys(set?.settings ?? {}).length > 0 ? JSON.stringify(set?.settings) : "";
    return `  ${name.padEnd(width)}  ${level.padEnd(9)}  ${settings}`.trimEnd();
  });
  return `${lines.join("\n")}\n`;
}

/** @returns the exit code, see {@link HELP}. */
function main(args: readonly string[]): number {
  const { values, positionals: files } = parseArgs({
    args: [...args],
    options: OPTIONS,
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (files.length === 0 && !values.list) throw new Error("name a file: see --help");
  const rules = inOrder([
    ...packRules,
    ...(values.rules === undefined ? [] : rulesIn(values.rules)),
  ]);
  if (files.length === 0) process.stdout.write(list(rules, {}));
  const checked = files.map((file) => ({ file, ...checkedConfig(file, rules) }));
  for (const { file, levels } of values.list ? checked : []) {
    process.stdout.write(`${file}:\n${list(rules, levels)}`);
  }
  const wrong = checked.filter(({ problems }) => problems.length > 0);
  for (const { file, problems } of wrong) {
    process.stderr.write([`${file} is wrong:`, ...problems].join("\n  - ") + "\n");
  }
  return wrong.length === 0 ? 0 : 1;
}

if (require.main === module) {
  // The reader of the list may have closed the pipe.
  process.stdout.on("error", () => process.exit());
  try {
    process.exitCode = main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}
