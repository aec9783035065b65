import type { ScannerCase } from "./case";
import type { ScannerFinding } from "./finding";

/** How a scanner judged a case. */
export interface Verdict {
  readonly reported: boolean;
  /** Whether that is right: a flaw reported, something harmless left alone. */
  readonly right: boolean;
  /** Its rules that report the change, without duplicates, sorted by name. */
  readonly rules: readonly string[];
}

/** Judges a scanner by what it reports on the changed form but not on the one before. */
export function verdictOf(
  { kind }: Pick<ScannerCase, "kind">,
  before: readonly ScannerFinding[],
  changed: readonly ScannerFinding[],
): Verdict {
  const key = ({ rule, resource }: ScannerFinding): string => `${rule} ${resource}`;
  const known = new Set(before.map(key));
  const added = changed.filter((finding) => !known.has(key(finding)));
  const rules = [...new Set(added.map(({ rule }) => rule))].sort();
  const reported = rules.length > 0;
  return { reported, right: reported === (kind === "flaw"), rules };
}
