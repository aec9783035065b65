import type { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import * as path from "node:path";

import type { PulumiFn, Stack } from "@pulumi/pulumi/automation";
import colors from "picocolors";
import { stringify } from "yaml";

import {
  type OperationKind,
  type OperationOptions,
  type OperationReport,
  runOperation,
} from "../engine/operation";
import { LastUpdate } from "../engine/lastUpdate";
import { findPulumiCli } from "../engine/pulumiCli";
import type { PolicyServer } from "../engine/policyServer";
import { findProgram, type Program } from "../engine/program";
import { knownResources, OperationMark, releaseEngineLock } from "../engine/recovery";
import { Registrations } from "../engine/registrations";
import { SourcePositions } from "../engine/sourcePositions";
import { readProject } from "../engine/stackConfig";
import { openWorkspace } from "../engine/workspace";
import { type Host, openHost } from "../host";
import { toStackReport } from "../host/stackReports";
import { createProgress } from "../progress";
import { policyPack, repository } from "../repository";

export interface SessionOptions {
  /** @default "dev" */
  stack: string;
  /** The lab's folder for everything it writes. @default ".lab" in the checkout */
  state: string;
  /** Configuration values for the stack, `KEY=VALUE` each. */
  config?: Record<string, string>;
  /** Whether `config` is all that is set for the stack, and what was set before is forgotten. @default false */
  replaceConfig?: boolean;
  /** Configuration of the policy pack. @default "policies/config/dev.json" */
  policyConfig?: string;
  /** Prints one JSON document on standard output instead of text for people. */
  json?: boolean;
  /** Cancels what is under way. */
  signal: AbortSignal;
  /** Folder of the program. @default the checkout */
  programDir?: string;
  /** Program to run in place of the one in `programDir`. */
  program?: PulumiFn;
  /** The repository's policy pack, running, with no other configuration than this session's. */
  policyServer?: PolicyServer;
}

/** One run of the lab on one stack: the account, the engine, and what to do with them. */
export class Session {
  private constructor(
    readonly host: Host,
    private readonly stack: Stack,
    private readonly options: SessionOptions,
    private readonly positions: SourcePositions,
    private readonly registrations: Registrations,
    private readonly lastUpdate: LastUpdate,
  ) {}

  static async open(options: SessionOptions): Promise<Session> {
    const programDir = options.programDir ?? repository;
    const positions = new SourcePositions(programDir);
    const registrations = new Registrations();
    const project = await readProject(programDir);
    const program: Program = options.program
      ? { run: options.program }
      : findProgram(programDir, project);
    const host = await openHost(options.state);
    try {
      const stack = await openWorkspace({
        stack: options.stack,
        programDir,
        project,
        program: registrations.watch(positions.watch(program.run)),
        onEngineStart: program.preload,
        stateDir: options.state,
        config: options.config,
        replaceConfig: options.replaceConfig,
        pulumi: await findPulumiCli({ progress: createProgress(), signal: options.signal }),
        debugProviders: host.debugProviders,
        policyPack: {
          dir: policyPack,
          config: options.policyConfig ?? path.join(policyPack, "config", "dev.json"),
        },
        policyServer: options.policyServer,
      });
      const lastUpdate = new LastUpdate(options.state, project.name, options.stack);
      return new Session(host, stack, options, positions, registrations, lastUpdate);
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** No operation follows. The session goes on, but not its policies, nor what follows programs. */
  endOperations(): void {
    this.options.policyServer?.close();
    // By it Pulumi's SDK tells programs apart; while it is on, all that is asynchronous takes longer.
    const { asyncLocalStorage } = globalThis as { asyncLocalStorage?: AsyncLocalStorage<unknown> };
    asyncLocalStorage?.disable();
  }

  async close(): Promise<void> {
    await this.host.close();
  }

  /** What would change, judged by the policies; changes nothing. */
  async preview(options: Pick<OperationOptions, "outputs"> = {}): Promise<OperationReport> {
    this.say(`Previewing stack ${this.options.stack}, policies enforced`);
    return this.run("preview", options);
  }

  /**
   * What the engine would do, resource by resource, judged by the policies; changes nothing.
   *
   * @returns the engine's update plan, as JSON.
   * @throws Error with the reasons if the preview fails.
   */
  async plan(): Promise<unknown> {
    const folder = await mkdtemp(path.join(this.stack.workspace.workDir, "plan-"));
    const file = path.join(folder, "plan.json");
    try {
      const report = await this.run("preview", { plan: file });
      if (report.result === "failed") {
        const refused = report.findings.filter(({ level }) => level === "mandatory");
        const reasons = [...report.errors, ...refused.map(({ message }) => message)];
        throw new Error(`the preview failed:\n${reasons.map((text) => `- ${text}`).join("\n")}`);
      }
      return JSON.parse(await readFile(file, "utf8")) as unknown;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /**
   * Previews, and updates only what the policies let pass: rules over the whole stack judge a plan
   * before anything is created. An update that would leave the state as it is, is left out.
   */
  async up(): Promise<OperationReport> {
    await this.settle();
    const { outputs, ...preview } = await this.preview({ outputs: true });
    if (preview.result === "failed") return preview;
    if (isUnchanged(preview) && (await this.lastUpdate.was(this.registrations.digest()))) {
      this.say(`Stack ${this.options.stack} is up to date; its outputs:`);
      if (!this.options.json) process.stdout.write(stringify(outputs, { lineWidth: 0 }));
      const report: OperationReport = { ...preview, operation: "up", outputs };
      await this.host.report(toStackReport(report));
      return report;
    }
    this.say(`Updating stack ${this.options.stack}`);
    const report = await this.change("up");
    if (report.result === "succeeded") await this.lastUpdate.set(this.registrations.digest());
    return report;
  }

  async refresh(): Promise<OperationReport> {
    await this.settle();
    return this.change("refresh");
  }

  async destroy(): Promise<OperationReport> {
    await this.settle();
    this.say(`Destroying stack ${this.options.stack}`);
    return this.change("destroy");
  }

  /** Prints the state by `pulumi stack export` itself. */
  async export(): Promise<void> {
    const { pulumiCommand, workDir, envVars, pulumiHome } = this.stack.workspace;
    const env = { ...process.env, ...envVars, PULUMI_HOME: pulumiHome };
    const args = ["stack", "export", "--stack", this.stack.name];
    const pulumi = spawn(pulumiCommand.command, args, { cwd: workDir, env, stdio: "inherit" });
    const [code] = (await once(pulumi, "exit")) as [number | null];
    if (code !== 0) throw new Error(`pulumi stack export ended with code ${code ?? "unknown"}`);
  }

  /** Says something to the person at the terminal; nothing where a program reads. */
  say(text: string): void {
    if (!this.options.json) process.stdout.write(`${colors.bold(text)}\n`);
  }

  /** Makes good for an operation that was cut off: nothing doubled, nothing lost. */
  private async settle(): Promise<void> {
    const mark = new OperationMark(this.options.state, this.stack.name);
    if (!(await mark.wasInterrupted())) return;
    this.say(
      `An earlier operation on stack ${this.stack.name} did not finish; settling what it left`,
    );
    await releaseEngineLock(this.stack, this.options.state);
    const { name: project } = await this.stack.workspace.projectSettings();
    const known = await knownResources(this.stack);
    const removed = await this.host.recover(this.stack.name, project, known);
    for (const urn of removed) this.say(`  removed ${urn}, which the state did not know`);
    await this.change("refresh");
  }

  private async change(operation: OperationKind): Promise<OperationReport> {
    const mark = new OperationMark(this.options.state, this.stack.name);
    await mark.set();
    const report = await this.run(operation);
    // After a failure the next operation compares state and account before it goes on.
    if (report.result === "succeeded") await mark.clear();
    return report;
  }

  private async run(
    operation: OperationKind,
    options: Pick<OperationOptions, "plan" | "outputs"> = {},
  ): Promise<OperationReport> {
    const { json, signal } = this.options;
    const report = await runOperation(this.stack, operation, {
      ...options,
      // A terminal's Ctrl-C reaches the engine by itself, and a second one would cut it off.
      signal: process.stdin.isTTY ? undefined : signal,
      color: colors.isColorSupported && !json,
      onOutput: json ? undefined : (text) => process.stdout.write(text),
      onError: json ? undefined : (text) => process.stderr.write(text),
    });
    // If the engine failed for a pack that did not start, the pack tells why.
    if (report.result === "failed") await this.options.policyServer?.port;
    for (const finding of report.findings) {
      finding.source = finding.urn === undefined ? undefined : this.positions.of(finding.urn);
    }
    await this.host.report(toStackReport(report));
    return report;
  }
}

/** Whether a preview found nothing to do. */
function isUnchanged({ changes }: OperationReport): boolean {
  return Object.keys(changes).every((change) => change === "same");
}
