/**
 * Retention periods that CloudWatch Logs offers, in days. Source: CloudWatch Logs API reference, "PutRetentionPolicy".
 */
const retentionDays: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/** Reports that CloudWatch Logs does not offer this retention period, or nothing if it does. */
export function retentionProblem(days: number): string | undefined {
  return retentionDays.includes(days)
    ? undefined
    : `${days} is not one of ${retentionDays.join(", ")}; choose one of them`;
}
