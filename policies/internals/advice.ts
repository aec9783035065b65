// Reports a single finding, e.g. an exempted one, as advice whatever the level of its rule.
//
// Relies on: the report function that the policy SDK gives a rule (server.js, makeReportViolationFun) also accepting an
// object that has a level of its own, although its type only allows a string.
// Check: the SDK has read the level by the time the function returns.
// Otherwise: the finding is reported as a string, and counts at the level of its rule, which is stricter.

import type { EnforcementLevel, ReportViolation } from "@pulumi/policy";

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
    // In case it is used as a string.
    toString: () => message,
  };
  (reportViolation as unknown as (violation: object) => void)(violation);
  if (!read.level) reportViolation(message, urn);
}
