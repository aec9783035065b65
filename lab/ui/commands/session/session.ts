import { readFile, rm, writeFile } from "node:fs/promises";
import * as path from "node:path";

import colors from "picocolors";
import { stringify } from "yaml";

import { loadTypes } from "../../account/typeOf";
import { policyConfigOf } from "../../engine/base";
import type { EarlyStart } from "../../engine/earlyStart";
import { differenceOf, putBackState, storedResources } from "../../engine/engineState";
import { namingPolicies } from "../../engine/environment";
import type { LabEngine } from "../../engine/labEngine";
import { LabStack } from "../../engine/labStack";
import { LastUpdate } from "../../engine/lastUpdate";
import { type Observations, positionOf } from "../../engine/observations";
import {
  type OperationKind,
  type OperationOptions,
  type OperationReport,
  runOperation,
} from "../../engine/operation";
import { type Project, readProject } from "../../engine/project";
import { outputOf } from "../../engine/pulumi";
import { findPulumiCli } from "../../engine/pulumiCli";
import { knownResources, OperationMark } from "../../engine/recovery";
import { runInTerminal } from "../../engine/runInTerminal";
import { lockStack } from "../../engine/stackLock";
import { forgetOldStates } from "../../engine/stateHistory";
import type { Host } from "../../host/host";
import { type StackReport, toStackReport } from "../../host/stackReports";
import { liveLine } from "../../shared/liveLine";
import { createProgress } from "../../shared/progress";
import { policyPack, repository } from "../../shared/repository";
import { temporaryFolder } from "../../shared/temporaryFolder";
import { withPlaces } from "../operation/outputs";
import { OperationView } from "../operation/view";
import { placesOf } from "./places";
import { changesStack, isJudged, needsStack, type PulumiCommandLine } from "./pulumi";

export interface SessionOptions {
  /** @default "dev" */
  stack: string;
  /** The lab's folder for everything it writes. @default ".lab" in the checkout */
  state: string;
  /**
   * Configuration values for the stack, `KEY=VALUE` each: for a preview, or an update, which keeps them
   * once it has succeeded.
   */
  config?: Record<string, string>;
  /** Whether `config` is all that is set for the stack, and what was set before is forgotten. @default false */
  replaceConfig?: boolean;
  /**
   * Who sets the stack up for somebody else, in words (`class spring`): `config` is then all that is set, and with
   * `policyConfig` what the stack has from now on. Kept by an update that succeeds, or that makes the stack; forgotten by
   * a destruction.
   */
  setUpBy?: string;
  /** Configuration of the policy pack. @default the one that the stack was set up with, else "policies/config/dev.json" */
  policyConfig?: string;
  /** Prints one JSON document on standard output instead of text for people. */
  json?: boolean;
  /** Prints all that the engine prints, as `pulumi` does, instead of what changes. @default false */
  verbose?: boolean;
  /** Cancels what is under way. */
  signal: AbortSignal;
  /** Folder of the program, with Pulumi.yaml. @default the checkout */
  programDir?: string;
  /** Whether the stack is made at once, if there is none: for an operation that makes it. @default false */
  create?: boolean;
  /** What was started already; the repository's policy pack, with no other configuration than this session's. */
  early?: EarlyStart;
  /** Whether the stack may be damaged: for {@link Session.recover}. @default false */
  damaged?: boolean;
}

/** One run of the lab on one stack: the account, the engine, and what to do with them. */
export class Session {
  private observations?: Observations;
  /** What the policies found the last time, and how much the last preview found to change. */
  private before?: StackReport;

  private constructor(
    readonly host: Host,
    private readonly engine: LabEngine,
    private readonly project: Project,
    private readonly options: SessionOptions,
    private readonly lastUpdate: LastUpdate,
  ) {}

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
    // Whoever waits for it below hears of a failure.
    if (options.create) stack.create().catch(() => undefined);
    // What takes long to load, while the CLI makes the stack.
    const { openHost } = require("../../host/openHost") as typeof import("../../host/openHost");
    const { LabEngine } =
      require("../../engine/labEngine") as typeof import("../../engine/labEngine");
    const host = await openHost(options.state);
    try {
      const { debugProviders } = host;
      const engine = await LabEngine.open({ stack, debugProviders, early: options.early });
      const lastUpdate = new LastUpdate(options.state, project.name, options.stack);
      return new Session(host, engine, project, options, lastUpdate);
    } catch (error) {
      await host.close();
      throw error;
    }
  }

  /** No operation follows. The session goes on, but not its policies. */
  endOperations(): void {
    this.options.early?.pack?.close();
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.host.close();
  }

  /** What would change, judged by the policies; changes nothing. */
  async preview(): Promise<OperationReport> {
    await this.compare("preview");
    return this.withGiven((configFile) => this.previewWith({ configFile }));
  }

  /**
   * What the engine would do, resource by resource, judged by the policies; changes nothing.
   *
   * @returns the engine's update plan, as JSON.
   * @throws Error with the reasons if the preview fails.
   */
  async plan(): Promise<unknown> {
    return this.withGiven(async (configFile, folder) => {
      const file = path.join(folder, "plan.json");
      const report = await this.run("preview", { plan: file, configFile });
      if (report.result === "failed") {
        const refused = report.findings.filter(({ level }) => level === "mandatory");
        const reasons = [...report.errors, ...refused.map(({ message }) => message)];
        throw new Error(`the preview failed:\n${reasons.map((text) => `- ${text}`).join("\n")}`);
      }
      return JSON.parse(await readFile(file, "utf8")) as unknown;
    });
  }

  /**
   * Previews, and updates only what the policies let pass: rules over the whole stack judge a plan
   * before anything is created. An update that would leave the state as it is, is left out.
   *
   * @param beforeUpdate called when there is something to update, e.g. to serve it meanwhile
   */
  async up(beforeUpdate?: () => Promise<void>): Promise<OperationReport> {
    // The program loads while the stack is made and whoever works on it ends.
    this.engine.prepareProgram();
    await this.engine.stack.create();
    return this.alone("up", () => this.update(beforeUpdate));
  }

  private async update(beforeUpdate?: () => Promise<void>): Promise<OperationReport> {
    await this.settle();
    // Whose stack a policy refuses before it stands can set right what is wrong.
    if (!(await this.stands())) await this.setUp();
    return this.withGiven(async (configFile) => {
      const report = await this.upWith(configFile, beforeUpdate);
      if (report.result === "succeeded" && configFile !== undefined) {
        await this.engine.stack.settings.write(await readFile(configFile, "utf8"));
        await this.setUp();
      }
      return report;
    });
  }

  private async stands(): Promise<boolean> {
    return (await this.host.resources(this.engine.name, this.project.name)).length > 0;
  }

  private async setUp(): Promise<void> {
    const { setUpBy, config = {} } = this.options;
    if (setUpBy === undefined) return;
    await this.engine.stack.settings.setUp(setUpBy, config, policyConfigOf(this.options));
  }

  private async upWith(
    configFile: string | undefined,
    beforeUpdate?: () => Promise<void>,
  ): Promise<OperationReport> {
    const { outputs, ...preview } = await this.previewWith({ configFile, outputs: true });
    if (preview.result === "failed") return preview;
    const registered = this.observations?.registrations;
    if (changedBy(preview) === 0 && registered && (await this.lastUpdate.was(registered))) {
      this.say(`Stack ${this.options.stack} is up to date; its outputs:`);
      const places = placesOf(await this.host.status());
      const shown = stringify(withPlaces(outputs, places), { lineWidth: 0 });
      if (!this.options.json) process.stdout.write(shown);
      const report: OperationReport = { ...preview, operation: "up", outputs };
      await this.host.report(toStackReport(report));
      return report;
    }
    await beforeUpdate?.();
    this.say(`Updating stack ${this.options.stack}`);
    const report = await this.change("up", configFile);
    const updated = this.observations?.registrations;
    if (report.result === "succeeded" && updated) await this.lastUpdate.set(updated);
    return report;
  }

  async refresh(): Promise<OperationReport> {
    this.expectStack();
    return this.alone("refresh", async () => {
      await this.settle();
      return this.change("refresh");
    });
  }

  /**
   * Puts back the last whole state of a stack whose state was damaged or lost, and has account and state agree.
   *
   * @returns the report of the refresh; undefined if all was well
   * @throws Error if no whole state is left
   */
  async recover(): Promise<OperationReport | undefined> {
    const { engine, host, options, project } = this;
    const what = { what: "recover", signal: options.signal };
    const release = await lockStack(engine.stack.place, what);
    try {
      const account = await host.resources(engine.name, project.name);
      const isEmpty = (state: readonly unknown[]) => state.length === 0 && account.length > 0;
      const done = await putBackState(engine.stack.stateFile, isEmpty);
      this.expectStack();
      if (done !== undefined) this.say(done);
      const mark = new OperationMark(options.state, engine.name);
      const state = (await storedResources(engine.stack.stateFile)) ?? [];
      const differs = differenceOf(state, account) !== undefined;
      if (done === undefined && !differs && !mark.wasInterrupted()) return undefined;
      // Whatever ends this from here on, the next operation goes on with it.
      await mark.set();
      return await this.agree();
    } finally {
      await release();
    }
  }

  /** @param keepConfig whether the settings stay for a later update; else they are those of the program again. */
  async destroy({ keepConfig = false } = {}): Promise<OperationReport> {
    this.expectStack();
    return this.alone("destroy", async () => {
      await this.settle();
      this.say(`Destroying stack ${this.options.stack}`);
      const report = await this.change("destroy");
      if (report.result === "succeeded" && !keepConfig) {
        const { settings } = this.engine.stack;
        if (this.options.setUpBy === undefined) await settings.write(await settings.only());
        else await settings.forgetSetUp();
      }
      return report;
    });
  }

  /** Prints the state by `pulumi stack export` itself. */
  async export(): Promise<void> {
    this.expectStack();
    process.stdout.write(
      await outputOf(this.engine.pulumi, ["stack", "export", "--stack", this.engine.name]),
    );
  }

  /** The stack that `pulumi` works on if none is named: the one that was selected, else this one from now on. */
  async selectedStack(): Promise<string> {
    const selected = await this.engine.stack.selected();
    if (selected === undefined) await this.engine.stack.select();
    return selected ?? this.engine.name;
  }

  /**
   * Runs `pulumi` itself with these arguments, at this process's terminal.
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
    return this.alone(`pulumi ${line.command}`, async () => {
      await this.settle();
      return this.runPulumi(line);
    });
  }

  private async runPulumi({ args, command }: PulumiCommandLine): Promise<number> {
    const { engine } = this;
    const mark = new OperationMark(this.options.state, engine.name);
    if (changesStack(command)) await mark.set();
    // Its own language host runs whatever is asked for, another pack for example.
    const how =
      isJudged(command) && !args.includes("--policy-pack") ? engine.attached : engine.process;
    const own = { ...how, env: namingPolicies(how.env, args) };
    const code = await runInTerminal(own, args, this.options.signal);
    if (changesStack(command) && code === 0) await mark.clear();
    return code;
  }

  /** Says where the stack answers that another process serves: the update waited until it does. */
  async sayWhere({ outputs }: OperationReport): Promise<void> {
    const told = JSON.stringify(outputs ?? {});
    const places = [...placesOf(await this.host.status())];
    const own = places.filter(([address]) => told.includes(address));
    for (const [, url] of own) process.stdout.write(`${colors.bold(colors.green(url))}\n`);
    this.say(`Process ${this.host.pid} serves it; npm run lab -- status shows all that runs`);
  }

  /** Says something to the person at the terminal; nothing where a program reads. */
  say(text: string): void {
    if (!this.options.json) process.stdout.write(`${colors.bold(text)}\n`);
  }

  /** @throws Error if there is no such stack: its name is likely to be misspelt. */
  private expectStack(): void {
    if (this.engine.stack.exists) return;
    throw new Error(
      `there is no stack ${this.engine.name}; npm run lab -- pulumi stack ls shows those that there are`,
    );
  }

  private async previewWith(
    options: Pick<OperationOptions, "configFile" | "outputs">,
  ): Promise<OperationReport> {
    const { policyConfig, stack } = this.options;
    const by = policyConfig === undefined && (await this.engine.stack.settings.setUpBy());
    this.say(`Previewing stack ${stack}, policies${by ? ` of ${by}` : ""} enforced`);
    return this.run("preview", options);
  }

  /**
   * Calls `use` with the file that has the stack's settings with what was given for this session, if
   * anything was, and a folder for as long.
   */
  private async withGiven<T>(
    use: (configFile: string | undefined, folder: string) => Promise<T>,
  ): Promise<T> {
    // The program loads while the stack is made and the engine starts.
    this.engine.prepareProgram();
    await this.engine.stack.create();
    const { config = {}, replaceConfig, setUpBy } = this.options;
    const { settings } = this.engine.stack;
    const isWhole = replaceConfig === true || setUpBy !== undefined;
    const folder = await temporaryFolder("settings");
    try {
      if (!isWhole && Object.keys(config).length === 0) return await use(undefined, folder);
      const text = await (isWhole ? settings.instead(config) : settings.with(config));
      const file = path.join(folder, "Pulumi.yaml");
      await writeFile(file, text, { mode: 0o600 });
      return await use(file, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Calls `work` once nobody else works on the stack. */
  private async alone<T>(what: string, work: () => Promise<T>): Promise<T> {
    const release = await lockStack(this.engine.stack.place, {
      what,
      signal: this.options.signal,
    });
    const forget = () => forgetOldStates(this.engine.stack.stateFile);
    return this.compare(what).then(work).finally(forget).finally(release);
  }

  /**
   * Warns where account and state differ, which an update would not see.
   * @throws Error if the state is damaged; or if nothing of it is left, unless the operation makes that good
   */
  private async compare(what: string): Promise<void> {
    const { host, engine, options, project } = this;
    const state = await storedResources(engine.stack.stateFile);
    // What an unfinished operation left is made good; one that is under way changes both.
    if (new OperationMark(options.state, engine.name).wasInterrupted()) return;
    const account = await host.resources(engine.name, project.name);
    const difference = differenceOf(state ?? [], account);
    if (difference === undefined) return;
    if (difference.isLoss && !/refresh|destroy/.test(what)) throw new Error(difference.text);
    process.stderr.write(`warning: ${difference.text}\n`);
  }

  /** Makes good for an operation that was cut off: nothing doubled, nothing lost. */
  private async settle(): Promise<void> {
    const mark = new OperationMark(this.options.state, this.engine.name);
    if (!mark.wasInterrupted()) return;
    this.say(
      `An earlier operation on stack ${this.engine.name} did not finish; settling what it left`,
    );
    await this.agree();
  }

  /** Has account and state know the same: what one of them alone has goes. */
  private async agree(): Promise<OperationReport> {
    const known = await knownResources(this.engine);
    const removed = await this.host.recover(this.engine.name, this.project.name, known);
    for (const urn of removed) this.say(`  removed ${urn}, which the state did not know`);
    return this.change("refresh");
  }

  private async change(operation: OperationKind, configFile?: string): Promise<OperationReport> {
    const mark = new OperationMark(this.options.state, this.engine.name);
    await mark.set();
    if (operation === "up") this.engine.prepareProgram();
    const report = await this.run(operation, { configFile });
    // After a failure the next operation compares state and account before it goes on.
    if (report.result === "succeeded") await mark.clear();
    return report;
  }

  /** While the engine starts, this process has nothing else to do. */
  private loadWhatIsAskedFor(): void {
    if (!this.host.account) return;
    loadTypes();
    // After the engine was answered, should it ask already.
    setImmediate(() => {
      const { loadComponents } =
        require("../../provider/server") as typeof import("../../provider/server");
      loadComponents();
    });
  }

  private async run(
    operation: OperationKind,
    options: Pick<OperationOptions, "plan" | "configFile" | "outputs"> = {},
  ): Promise<OperationReport> {
    const { json, signal, verbose } = this.options;
    const view = json || verbose ? undefined : await this.view(operation);
    const print = (text: string) => process.stdout.write(text);
    const report = await runOperation(this.engine, operation, {
      ...options,
      signal,
      onStart: () => {
        if (operation === "preview" || operation === "up") this.loadWhatIsAskedFor();
      },
      color: colors.isColorSupported && !json,
      onOutput: !json && verbose ? print : undefined,
      onError: json ? undefined : printError,
      onEvent: (event) => {
        view?.event(event);
      },
    }).finally(() => {
      liveLine.clear();
    });
    this.observations = await this.engine.observations();
    // If the engine failed for a pack that did not start, the pack tells why.
    if (report.result === "failed") await this.options.early?.pack?.port;
    for (const finding of report.findings) {
      if (finding.urn === undefined) continue;
      finding.source = positionOf(this.observations, finding.urn);
    }
    if (view) {
      const places = placesOf(await this.host.status());
      view.end(report, (value) => withPlaces(value, places));
    }
    this.before = toStackReport(report);
    await this.host.report(this.before);
    return report;
  }

  private async view(operation: OperationKind): Promise<OperationView> {
    const { reports } = await this.host.status();
    const before = this.before ?? reports.find(({ stack }) => stack === this.options.stack);
    return new OperationView({
      operation,
      ...(operation === "up" && this.before ? { expected: changedBy(this.before) } : {}),
      before: before?.findings,
      live: liveLine,
      print: (text) => process.stdout.write(text),
    });
  }
}

/** How much is not left as it is. */
function changedBy({ changes }: { changes: Partial<Record<string, number>> }): number {
  const counts = Object.entries(changes).filter(([change]) => change !== "same");
  return counts.reduce((sum, [, count = 0]) => sum + count, 0);
}

function printError(text: string): void {
  liveLine.above(() => process.stderr.write(text));
}
