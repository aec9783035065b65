import { format } from "prettier";
import type { ScannerCase } from "./case";
import type { ScannerFinding } from "./finding";
import { type Scan, scanName, type Scans } from "./scan";
import { type Verdict, verdictOf } from "./verdict";

const START = "<!-- verdicts -->";
const END = "<!-- end of verdicts -->";

/** How many rules a cell names; longer lists are cut. */
const RULES_IN_A_CELL = 3;

const cell = (text: string): string => text.replaceAll("|", "\\|");

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => "---"), ...rows]
    .map((row) => `| ${row.map(cell).join(" | ")} |`)
    .join("\n");
}

function findingsOn(scan: Scan, name: string): readonly ScannerFinding[] {
  const findings = scan.findings.get(name);
  if (!findings) {
    throw new Error(`${scan.scanner} did not look at ${name}`);
  }
  return findings;
}

function verdict(each: ScannerCase, scan: Scan): Verdict {
  const [before, changed] = (["before", "changed"] as const).map((form) =>
    findingsOn(scan, scanName(each, form)),
  );
  return verdictOf(each, before ?? [], changed ?? []);
}

function verdictText({ kind }: ScannerCase, { reported, right, rules }: Verdict): string {
  const shown = rules.slice(0, RULES_IN_A_CELL).map((rule) => `\`${rule}\``);
  const more = rules.length - shown.length;
  const names = shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
  if (kind === "flaw") {
    return reported ? `✔ ${names}` : "✘ missed";
  }
  return right ? "✔ quiet" : `✘ false alarm: ${names}`;
}

function verdictTable(cases: readonly ScannerCase[], scans: readonly Scan[]): string {
  return table(
    ["Case", "Kind", ...scans.map(({ scanner }) => scanner)],
    cases.map((each) => [
      each.title,
      each.kind,
      ...scans.map((scan) => verdictText(each, verdict(each, scan))),
    ]),
  );
}

function scoreTable(cases: readonly ScannerCase[], scans: readonly Scan[]): string {
  const score = (kind: ScannerCase["kind"], scan: Scan): string => {
    const ofKind = cases.filter((each) => each.kind === kind);
    const right = ofKind.filter((each) => verdict(each, scan).right);
    return `${right.length} of ${ofKind.length}`;
  };
  return table(
    ["Scanner", "Flaws found", "Harmless changes left alone", "False alarms"],
    scans.map((scan) => [
      scan.scanner,
      score("flaw", scan),
      score("harmless", scan),
      String(cases.filter((each) => each.kind === "harmless" && !verdict(each, scan).right).length),
    ]),
  );
}

const quoted = (cases: readonly ScannerCase[]): string =>
  cases.map(({ title }) => `“${title}”`).join(", ");

/** One paragraph that compares our pack with another: what only one of them got right. */
function difference(cases: readonly ScannerCase[], ours: Scan, other: Scan): string {
  const only = (winner: Scan, loser: Scan) =>
    cases.filter((each) => verdict(each, winner).right && !verdict(each, loser).right);
  const won = only(ours, other);
  const lost = only(other, ours);
  return [
    `**${other.scanner}.**`,
    won.length > 0
      ? `Wrong where the pack is right: ${quoted(won)}.`
      : "Never wrong where the pack is right.",
    lost.length > 0
      ? `Right where the pack is wrong: ${quoted(lost)}.`
      : "Never right where the pack is wrong.",
  ].join(" ");
}

function restTable(cases: readonly ScannerCase[], scans: readonly Scan[]): string {
  const rows = scans.flatMap((scan) => {
    const perCase = cases.map((each) => {
      const findings = findingsOn(scan, scanName(each, "before"));
      return new Map(findings.map(({ rule, title }) => [rule, title]));
    });
    const titles = new Map(perCase.flatMap((titlesOfCase) => [...titlesOfCase]));
    return [...titles]
      .map(([rule, title]) => ({
        rule,
        title,
        count: perCase.filter((found) => found.has(rule)).length,
      }))
      .sort((a, b) => b.count - a.count || a.rule.localeCompare(b.rule))
      .map(({ rule, title, count }) => [scan.scanner, `\`${rule}\``, title, String(count)]);
  });
  return table(["Scanner", "Rule", "It wants", "Cases"], rows);
}

const METHOD = `## How to read it

Every case is a stack in two forms: one that is in order, and the same one with one change. The change is a
*flaw* or it is *harmless*. A scanner has reported the change if one of its rules reports something
on the second form that it does not report on the first; the table names these rules. So nobody had to
decide which rule of a scanner applies, and what it says about the rest of a stack does not count.

- **This pack** gets the stack as the engine passes it in a preview: ids are unknown, dependencies
  are named. All rules run, with their default settings; advice counts as a finding.
- **Checkov** reads the stack as a Terraform program, generated from the Pulumi form, and as a CloudFormation
  template. It has more checks for Terraform. Its scan for credentials is on.
- **cdk-nag** reads the template, with every rule it has, whichever pack the rule is in. Rules of
  AwsSolutions have the names from that pack, others their own; *threw* marks a rule that failed.

The cases are ours, written with these rules in mind, so the score does not measure the scanners as a
whole: both have hundreds of rules for services that this pack does not know. What counts as a flaw is also
our opinion. The table shows where following the resource graph, and reading what ECS reads, makes
a difference, and where the others see more.`;

function versionText({ versions }: Scans, date: string): string {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Run on ${date} with ${names.join(" and ")}, by \`npm run bench:scanners\`.`;
}

/** The part of a page that `--check` compares. @throws Error if the page has none */
export function verdictsOf(page: string): string {
  const [start, end] = [page.indexOf(START), page.indexOf(END)];
  if (start < 0 || end < start) {
    throw new Error("the page has no table of verdicts");
  }
  return page.slice(start, end);
}

/**
 * The page about the comparison, as formatted Markdown.
 *
 * @param result The scans; the others are compared with the first.
 * @param date Day of the run, `YYYY-MM-DD`.
 */
export function comparisonPage(
  cases: readonly ScannerCase[],
  result: Scans,
  date: string,
): Promise<string> {
  const { scans } = result;
  const [ours, ...others] = scans;
  if (!ours) {
    throw new Error("there is nothing to compare");
  }
  const page = [
    "# The policy pack compared with Checkov and cdk-nag",
    "<!-- Generated by `npm run bench:scanners`: change the cases, not this page. -->",
    versionText(result, date),
    scoreTable(cases, scans),
    METHOD,
    "## Verdicts",
    "✔ means right: a flaw reported, a harmless change left alone. ✘ means wrong.",
    START,
    verdictTable(cases, scans),
    END,
    "## Where they differ",
    ...others.map((other) => difference(cases, ours, other)),
    "## Why these cases",
    cases.map(({ title, why }) => `- **${title}.** ${why}`).join("\n"),
    "## What else they say",
    "What each reports on the forms that are in order, because these templates omit much of a real " +
      "stack. The pack requires some of it under another name, and does not look at the rest (VPC flow logs, web " +
      "application firewalls, customer managed keys).",
    restTable(cases, scans),
  ].join("\n\n");
  return format(page, { parser: "markdown", printWidth: 100 });
}
