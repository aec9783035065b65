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
   * `succeeded`; `failed`; `skipped`, because it already matches the roster; `stopped` before it started.
   */
  result: z.enum(["succeeded", "failed", "skipped", "stopped"]),
  /** The stack's phase afterwards. */
  phase: z.enum(PHASES),
  /** Whether the learner is in the roster. */
  inRoster: z.boolean(),
  /** Number of the stack's resources; null if unknown. */
  resources: z.int().nonnegative().nullable(),
  /** Last day, `YYYY-MM-DD`, or `never`. */
  expires: z.string(),
  expired: z.boolean(),
  /** Estimate in USD; null for a stack that is not in the roster. */
  monthlyUsd: z.number().nonnegative().nullable(),
  /** Seconds that the operation took. */
  seconds: z.number().nonnegative().optional(),
  /** Number of resources by what was done, or would be. */
  changes: z.record(z.string(), z.number()).optional(),
  /** Mandatory and advisory findings of the policies. */
  findings: z.array(finding).optional(),
  errors: z.array(z.string()),
  outputs: z.record(z.string(), z.unknown()).optional(),
  /** The command with which the learner updates the stack, with the class's policies and budget; once it was set up. */
  command: z.string().optional(),
});

/** The machine-readable report of a run of `npm run class`; classroom/report.schema.json is generated from this. */
export const reportSchema = z.object({
  version: z.literal(1),
  class: z.string(),
  operation: z.enum(["preview", "up", "status", "destroy"]),
  backend: z.enum(["lab", "aws"]),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** Whether the run was stopped before it finished. */
  stopped: z.boolean(),
  /** Estimate in USD of what is deployed after the run; after a preview, of what would be. */
  monthlyUsd: z.number().nonnegative(),
  stacks: z.array(stackResult),
});

export type ClassReport = z.output<typeof reportSchema>;
export type StackResult = z.output<typeof stackResult>;

/** The report's JSON Schema (draft 2020-12). */
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
  // In a list of problems, the first item says more than the heading.
  return line.endsWith(":") && next !== undefined ? next.replace(/^[\s-]+/, "") : line;
}
