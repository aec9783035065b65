import * as path from "node:path";

import { InvalidArgumentError } from "commander";

/** Forms in which the findings of the policies can be reported. */
export const REPORT_FORMATS = ["sarif", "markdown", "json"] as const;

/** @see REPORT_FORMATS */
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A report that was asked for, and its file if one was named with it. */
export interface ReportRequest {
  format: ReportFormat;
  /** Absolute path. */
  file?: string;
}

/**
 * Reads one `FORMAT` or `FORMAT=FILE` of the command line and adds it to those before it.
 *
 * @throws InvalidArgumentError for no format, no file after `=`, or a file that another report has.
 */
export function reportRequest(given: string, previous: ReportRequest[] = []): ReportRequest[] {
  const [, name, named] = /^([^=]*)(?:=(.*))?$/s.exec(given) ?? [];
  const format = REPORT_FORMATS.find((one) => one === name);
  if (format === undefined) {
    throw new InvalidArgumentError(`Allowed choices are ${REPORT_FORMATS.join(", ")}.`);
  }
  if (named === undefined) return [...previous, { format }];
  const file = path.resolve(named);
  if (named === "") throw new InvalidArgumentError(`write the file's name after ${format}=`);
  if (previous.some((one) => one.file === file)) {
    throw new InvalidArgumentError(`${file} is the file of another report`);
  }
  return [...previous, { format, file }];
}
