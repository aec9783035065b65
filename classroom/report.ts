import { z } from "zod";

import { PHASES } from "./record";

const finding = z.object({
  policy: z.string(),
  level: z.enum(["mandatory", "advisory"]),
  message: z.string(),
});

const stackResult = z.object({
  stack: z.string(),
  learner: z.string(),
  /**
   * `succeeded`; `failed`; `skipped`, for it stands already as the roster wants it; `stopped` before it began.
   */
  result: z.enum(["succeeded", "failed", "skipped", "stopped"]),
  /** Where the stack stands afterwards. */
  phase: z.enum(PHASES),
  /** Whether the learner is in the roster. */
  inRoster: z.boolean(),
  /** Resources that the stack has; null where nobody could say. */
  resources: z.int().nonnegative().nullable(),
  /** Last day, `YYYY-MM-DD`, or `never`. */
  expires: z.string(),
  expired: z.boolean(),
  /** Estimate in USD; null for a stack that is in no roster. */
  monthlyUsd: z.number().nonnegative().nullable(),
  /** Seconds that the operation took. */
  seconds: z.number().nonnegative().optional(),
  /** Number of resources by what was done, or would be. */
  changes: z.record(z.string(), z.number()).optional(),
  /** Mandatory and advisory findings of the policies. */
  findings: z.array(finding).optional(),
  errors: z.array(z.string()),
  outputs: z.record(z.string(), z.unknown()).optional(),
  /** What the learner types to update the stack, with the class's policies and budget, once it was set up. */
  command: z.string().optional(),
});

/** What one run of `npm run class` did, for programs; classroom/report.schema.json is made from this. */
export const reportSchema = z.object({
  version: z.literal(1),
  class: z.string(),
  operation: z.enum(["preview", "up", "status", "destroy"]),
  backend: z.enum(["lab", "aws"]),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** Whether the run was stopped before it was through. */
  stopped: z.boolean(),
  /** Estimate in USD of what stands after the run; after a preview, of all that would. */
  monthlyUsd: z.number().nonnegative(),
  stacks: z.array(stackResult),
});

export type ClassReport = z.output<typeof reportSchema>;
export type StackResult = z.output<typeof stackResult>;

/** The report's form as JSON Schema (draft 2020-12). */
export function reportJsonSchema(): object {
  return z.toJSONSchema(reportSchema);
}

/** Why a stack failed, in one line. */
export function reason({
  findings = [],
  errors,
}: Pick<StackResult, "findings" | "errors">): string {
  const refused = findings.filter(({ level }) => level === "mandatory");
  const rules = [...new Set(refused.map(({ policy }) => policy))];
  if (rules.length > 0) return `refused by ${rules.join(", ")}`;
  const [first = "no reason was given"] = errors;
  const [line = first, next] = first.split("\n");
  // A list of what is wrong: its first item says more than its heading.
  return line.endsWith(":") && next !== undefined ? next.replace(/^[\s-]+/, "") : line;
}
