import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";

/** A resource that may break a rule for a while, as written in the policy pack configuration. */
export interface Exemption {
  /** URN of the resource; `*` stands for any text. */
  readonly urn: string;
  /** The reason, for later readers. Not empty. */
  readonly reason: string;
  /** Last day on which it is valid, `YYYY-MM-DD`, in UTC. */
  readonly expires: string;
}

/** The configuration property of every rule that can be exempted. */
export const EXEMPTIONS_SCHEMA: PolicyConfigJSONSchema = {
  type: "array",
  description:
    "Resources that may break this rule until a certain day: urn (* is any text), reason, expires.",
  items: {
    type: "object",
    required: ["urn", "reason", "expires"],
    additionalProperties: false,
    properties: {
      urn: { type: "string", minLength: 1 },
      reason: { type: "string", minLength: 1 },
      expires: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
    },
  },
  default: [],
};

/** An exemption as one operation saw it. */
export interface SeenExemption extends Exemption {
  readonly rule: string;
  used: boolean;
}

// Of the current operation: see forgetExemptions.
const seen = new Map<string, SeenExemption>();

const keyOf = (rule: string, exemption: Exemption): string => `${rule} ${exemption.urn}`;

/** Whether `pattern`, in which `*` is any text, matches the whole `text`. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

/** Whether an exemption's last day has passed. */
export function isExpired(exemption: Exemption, today: Date = new Date()): boolean {
  return exemption.expires < today.toISOString().slice(0, 10);
}

/** Records a rule's configured exemptions, so that unused ones can be reported at the end. */
export function note(rule: string, exemptions: readonly Exemption[]): void {
  for (const exemption of exemptions) {
    const key = keyOf(rule, exemption);
    if (!seen.has(key)) {
      seen.set(key, { ...exemption, rule, used: false });
    }
  }
}

/** Finds the valid exemption for a finding of `rule` on `urn`, and marks it as used. */
export function exemptionFor(
  rule: string,
  exemptions: readonly Exemption[],
  urn: string | undefined,
): Exemption | undefined {
  const found = exemptions.find(
    (exemption) => urn !== undefined && !isExpired(exemption) && matches(exemption.urn, urn),
  );
  const entry = found && seen.get(keyOf(rule, found));
  if (entry) {
    entry.used = true;
  }
  return found;
}

/** Every exemption recorded in this operation. */
export function seenExemptions(): readonly SeenExemption[] {
  return [...seen.values()];
}

/** Forgets the recorded exemptions before the next operation. */
export function forgetExemptions(): void {
  seen.clear();
}
