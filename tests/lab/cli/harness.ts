import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { Account } from "../../../lab/account/account";
import type { ResourceRecord } from "../../../lab/account/record";
import type { OperationReport } from "../../../lab/engine/operation";
import { findPulumiCli } from "../../../lab/engine/pulumiCli";
import type { LabStatus, ServedPlane } from "../../../lab/host/host";
import { createProgress } from "../../../lab/shared/progress";
import { repository } from "../../../lab/shared/repository";

/** Long enough for any operation of the engine on a busy machine, in milliseconds. */
export const engineTimeout = 120_000;

/** Gets the CLI before the first test needs it: on a new machine that takes minutes. */
export async function pulumiCli(this: Mocha.Context): Promise<void> {
  this.timeout(0);
  await findPulumiCli({ progress: createProgress() });
}

/** Makes a lab state folder for a test. */
export async function stateFolder(): Promise<{ state: string; remove: () => Promise<void> }> {
  const state = await mkdtemp(path.join(tmpdir(), "lab-"));
  return { state, remove: () => rm(state, { recursive: true, force: true }) };
}

export interface LabExit {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A lab command running as a process of its own, as a user starts it. */
export class LabProcess {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  private readonly closed: Promise<unknown>;

  constructor(args: string[]) {
    // As package.json's scripts start it: some ways to load a module work only with another loader.
    const command = [path.join("lab", "main.cjs"), ...args];
    this.child = spawn(process.execPath, command, {
      cwd: repository,
      env: { ...process.env, NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.closed = once(this.child, "close");
  }

  async exit(): Promise<LabExit> {
    await this.closed;
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }

  /** Waits until standard output matches; fails if the process ends before. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stdout);
      if (match) return match;
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`ended without printing ${pattern.source}:\n${this.stdout}${this.stderr}`);
      }
      await Promise.race([this.closed, once(this.child.stdout ?? this.child, "data")]);
    }
  }
}

/** Starts a lab that serves files as tasks on a free port, without the dashboard, and waits for its load balancer. */
export async function startServed(
  state: string,
  ...config: string[]
): Promise<{ served: LabProcess; url: string }> {
  const how = ["--runtime", "static", "--port", "0", "--no-dashboard"];
  const settings = config.flatMap((one) => ["--config", one]);
  const served = new LabProcess(["start", "--state", state, ...how, ...settings]);
  const [, port = ""] = await served.prints(
    /(?:elb|ecs\.[a-z0-9-]+)\.localhost:(\d+)[^]*Ctrl-C stops/,
  );
  return { served, url: `http://127.0.0.1:${port}/` };
}

/** A lab that serves a stack while a suite's tests run: see {@link startServed}. */
export class ServedLab {
  state = "";
  url = "";
  private started: LabProcess | undefined;

  /** Must be called in a suite. @param config settings of the stack, `KEY=VALUE` each */
  constructor(...config: string[]) {
    let remove: (() => Promise<void>) | undefined;
    before(pulumiCli);
    before(async () => {
      ({ state: this.state, remove } = await stateFolder());
      ({ served: this.started, url: this.url } = await startServed(this.state, ...config));
    });
    after(async () => {
      this.started?.child.kill("SIGKILL");
      await remove?.();
    });
  }

  get process(): LabProcess {
    return this.started ?? assert.fail("it has not started");
  }
}

/** Runs a lab command to its end. */
export function lab(...args: string[]): Promise<LabExit> {
  return new LabProcess(args).exit();
}

/** Runs a lab command that reports as JSON. */
export async function labReport(...args: string[]): Promise<OperationReport> {
  const { stdout, stderr } = await lab(...args, "--json");
  try {
    return JSON.parse(stdout) as OperationReport;
  } catch {
    throw new Error(`no report:\n${stdout}${stderr}`);
  }
}

/** The variables that `lab env` exports. */
export function exportedBy(printed: string): NodeJS.ProcessEnv {
  const exported = printed.matchAll(/^export (AWS_\w+)='(.*)'$/gm);
  return Object.fromEntries([...exported].map(([, name = "", value = ""]) => [name, value]));
}

/** Settings that point an AWS SDK client at the lab: what the SDK itself would read from these variables. */
export const clientSettings = (variables: NodeJS.ProcessEnv) => ({
  endpoint: variables.AWS_ENDPOINT_URL,
  region: variables.AWS_REGION,
  credentials: {
    accessKeyId: variables.AWS_ACCESS_KEY_ID ?? "",
    secretAccessKey: variables.AWS_SECRET_ACCESS_KEY ?? "",
  },
});

/** The resources of the account in a state folder, while no lab has it open. */
export async function accountOf(state: string): Promise<readonly ResourceRecord[]> {
  return withAccount(state, (account) => account.list());
}

export async function withAccount<T>(
  state: string,
  use: (account: Account) => T | Promise<T>,
): Promise<T> {
  const account = await Account.open(path.join(state, "account"));
  try {
    return await use(account);
  } finally {
    await account.close();
  }
}

/** What a lab that is served reports as running. */
export async function servedPlane(state: string): Promise<ServedPlane> {
  const { stdout } = await lab("status", "--state", state, "--json");
  return (JSON.parse(stdout) as LabStatus).plane ?? assert.fail("nothing is served");
}

/** Updates a stack with settings, `KEY=VALUE` each. */
export function updated(state: string, ...config: string[]): Promise<OperationReport> {
  return labReport("up", "--state", state, ...config.flatMap((one) => ["--config", one]));
}

/** Destroys a stack, stops serving it, and returns what is left in its account. */
export async function leftWhenDestroyed(
  state: string,
  served: LabProcess,
): Promise<readonly ResourceRecord[]> {
  const { code, stdout, stderr } = await lab("destroy", "--yes", "--state", state);
  assert.equal(code, 0, stdout + stderr);
  served.child.kill("SIGTERM");
  await served.exit();
  return accountOf(state);
}
