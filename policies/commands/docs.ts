import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "../lib/rule";
import { rules } from "../rules";
import { english } from "./english";
import { formatted } from "./formatted";
import { japanese } from "./japanese";
import type { Wording } from "./wording";

/** The languages of the page. */
export const WORDINGS: readonly Wording[] = [english, japanese];

const FOLDER = join(__dirname, "..", "..", "docs");

/** Path of the page in a language. */
export const pathOf = ({ file }: Wording): string => join(FOLDER, file);

const STACK_KINDS = ["dev", "prod"];

type Levels = Readonly<Record<string, string | { readonly enforcementLevel?: string } | undefined>>;

function readLevels(kind: string): Levels {
  return JSON.parse(
    readFileSync(join(__dirname, "..", "config", `${kind}.json`), "utf8"),
  ) as Levels;
}

function levelIn(levels: Levels, { name, metadata }: Rule): string {
  const configured = levels[name];
  const level = typeof configured === "string" ? configured : configured?.enforcementLevel;
  return level ?? metadata.level;
}

const cell = (text: string): string => text.replaceAll("|", "\\|");

function table({ columns, textOf }: Wording): string {
  const kinds = STACK_KINDS.map(readLevels);
  const rows = rules.map((rule) => [
    `[${rule.name}](#${rule.name})`,
    textOf(rule).description,
    rule.metadata.severity,
    ...kinds.map((levels) => levelIn(levels, rule)),
  ]);
  const header = [...columns, ...STACK_KINDS];
  return [header, header.map(() => "---"), ...rows]
    .map((row) => `| ${row.map(cell).join(" | ")} |`)
    .join("\n");
}

/** The verdicts of `npm run bench:scanners`, taken from its own page. */
function verdicts(): string {
  const page = readFileSync(join(FOLDER, "policy-comparison.md"), "utf8");
  const [, found = ""] = /^## Verdicts\n([^]*?)^## /m.exec(page) ?? [];
  return found.trim();
}

/** The page on the policies in a language, as Markdown, formatted. */
export function policyDocs(wording: Wording): Promise<string> {
  const page = [
    wording.introduction,
    `## ${wording.rulesHeading}`,
    table(wording),
    wording.advice,
    wording.configuration,
    wording.comparison(verdicts()),
    `## ${wording.detailsHeading}`,
    ...rules.map((rule) => `### ${rule.name}\n\n${wording.details(rule, wording.textOf(rule))}`),
  ].join("\n\n");
  return formatted(page, pathOf(wording));
}

/** Writes the page in each language. @returns their paths below the root */
export async function writeDocs(): Promise<string[]> {
  mkdirSync(FOLDER, { recursive: true });
  for (const wording of WORDINGS) {
    writeFileSync(pathOf(wording), await policyDocs(wording));
  }
  return WORDINGS.map(({ file }) => `docs/${file}`);
}

if (require.main === module) {
  void writeDocs().then((files) => {
    console.log(`wrote ${String(rules.length)} rules to ${files.join(" and ")}`);
  });
}
