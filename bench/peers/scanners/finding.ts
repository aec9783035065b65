/** What a scanner reports: one of its rules, on one resource. */
export interface ScannerFinding {
  /** The scanner's own name for the rule. */
  readonly rule: string;
  /** In the scanner's own spelling; the same in both forms of a case. */
  readonly resource: string;
  /** What the rule wants, in the scanner's words. */
  readonly title: string;
}

/** Findings by name of what was scanned. */
export type FindingsByName = ReadonlyMap<string, readonly ScannerFinding[]>;
