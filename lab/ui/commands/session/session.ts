import { readFile } from "node:fs/promises";
import * as path from "node:path";

import colors from "picocolors";
import { stringify } from "yaml";

import { policyConfigOf } from "../../../engine/base";
import { namingPolicies } from "../../../engine/environment";
import type { LabEngine } from "../../../engine/labEngine";
import { LabStack } from "../../../engine/labStack";
import { LastUpdate } from "../../../engine/lastUpdate";
import { changedBy, type OperationOptions, type OperationReport } from "../../../engine/operation";
import { readProject } from "../../../engine/project";
import { outputOf } from "../../../engine/pulumi";
import { findPulumiCli } from "../../../engine/pulumiCli";
import { OperationMark } from "../../../engine/recovery";
import { runInTerminal } from "../../../engine/runInTerminal";
import type { Host } from "../../../host/host";
import { toStackReport } from "../../../host/stackReports";
import { createProgress } from "../../../shared/progress";
import { policyPack, repository } from "../../../shared/repository";
import { withPlaces } from "../../operation/outputs";
import { placesOf } from "../places";
import { changesStack, isJudged, needsStack, type PulumiCommandLine } from "../pulumi";
import { withRoom } from "../room";
import { Agreement } from "./agreement";
import { GivenSettings } from "./givenSettings";
import { expectStack, type OpenStack, say, type SessionOptions } from "./openStack";
import { OperationRunner } from "./operationRunner";

/** One run of the lab on one stack: the account, the engine, and what to do with them. */
export class Session {
  readonly host: Host;
  private readonly engine: LabEngine;
  private readonly options: SessionOptions;
  private readonly runner: OperationRunner;
  private readonly agreement: Agreement;
  private readonly given: GivenSettings;

  private constructor(
    private readonly stack: OpenStack,
    private readonly lastUpdate: LastUpdate,
  ) {
    this.host = stack.host;
    this.engine = stack.engine;
    this.options = stack.options;
    this.runner = new OperationRunner(stack);
    this.agreement = new Agreement(stack, this.runner);
    this.given = new GivenSettings(stack);
  }

  static async open(options: SessionOptions): Promise<Session> {
    const [project, cli] = await Promise.all([
      readProject(options.programDir ?? repository),
      findPulumiCli({ progress: createProgress(), signal: options.signal }),
    ]);
    const stack = await LabStack.open({
      name: options.stack,
      project,
      stateDir: options.state,
      cli,
      policyPack: {
        dir: policyPack,
        config: policyConfigOf(options),
      },
      signal: options.signal,
    });
    if (!options.damaged) await stack.check();
    // A failure is reported below, where it is awaited.
    if (options.create) stack.create().catch(() => undefined);
    // Slow modules load while the CLI creates the stack.
    const { openHost } =
      require("../../../host/openHost") as typeof import("../../../host/openHost");
    const { LabEngine } =
      require("../../../engine/labEngine") as typeof import("../../../engine/labEngine");
    const host = await openHost(options.state);
    try {
      const { debugProviders } = host;
      const engine = await LabEngine.open({ stack, debugProviders, early: options.early });
      const lastUpdate = new LastUpdate(options.state, project.name, options.stack);
      return new Session({ host, engine, project, options }, lastUpdate);
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** Call when no operation follows: the session goes on, but its policy pack ends. */
  endOperations(): void {
    this.options.early?.pack?.close();
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.host.close();
  }

  /** Previews the changes and runs the policies; changes nothing. */
  async preview(): Promise<OperationReport> {
    await this.agreement.compare("preview");
    return this.given.with((configFile) => this.previewWith({ configFile }));
  }

  /**
   * Previews what the engine would do, resource by resource, and runs the policies; changes nothing.
   *
   * @returns the engine's update plan, as JSON.
   * @throws Error with the reasons if the preview fails.
   */
  async plan(): Promise<unknown> {
    return this.given.with(async (configFile, folder) => {
      const file = path.join(folder, "plan.json");
      const report = await this.runner.run("preview", { plan: file, configFile });
      if (report.result === "failed") {
        const refused = report.findings.filter(({ level }) => level === "mandatory");
        const reasons = [...report.errors, ...refused.map(({ message }) => message)];
        throw new Error(`the preview failed:\n${reasons.map((text) => `- ${text}`).join("\n")}`);
      }
      return JSON.parse(await readFile(file, "utf8")) as unknown;
    });
  }

  /**
   * Previews, then updates only if the policies pass, so that rules on the whole stack check it before anything is
   * created. Skips an update that would not change the state.
   *
   * @param beforeUpdate called when there is something to update, e.g. to serve it during the update
   */
  async up(beforeUpdate?: () => Promise<void>): Promise<OperationReport> {
    // The program loads while the stack is created and other operations on it end.
    this.engine.prepareProgram();
    await this.engine.stack.create();
    return this.agreement.alone("up", () => this.update(beforeUpdate));
  }

  private async update(beforeUpdate?: () => Promise<void>): Promise<OperationReport> {
    await this.agreement.finishInterrupted();
    // Keeps the settings even if a policy rejects the first update, so that its learner can correct them.
    const resources = await this.host.resources(this.engine.name, this.stack.project.name);
    if (resources.length === 0) await this.given.setUp();
    return this.given.with(async (configFile) => {
      const report = await this.upWith(configFile, beforeUpdate);
      if (report.result === "succeeded" && configFile !== undefined) {
        await this.engine.stack.settings.write(await readFile(configFile, "utf8"));
        await this.given.setUp();
      }
      return report;
    });
  }

  private async upWith(
    configFile: string | undefined,
    beforeUpdate?: () => Promise<void>,
  ): Promise<OperationReport> {
    const { outputs, ...preview } = await this.previewWith({ configFile, outputs: true });
    if (preview.result === "failed") return preview;
    const registered = this.runner.registrations;
    if (changedBy(preview) === 0 && registered && (await this.lastUpdate.was(registered))) {
      this.say(`Stack ${this.options.stack} is up to date; its outputs:`);
      const places = placesOf(await this.host.status(), this.options.state);
      const shown = stringify(withPlaces(outputs, places), { lineWidth: 0 });
      if (!this.options.json) process.stdout.write(shown);
      const report: OperationReport = { ...preview, operation: "up", outputs };
      await this.host.report(toStackReport(report));
      return report;
    }
    return withRoom(this.host, this.runner.planned, preview, this.options, async () => {
      await beforeUpdate?.();
      this.say(`Updating stack ${this.options.stack}`);
      const report = await this.runner.change("up", configFile);
      const updated = this.runner.registrations;
      if (report.result === "succeeded" && updated) await this.lastUpdate.set(updated);
      return report;
    });
  }

  async refresh(): Promise<OperationReport> {
    expectStack(this.stack);
    return this.agreement.alone("refresh", async () => {
      await this.agreement.finishInterrupted();
      return this.runner.change("refresh");
    });
  }

  /** See {@link Agreement.recover}. */
  recover(): Promise<OperationReport | undefined> {
    return this.agreement.recover();
  }

  /** @param keepConfig whether to keep the settings for a later update; else they go back to the program's. */
  async destroy({ keepConfig = false } = {}): Promise<OperationReport> {
    expectStack(this.stack);
    return this.agreement.alone("destroy", async () => {
      await this.agreement.finishInterrupted();
      this.say(`Destroying stack ${this.options.stack}`);
      const report = await this.runner.change("destroy");
      if (report.result === "succeeded" && !keepConfig) {
        const { settings } = this.engine.stack;
        if (this.options.setUpBy === undefined) await settings.write(await settings.only());
        else await settings.forgetSetUp();
      }
      return report;
    });
  }

  /** Prints the state with `pulumi stack export` itself. */
  async export(): Promise<void> {
    expectStack(this.stack);
    process.stdout.write(
      await outputOf(this.engine.pulumi, ["stack", "export", "--stack", this.engine.name]),
    );
  }

  /** The stack that `pulumi` works on if none is named: the selected one; if there is none, selects this one. */
  async selectedStack(): Promise<string> {
    const selected = await this.engine.stack.selected();
    if (selected === undefined) await this.engine.stack.select();
    return selected ?? this.engine.name;
  }

  /**
   * Runs `pulumi` itself with these arguments, in this process's terminal.
   *
   * @returns its exit code.
   */
  async pulumi(line: PulumiCommandLine): Promise<number> {
    const { engine } = this;
    if (needsStack(line.command)) {
      await engine.stack.create();
      if (isJudged(line.command)) engine.prepareProgram();
    }
    if (!changesStack(line.command)) return this.runPulumi(line);
    return this.agreement.alone(`pulumi ${line.command}`, async () => {
      await this.agreement.finishInterrupted();
      return this.runPulumi(line);
    });
  }

  private async runPulumi({ args, command }: PulumiCommandLine): Promise<number> {
    const { engine } = this;
    const mark = new OperationMark(this.options.state, engine.name);
    if (changesStack(command)) await mark.set();
    // The CLI's own language host can run anything, e.g. another pack.
    const how =
      isJudged(command) && !args.includes("--policy-pack") ? engine.attached : engine.process;
    const own = { ...how, env: namingPolicies(how.env, args) };
    const code = await runInTerminal(own, args, this.options.signal);
    if (changesStack(command) && code === 0) await mark.clear();
    return code;
  }

  /** Prints the addresses of a stack that another process is serving; by now the update has waited for it. */
  async sayWhere({ outputs }: OperationReport): Promise<void> {
    const told = JSON.stringify(outputs ?? {});
    const { urls } = placesOf(await this.host.status(), this.options.state);
    const own = [...urls].filter(([address]) => told.includes(address));
    for (const [, url] of own) process.stdout.write(`${colors.bold(colors.green(url))}\n`);
    this.say(
      `Process ${this.host.pid} is serving it; npm run lab -- status shows everything that runs`,
    );
  }

  /** Prints a line for people; nothing with `json`. */
  say(text: string): void {
    say(this.options, text);
  }

  private async previewWith(
    options: Pick<OperationOptions, "configFile" | "outputs">,
  ): Promise<OperationReport> {
    const { policyConfig, stack } = this.options;
    const by = policyConfig === undefined && (await this.engine.stack.settings.setUpBy());
    this.say(`Previewing stack ${stack}, policies${by ? ` of ${by}` : ""} enforced`);
    return this.runner.run("preview", options);
  }
}
