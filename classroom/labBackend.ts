import { type ChildProcess, fork } from "node:child_process";
import * as path from "node:path";

import { type GrantedQuotas } from "../lab/account/quotas";
import type { OperationReport } from "../lab/engine/operation";
import { findPulumiCli } from "../lab/engine/pulumiCli";
import type { Host } from "../lab/host/host";
import { openHost } from "../lab/host/openHost";
import { createProgress } from "../lab/shared/progress";
import { repository } from "../lab/shared/repository";
import { asTyped, type Backend, type ClassOperation, type StackTask } from "./backend";
import type { Answer, Request } from "./labWorker";

export interface LabBackendOptions {
  /** The lab's state folder. */
  state: string;
  /** Quotas to raise permanently, as an approved request to Service Quotas does. */
  quotas: GrantedQuotas;
  signal: AbortSignal;
}

/**
 * Deploys to the lab: one account for all stacks, in this process or in one that already has it open, and a few worker
 * processes that run the engine on one stack after another.
 */
export class LabBackend implements Backend {
  readonly name = "lab";
  private readonly idle: ChildProcess[] = [];

  private constructor(
    private readonly host: Host,
    private readonly state: string,
  ) {}

  /** @throws Error if there is no Pulumi CLI. */
  static async open({ state, quotas, signal }: LabBackendOptions): Promise<LabBackend> {
    // Before any worker needs it, since installing it takes minutes on a new machine.
    await findPulumiCli({ progress: createProgress(), signal });
    const host = await openHost(state);
    try {
      if (Object.keys(quotas).length > 0) await host.grantQuotas(quotas);
      return new LabBackend(host, state);
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  async resources(): Promise<Record<string, number>> {
    return (await this.host.status()).stacks;
  }

  async run(
    operation: ClassOperation,
    { plan, policyConfig }: StackTask,
    signal: AbortSignal,
  ): Promise<OperationReport> {
    const config = Object.fromEntries(
      Object.entries(plan.config).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    );
    const worker = this.idle.pop() ?? startWorker();
    const { stack } = plan;
    const { state } = this;
    const setUpBy = `class ${config.class ?? ""}`;
    const request: Request = { operation, setUpBy, stack, state, config, policyConfig };
    const answer = await ask(worker, request, signal);
    if (worker.connected) this.idle.push(worker);
    if ("error" in answer) throw new Error(answer.error);
    return answer.report;
  }

  commandOf(stack: string): string {
    const isDefault = this.state === path.join(repository, ".lab");
    const state = isDefault ? "" : ` --state ${asTyped(this.state)}`;
    return `npm run lab -- up --stack ${stack}${state}`;
  }

  async close(): Promise<void> {
    for (const worker of this.idle) worker.disconnect();
    await this.host.close();
  }
}

function startWorker(): ChildProcess {
  const worker = fork(path.join(__dirname, "labWorker.ts"), {
    execArgv: ["--require", "ecs-handson-loader"],
    // In a separate process group: Ctrl-C in the terminal only reaches this process, which then cancels the operation.
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  worker.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastErrors.set(worker, `${lastErrors.get(worker) ?? ""}${text}`.slice(-1000));
  });
  return worker;
}

/** The end of each worker's standard error, to explain why it ended. */
const lastErrors = new WeakMap<ChildProcess, string>();

/** @throws Error with the end of the worker's standard error if it ends before it answers. */
async function ask(worker: ChildProcess, request: Request, signal: AbortSignal): Promise<Answer> {
  const cancel = () => worker.connected && worker.send("cancel" satisfies Request);
  signal.addEventListener("abort", cancel);
  try {
    return await new Promise<Answer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("close", (code, by) => {
        const end = `the process that ran it ended (${by ?? `code ${code ?? "unknown"}`})`;
        reject(new Error(`${end}\n${lastErrors.get(worker) ?? ""}`.trim()));
      });
      worker.send(request);
      if (signal.aborted) cancel();
    });
  } finally {
    signal.removeEventListener("abort", cancel);
    worker.removeAllListeners("message").removeAllListeners("close").removeAllListeners("error");
  }
}
