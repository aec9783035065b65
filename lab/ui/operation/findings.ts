import colors from "picocolors";

import type { PolicyFinding } from "../../engine/operation";
import { nameOf } from "./changes";

type Finding = Pick<PolicyFinding, "policy" | "level" | "urn" | "message">;

export interface FindingsOptions {
  /** Policy packs that ran, name to version. */
  packs: Readonly<Partial<Record<string, string>>>;
  findings: readonly PolicyFinding[];
  /** The previous findings: unchanged advice is then only named. */
  before?: readonly Finding[];
  /** Whether to omit unchanged findings, which were shown a moment ago. @default false */
  onlyNews?: boolean;
}

/**
 * The policies' findings, grouped by rule. Violations come last, at the end of the output, where a reader looks first.
 */
export function findingsLines(options: FindingsOptions): string[] {
  const { packs, findings, before = [], onlyNews = false } = options;
  const judges = Object.entries(packs).map(([name, version]) => `${name}@v${version ?? ""}`);
  if (judges.length === 0 && findings.length === 0) return [];
  const known = new Set(before.map(keyOf));
  const isKnown = (finding: Finding) => known.has(keyOf(finding));
  if (onlyNews && findings.every(isKnown)) return [];
  const advice = findings.filter(({ level }) => level === "advisory");
  const refusals = findings.filter(({ level }) => level === "mandatory");
  const asBefore = advice.filter(isKnown);
  const counts = [
    ...(refusals.length > 0 ? [colors.red(count(refusals, "violation"))] : []),
    ...(advice.length > 0 ? [count(advice, "piece of advice", "pieces of advice")] : []),
    ...(asBefore.length > 0
      ? [`${howMany(asBefore, advice)}as before (${rulesOf(asBefore)})`]
      : []),
  ];
  return [
    `Policies (${judges.join(", ")}): ${counts.join(", ") || "nothing to say"}`,
    ...ruleLines(
      advice.filter((finding) => !isKnown(finding)),
      "advice",
    ),
    ...ruleLines(refusals, colors.red("refused")),
  ];
}

const howMany = (some: readonly unknown[], all: readonly unknown[]) =>
  some.length < all.length ? `${some.length} ` : "";

const rulesOf = (findings: readonly Finding[]) =>
  [...new Set(findings.map(({ policy }) => policy))].join(", ");

function ruleLines(findings: readonly PolicyFinding[], level: string): string[] {
  const byRule = new Map<string, PolicyFinding[]>();
  for (const finding of findings) {
    byRule.set(finding.policy, [...(byRule.get(finding.policy) ?? []), finding]);
  }
  return [...byRule].flatMap(([policy, found]) => {
    const [first] = found;
    const [rule = ""] = first?.message.split("\n") ?? [];
    return [`  ${level} ${colors.bold(policy)}: ${rule}`, ...resourceLines(found)];
  });
}

/** A rule's findings; resources with the same message are listed together. */
function resourceLines(found: readonly PolicyFinding[]): string[] {
  const byText = new Map<string, string[]>();
  for (const { message, urn } of found) {
    const [, ...rest] = message.split("\n");
    const text = rest.join("\n");
    const name = urn === undefined ? "the stack" : nameOf(urn);
    byText.set(text, [...(byText.get(text) ?? []), name]);
  }
  return [...byText].flatMap(([text, names]) => {
    const [first = "", ...rest] = text.split("\n");
    const who = [...new Set(names)].join(", ");
    return [`    ${who}: ${first}`, ...rest.map((line) => `      ${line}`)];
  });
}

const keyOf = ({ policy, level, urn = "", message }: Finding) =>
  [policy, level, urn, message].join("\n");

function count({ length }: readonly unknown[], one: string, many = `${one}s`): string {
  return `${length} ${length === 1 ? one : many}`;
}
