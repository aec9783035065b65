import type { OperationReport } from "../../../../lab/engine/operation";

/** Report of a preview of 52 new resources that the policies refuse, with what they found. */
export function refusedPreview(
  stack: string,
  findings: readonly Omit<OperationReport["findings"][number], "pack">[],
): OperationReport {
  const pack = "ecs-handson";
  return {
    operation: "preview",
    stack,
    result: "failed",
    changes: { create: 52 },
    policyPacks: { [pack]: "0.1.0" },
    findings: findings.map((finding) => ({ ...finding, pack })),
    errors: [],
  };
}
