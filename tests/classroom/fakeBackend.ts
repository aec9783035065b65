import type { Backend, ClassOperation, StackTask } from "../../classroom/backend";
import type { OperationReport } from "../../lab/engine/operation";

/** The outcome of a stack's operation: parts of a report, or an error from the engine. */
export type Outcome = Partial<OperationReport> | Error;

/** Stands in for engine and account: records what it is asked to do, and answers with the given outcomes. */
export class FakeBackend implements Backend {
  readonly name = "lab";
  readonly asked: string[] = [];
  readonly configs: Record<string, unknown> = {};
  /** The highest number of stacks that were in progress at once. */
  mostAtOnce = 0;
  private atOnce = 0;

  constructor(
    /** Resources by stack. */
    readonly account: Record<string, number> = {},
    /** Outcome by stack; the others succeed. */
    private readonly outcomes: Record<string, Outcome> = {},
    private readonly during: (stack: string, signal: AbortSignal) => Promise<void> = () =>
      Promise.resolve(),
  ) {}

  resources(): Promise<Record<string, number>> {
    return Promise.resolve({ ...this.account });
  }

  async run(
    operation: ClassOperation,
    { plan, policyConfig }: StackTask,
    signal: AbortSignal,
  ): Promise<OperationReport> {
    const { stack } = plan;
    this.asked.push(`${operation} ${stack}`);
    const { readFile } = await import("node:fs/promises");
    this.configs[stack] = JSON.parse(await readFile(policyConfig, "utf8"));
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      await this.during(stack, signal);
      const outcome = this.outcomes[stack] ?? {};
      if (outcome instanceof Error) throw outcome;
      const report: OperationReport = {
        operation,
        stack,
        result: "succeeded",
        changes: {},
        policyPacks: {},
        findings: [],
        errors: [],
        ...(stack.endsWith("-network") && {
          outputs: { network: { securityGroupId: "sg-class" } },
        }),
        ...outcome,
      };
      if (report.result === "succeeded" && operation === "up") this.account[stack] = 46;
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      if (report.result === "succeeded" && operation === "destroy") delete this.account[stack];
      return report;
    } finally {
      this.atOnce -= 1;
    }
  }

  commandOf(stack: string): string {
    return `update ${stack}`;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** A preview that a rule refused. */
export const refused: Partial<OperationReport> = {
  operation: "preview",
  result: "failed",
  findings: [
    { policy: "stack-within-budget", pack: "p", level: "mandatory", message: "too expensive" },
  ],
};
