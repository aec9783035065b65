/** A check of one resource that rules had to leave to the update, for one reason. */
export interface OpenQuestion {
  readonly urn: string | undefined;
  /** The property, or the question, whose answer only the update knows. */
  readonly what: string;
  /** Names of the rules that could not check the resource, in the order in which they asked. */
  readonly rules: readonly string[];
}

// The pack judges one operation at a time: what was left open ends with the operation.
const open = new Map<string, { urn: string | undefined; what: string; rules: Set<string> }>();

/**
 * Records that a rule leaves a resource to the update, so that it is reported once for all rules with the same reason.
 */
export function leaveOpen(rule: string, what: string, urn: string | undefined): void {
  const key = `${urn ?? ""} ${what}`;
  const question = open.get(key) ?? { urn, what, rules: new Set<string>() };
  question.rules.add(rule);
  open.set(key, question);
}

/** What was left open in this operation so far. */
export function openQuestions(): readonly OpenQuestion[] {
  return [...open.values()].map(({ rules, ...question }) => ({ ...question, rules: [...rules] }));
}

/** Forgets what was left open, for the next operation. */
export function forgetOpenQuestions(): void {
  open.clear();
}
