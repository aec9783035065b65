import type { EnforcementLevel, ReportViolation } from "@pulumi/policy";

// Relies on: the report function that the policy SDK gives a rule (server.js, makeReportViolationFun) taking
// an object too, with a level of its own; its type says text only.
// Without it: what is advice, such as an exempted finding, counts at the level of its rule: stricter.
// Proof: the SDK has read the level when the function returns; otherwise the finding is reported as text.

/** Reports one finding of a rule as advice, whatever the rule's level. */
export function advise(
  reportViolation: ReportViolation,
  description: string,
  message: string,
  urn: string | undefined,
): void {
  const read = { level: false };
  const violation = {
    message: `${description}\n${message}`,
    urn,
    get enforcementLevel(): EnforcementLevel {
      read.level = true;
      return "advisory";
    },
    // Should it be taken for a text.
    toString: () => message,
  };
  (reportViolation as unknown as (violation: object) => void)(violation);
  if (!read.level) reportViolation(message, urn);
}
