import * as path from "node:path";

import { InvalidArgumentError } from "commander";

/** Formats of reports on the policies' findings. */
const REPORT_FORMATS = ["sarif", "markdown", "json"] as const;

/** @see REPORT_FORMATS */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A requested report, and its file if one was named. */
export interface ReportRequest {
  format: ReportFormat;
  /** Absolute path. */
  file?: string;
}

/**
 * Parses one `FORMAT` or `FORMAT=FILE` of the command line and adds it to the previous ones.
 *
 * @throws InvalidArgumentError for an unknown format, a missing file after `=`, or a file that is already used by
 * another report.
 */
export function reportRequest(given: string, previous: ReportRequest[] = []): ReportRequest[] {
  const [, name, named] = /^([^=]*)(?:=(.*))?$/s.exec(given) ?? [];
  const format = REPORT_FORMATS.find((one) => one === name);
  if (format === undefined) {
    throw new InvalidArgumentError(`Allowed choices are ${REPORT_FORMATS.join(", ")}.`);
  }
  if (named === undefined) return [...previous, { format }];
  const file = path.resolve(named);
  if (named === "") throw new InvalidArgumentError(`write a file name after ${format}=`);
  if (previous.some((one) => one.file === file)) {
    throw new InvalidArgumentError(`${file} is already used by another report`);
  }
  return [...previous, { format, file }];
}
