import colors from "picocolors";

import { loadTypes } from "../../../account/typeOf";
import { type Observations, positionOf } from "../../../engine/observations";
import {
  changedBy,
  type OperationKind,
  type OperationOptions,
  type OperationReport,
  runOperation,
} from "../../../engine/operation";
import { Planned } from "../../../engine/planned";
import { OperationMark } from "../../../engine/recovery";
import { type StackReport, toStackReport } from "../../../host/stackReports";
import { liveLine } from "../../../shared/liveLine";
import { withPlaces } from "../../operation/outputs";
import { OperationView } from "../../operation/view";
import { placesOf } from "../places";
import { printError } from "../printError";
import type { OpenStack } from "./openStack";

/** Runs the engine's operations on a stack, shows what they do, and reports them to the host. */
export class OperationRunner {
  private observed?: Observations;
  /** The policies' last findings, and the number of changes in the last preview. */
  private before?: StackReport;
  private foreseen = new Planned();

  constructor(private readonly stack: OpenStack) {}

  /** Digest of what the program registered in the last operation; undefined if the program was killed. */
  get registrations(): Observations["registrations"] | undefined {
    return this.observed?.registrations;
  }

  /** What the last operation created, or would create. */
  get planned(): Planned {
    return this.foreseen;
  }

  /**
   * Runs an operation that changes the stack, marked until it succeeds, so that the next one knows if it did not
   * finish.
   */
  async change(operation: OperationKind, configFile?: string): Promise<OperationReport> {
    const mark = new OperationMark(this.stack.options.state, this.stack.engine.name);
    await mark.set();
    if (operation === "up") this.stack.engine.prepareProgram();
    const report = await this.run(operation, { configFile });
    // After a failure, the next operation compares state and account first.
    if (report.result === "succeeded") await mark.clear();
    return report;
  }

  /** Runs an operation, shows its progress, and stores its report. */
  async run(
    operation: OperationKind,
    options: Pick<OperationOptions, "plan" | "configFile" | "outputs"> = {},
  ): Promise<OperationReport> {
    const { json, signal, verbose } = this.stack.options;
    const view = json || verbose ? undefined : await this.view(operation);
    const print = (text: string) => process.stdout.write(text);
    this.foreseen = new Planned();
    const report = await runOperation(this.stack.engine, operation, {
      ...options,
      signal,
      onStart: () => {
        if (operation === "preview" || operation === "up") this.loadProviderParts();
      },
      color: colors.isColorSupported && !json,
      onOutput: !json && verbose ? print : undefined,
      onError: json ? undefined : printError,
      onEvent: (event) => {
        view?.event(event);
        this.foreseen.event(event);
      },
    }).finally(() => view?.close());
    this.observed = await this.stack.engine.observations();
    // If the engine failed because the pack did not start, the pack's own error says why.
    if (report.result === "failed") await this.stack.options.early?.pack?.port;
    for (const finding of report.findings) {
      if (finding.urn === undefined) continue;
      finding.source = positionOf(this.observed, finding.urn);
    }
    if (view) {
      const places = placesOf(await this.stack.host.status(), this.stack.options.state);
      view.end(report, (value) => withPlaces(value, places));
    }
    this.before = toStackReport(report);
    await this.stack.host.report(this.before);
    return report;
  }

  /** Loads modules while the engine starts, when this process is idle. */
  private loadProviderParts(): void {
    if (!this.stack.host.account) return;
    loadTypes();
    // After answering the engine, in case it has already asked.
    setImmediate(() => {
      const { loadComponents } =
        require("../../../provider/server") as typeof import("../../../provider/server");
      loadComponents();
    });
  }

  private async view(operation: OperationKind): Promise<OperationView> {
    const { reports } = await this.stack.host.status();
    const before = this.before ?? reports.find(({ stack }) => stack === this.stack.options.stack);
    return new OperationView({
      operation,
      ...(operation === "up" && this.before ? { expected: changedBy(this.before) } : {}),
      before: before?.findings,
      live: liveLine,
      print: (text) => process.stdout.write(text),
    });
  }
}
