import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import type { OperationReport } from "../engine/operation";
import { type StackReport, stackReportSchema } from "../protocol/report";
import { mustKnowVersion, versionIn } from "../protocol/storedVersion";
import { parsedJson } from "../shared/parsedJson";
import { replaceFile } from "../shared/replaceFile";

export type { StackReport } from "../protocol/report";

export function toStackReport(report: OperationReport): StackReport {
  const { stack, operation, result, changes, findings, errors } = report;
  return stackReportSchema.parse({
    stack,
    operation,
    result,
    at: new Date().toISOString(),
    changes,
    errors: errors.length,
    findings,
  });
}

/** Increases when the file format changes; earlier formats stay readable. */
const FILE_VERSION = 1;

/** Before the file had a version, it was just the list. */
const fileSchema = z.union([
  z.object({ version: z.literal(FILE_VERSION), reports: z.array(stackReportSchema) }),
  z.array(stackReportSchema).transform((reports) => ({ reports })),
]);

/** The last report of each stack, kept in a file so that a later process can show them. */
export class StackReports {
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly reports: Map<string, StackReport>,
  ) {}

  /**
   * @param stateDir the lab's state folder. A file that cannot be read counts as empty.
   * @throws Error when a newer lab wrote it
   */
  static async open(stateDir: string): Promise<StackReports> {
    const file = path.join(stateDir, "reports.json");
    const written = parsedJson(await readFile(file, "utf8").catch(() => "[]"));
    // A damaged file costs no more than the last findings.
    const remedy = "remove it, which only loses the last findings";
    mustKnowVersion(file, versionIn(written), FILE_VERSION, remedy);
    const known = fileSchema.safeParse(written).data?.reports ?? [];
    return new StackReports(file, new Map(known.map((report) => [report.stack, report])));
  }

  /** Sorted by stack name. */
  list(): StackReport[] {
    return [...this.reports.values()].sort((one, other) => (one.stack < other.stack ? -1 : 1));
  }

  /** Stores a stack's report, or removes that of a destroyed stack. Resolves when it is on disk. */
  async put(report: StackReport): Promise<void> {
    const isGone = report.operation === "destroy" && report.result === "succeeded";
    if (isGone) this.reports.delete(report.stack);
    else this.reports.set(report.stack, report);
    this.writing = this.writing.then(() =>
      replaceFile(this.file, JSON.stringify({ version: FILE_VERSION, reports: this.list() }), {
        mode: 0o600,
      }),
    );
    await this.writing;
  }
}
