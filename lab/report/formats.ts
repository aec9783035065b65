/** Forms in which the findings of the policies can be reported. */
export const REPORT_FORMATS = ["sarif", "markdown", "json"] as const;

/** @see REPORT_FORMATS */
export type ReportFormat = (typeof REPORT_FORMATS)[number];
