/** A finding of a scanner: one of its rules, on one resource. */
export interface ScannerFinding {
  /** The scanner's own name for the rule. */
  readonly rule: string;
  /** The scanner's own name for it; the same in both forms of a case. */
  readonly resource: string;
  /** What the rule requires, in the scanner's words. */
  readonly title: string;
}

/** Findings by the name of the scanned form. */
export type FindingsByName = ReadonlyMap<string, readonly ScannerFinding[]>;
