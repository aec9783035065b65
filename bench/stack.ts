import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { Account } from "../lab/account/account";
import { LabEngine } from "../lab/engine/labEngine";
import { LabStack } from "../lab/engine/labStack";
import { type OperationKind, runOperation } from "../lab/engine/operation";
import { readProject } from "../lab/engine/project";
import { findPulumiCli } from "../lab/engine/pulumiCli";
import { serveProviders } from "../lab/provider/server";
import { createProgress } from "../lab/shared/progress";
import { Session } from "../lab/ui/commands/session/session";

/** A stack of the lab in a separate folder, to be timed. */
export interface TimedStack {
  /** Seconds that a person waits for an operation. @throws Error if it failed */
  time(operation: OperationKind): Promise<number>;
  close(): Promise<void>;
}

/** A program that declares as many flat resources as its configuration says. */
const flatProgram = path.join(__dirname, "flat");
/** Settings of the policies for it, because so many resources exceed a stack's budget. */
export const flatPolicies = path.join(flatProgram, "policies.json");

/** Opens a stack with this many flat resources and, if given, a policy pack. */
export async function openTimedStack(
  resources: number,
  policyPack?: { dir: string; config?: string },
): Promise<TimedStack> {
  const stateDir = await mkdtemp(path.join(tmpdir(), "bench-"));
  const providers = await serveProviders(Account.inMemory());
  const stack = await LabStack.open({
    name: "bench",
    project: await readProject(flatProgram),
    stateDir,
    cli: await findPulumiCli({ progress: createProgress() }),
    ...(policyPack === undefined ? {} : { policyPack }),
  });
  const engine = await LabEngine.open({ stack, debugProviders: providers.debugProviders });
  await stack.settings.write(await stack.settings.with({ count: `${resources}` }));
  await stack.create();
  return {
    time: async (operation) => {
      const start = performance.now();
      const report = await runOperation(engine, operation);
      const seconds = (performance.now() - start) / 1000;
      if (report.result === "failed") {
        const reasons = [...report.errors, ...report.findings.map(({ message }) => message)];
        throw new Error(`${operation} failed: ${reasons.join("; ")}`);
      }
      return seconds;
    },
    close: async () => {
      await engine.close();
      await providers.close();
      await rm(stateDir, { recursive: true });
    },
  };
}

/** The chapters that are measured: those that CDK's app has too. */
export const measuredChapters = ["fargate", "ec2", "cicd", "microservices"];

/** How many resources a preview with this configuration has in the lab. */
export async function resourcesOf(config: Readonly<Record<string, string>>): Promise<number> {
  const state = await mkdtemp(path.join(tmpdir(), "bench-count-"));
  const session = await Session.open({
    stack: "bench",
    state,
    config,
    json: true,
    signal: new AbortController().signal,
  });
  try {
    const { changes, errors } = await session.preview();
    if (changes.create === undefined) throw new Error(`preview failed: ${errors.join("; ")}`);
    return changes.create;
  } finally {
    await session.close();
    await rm(state, { recursive: true });
  }
}
