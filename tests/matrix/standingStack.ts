import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { OperationReport } from "../../lab/engine/operation";
import { Session } from "../../lab/ui/commands/session";
import { classStack, type Values } from "./rows";

/** A stack in a lab of its own, which can be put back to where it stood. */
export class StandingStack {
  private constructor(
    private readonly state: string,
    private readonly kept: string,
  ) {}

  /** A new stack that stands with these settings. */
  static async deploy(values: Values): Promise<StandingStack> {
    const folder = await mkdtemp(path.join(tmpdir(), "matrix-"));
    const stack = new StandingStack(path.join(folder, "lab"), path.join(folder, "kept"));
    const { sharedNetwork = "none" } = values;
    if (sharedNetwork !== "none") {
      const up = (session: Session) => session.up();
      mustStand(await stack.run({ chapters: "network" }, up, classStack));
    }
    mustStand(await stack.up(values));
    await cp(stack.state, stack.kept, { recursive: true });
    return stack;
  }

  /** Previews, and updates what the preview let pass. */
  up(values: Values): Promise<OperationReport> {
    return this.run(values, (session) => session.up());
  }

  preview(values: Values): Promise<OperationReport> {
    return this.run(values, (session) => session.preview());
  }

  /** Has the stack stand as it did at first, whatever was done to it. */
  async putBack(): Promise<void> {
    await rm(this.state, { recursive: true });
    await cp(this.kept, this.state, { recursive: true });
  }

  async remove(): Promise<void> {
    await rm(path.dirname(this.state), { recursive: true, force: true });
  }

  private async run(
    config: Values,
    operation: (session: Session) => Promise<OperationReport>,
    stack = "dev",
  ): Promise<OperationReport> {
    const session = await Session.open({
      stack,
      state: this.state,
      config,
      replaceConfig: true,
      json: true,
      signal: new AbortController().signal,
    });
    return operation(session).finally(() => session.close());
  }
}

function mustStand(report: OperationReport): void {
  if (report.result === "failed") throw new Error(`does not stand:\n${reasons(report)}`);
}

/** Why an operation failed. */
export function reasons({ errors, findings }: OperationReport): string {
  const refused = findings.filter(({ level }) => level === "mandatory");
  return [...errors, ...refused.map(({ policy, message }) => `${policy}: ${message}`)].join("\n");
}
