import type { DiagnosticEvent, EngineEvent } from "@pulumi/pulumi/automation";
import colors from "picocolors";
import { stringify } from "yaml";

import {
  isEcho,
  masked,
  type OperationKind,
  type OperationReport,
  plainText,
  type PolicyFinding,
} from "../../engine/operation";
import type { LiveLine } from "../../shared/liveLine";
import { Changes, nameOf } from "./changes";
import { findingsLines } from "./findings";
import { outputDifferences } from "./outputs";
import { summaryOf, treeLines } from "./tree";
import { Waits } from "./waits";

type Values = Readonly<Record<string, unknown>>;

export interface ViewOptions {
  operation: OperationKind;
  /** Number of resources to change, if a preview has run. */
  expected?: number;
  /** The policies' previous findings. */
  before?: readonly Pick<PolicyFinding, "policy" | "level" | "urn" | "message">[];
  live: LiveLine;
  /** Prints a text, which includes its line breaks. */
  print: (text: string) => void;
}

/**
 * Shows an operation to people from the engine's events: its progress, then what changed and why as a tree by
 * component, the policies' findings, and the errors. No complaint of the engine, the program or the policies is
 * omitted.
 */
export class OperationView {
  private readonly changes = new Changes();
  private readonly told = new Set<string>();
  private readonly errors: string[] = [];
  private readonly waits: Waits;
  private readonly since = Date.now();
  private outputsBefore: Values = {};

  constructor(private readonly options: ViewOptions) {
    const print = (urn: string, text: string) => {
      this.lines([`  ${nameOf(urn)}: ${text}`]);
    };
    this.waits = new Waits(print, options.live.canShow);
    options.live.show(doing[options.operation]);
  }

  event(event: EngineEvent): void {
    const { diagnosticEvent, resourcePreEvent, resOutputsEvent } = event;
    this.changes.event(event);
    const metadata = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    if (metadata?.type === "pulumi:pulumi:Stack") {
      const before = masked(metadata.old?.outputs ?? {}) as Record<string, unknown>;
      if (Object.keys(before).length > 0) this.outputsBefore = before;
    }
    if (metadata && resOutputsEvent) this.waits.end(metadata.urn);
    if (diagnosticEvent) this.diagnostic(diagnosticEvent);
    this.draw();
  }

  /**
   * Shows the result.
   *
   * @param readable turns an output's value into one that a person can use.
   */
  end(report: OperationReport, readable: (value: unknown) => unknown = (value) => value): void {
    const { before, expected, operation } = this.options;
    this.close();
    const isPreview = operation === "preview";
    // An update makes the changes that its preview has already shown.
    if (operation !== "up") this.lines(treeLines(this.changes.list()));
    const { findings, policyPacks: packs } = report;
    const onlyNews = expected !== undefined;
    const isJudged = report.result === "succeeded" || findings.length > 0;
    if (isJudged) this.lines(findingsLines({ packs, findings, before, onlyNews }));
    // Includes errors that the CLI printed without an event, e.g. because it could not even start.
    for (const error of report.errors) this.error(plainText(error), error);
    this.lines(this.errors.splice(0));
    if (report.result === "succeeded") {
      const made = outputDifferences(this.outputsBefore, report.outputs ?? {}, isPreview);
      this.outputs(made, readable);
    }
    const summary = summaryOf(report.changes, isPreview);
    const isHalf = isPreview && report.result === "failed";
    if (isHalf || Object.keys(report.changes).length === 0) return;
    const seconds = ((Date.now() - this.since) / 1000).toFixed(1);
    this.lines([isPreview ? colors.bold(summary) : `${colors.bold(summary)} in ${seconds}s`]);
  }

  /** Stops showing progress. {@link end} does so, too. */
  close(): void {
    this.waits.close();
    this.options.live.clear();
  }

  /** A preview only names the outputs, since it does not know all values. */
  private outputs(made: Values, readable: (value: unknown) => unknown): void {
    const names = Object.keys(made);
    if (names.length === 0) return;
    if (this.options.operation === "preview") {
      this.lines([`Outputs that change: ${names.join(", ")}`]);
    } else {
      this.lines(["Outputs:", ...indented(stringify(readable(made), { lineWidth: 0 }))]);
    }
  }

  private diagnostic({ ephemeral, message, severity, urn }: DiagnosticEvent): void {
    const text = plainText(message);
    if (text === "" || isEcho(text)) return;
    if (ephemeral === true) {
      this.waits.set(urn ?? "", text);
      return;
    }
    const where = urn === undefined || urn.includes("::pulumi:pulumi:Stack::") ? "" : nameOf(urn);
    const named = where === "" ? text : `${where}: ${alone(text)}`;
    if (severity === "error") {
      this.waits.fail(urn ?? "");
      this.error(text, named);
    } else if (severity === "warning") this.lines([`${colors.yellow("warning:")} ${named}`]);
    else this.lines([named]);
  }

  /** A preview shows errors at its end, below everything else; other operations show them at once. */
  private error(text: string, named: string): void {
    if (this.told.has(text)) return;
    this.told.add(text);
    const line = `${colors.red("error:")} ${named}`;
    if (this.options.operation === "preview") this.errors.push(line);
    else this.lines([line]);
  }

  private draw(): void {
    const { expected, live, operation } = this.options;
    const count = this.changes.doneCount;
    const waits = this.waits.list().map(([urn, text]) => `; ${nameOf(urn)}: ${text}`);
    const of = expected === undefined ? "" : ` of ${expected}`;
    live.show(`${doing[operation]}: ${count}${of} resources${waits.join("")}`);
  }

  private lines(lines: readonly string[]): void {
    if (lines.length === 0) return;
    this.options.live.above(() => {
      this.options.print(`${lines.join("\n")}\n`);
    });
  }
}

/** If a provider reported a single error, removes the list around it. Source: go-multierror's ListFormatFunc. */
function alone(text: string): string {
  return text.replace(/^1 error occurred:\s*\* /, "");
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`);
}

const doing: Readonly<Record<OperationKind, string>> = {
  preview: "Previewing",
  up: "Updating",
  refresh: "Refreshing",
  destroy: "Destroying",
};
