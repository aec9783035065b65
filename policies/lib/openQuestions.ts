/** Something about a resource that rules can only check in the update. */
export interface OpenQuestion {
  readonly urn: string | undefined;
  /** The property, or the question, that is unknown until the update. */
  readonly what: string;
  /** Names of the rules that could not check the resource, in the order in which they asked. */
  readonly rules: readonly string[];
}

// Of the current operation: see forgetOpenQuestions.
const open = new Map<string, { urn: string | undefined; what: string; rules: Set<string> }>();

/**
 * Records that a rule can check a resource only in the update, to report it once for all rules with the same question.
 */
export function leaveOpen(rule: string, what: string, urn: string | undefined): void {
  const key = `${urn ?? ""} ${what}`;
  const question = open.get(key) ?? { urn, what, rules: new Set<string>() };
  question.rules.add(rule);
  open.set(key, question);
}

/** The open questions of this operation so far. */
export function openQuestions(): readonly OpenQuestion[] {
  return [...open.values()].map(({ rules, ...question }) => ({ ...question, rules: [...rules] }));
}

/** Forgets the open questions before the next operation. */
export function forgetOpenQuestions(): void {
  open.clear();
}
