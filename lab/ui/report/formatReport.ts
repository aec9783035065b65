import { mkdir } from "node:fs/promises";
import * as path from "node:path";

import { rules } from "../../../policies/rules";
import type { OperationReport } from "../../engine/operation";
import { replaceFile } from "../../shared/replaceFile";
import type { ReportFormat } from "./formats";
import { markdownReport } from "./markdown";
import { sarifReport } from "./sarif";

/**
 * A report of the policies' findings: SARIF 2.1.0 for code scanning, Markdown for a comment on a pull request, or JSON
 * for programs.
 */
export function formatReport(report: OperationReport, format: ReportFormat): string {
  const metadata = rules.map((rule) => rule.metadata);
  switch (format) {
    case "sarif":
      return `${JSON.stringify(sarifReport(report, metadata), null, 2)}\n`;
    case "markdown":
      return markdownReport(report, metadata);
    case "json": {
      const findings = report.findings.map((finding) => ({
        ...finding,
        remediation: metadata.find(({ name }) => name === finding.policy)?.remediationSteps,
      }));
      return `${JSON.stringify({ ...report, findings }, null, 2)}\n`;
    }
  }
}

/** Writes a report to a file, creating its folder. */
export async function writeReport(text: string, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await replaceFile(file, text);
}
