import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import * as path from "node:path";

import writeFileAtomic from "write-file-atomic";

import type { EarlyStart } from "./earlyStart";
import { labEnvironment, withLab } from "./environment";
import { PreparedProgram } from "./languageHost/preparedProgram";
import type { ExpectedRun } from "./languageHost/run";
import { type LanguageHost, serveLanguageHost } from "./languageHost/server";
import { type Observations, takeObservations } from "./observations";
import type { EngineStack } from "./operation";
import { type LabProject, labProject, type Project } from "./project";
import { outputOf, type PulumiProcess, pulumiIn } from "./pulumi";
import type { PulumiCli } from "./pulumiCli";
import { StackSettings } from "./stackSettings";
import { workDirs } from "./workDirs";

export interface EngineOptions {
  /** Name of the stack: letters, digits, `.`, `_` and `-`, at most 100. */
  stack: string;
  /** The program; nothing is written to its folder. */
  project: Project;
  /** The lab's folder, e.g. `.lab`. */
  stateDir: string;
  cli: PulumiCli;
  /** Value of PULUMI_DEBUG_PROVIDERS: the providers to use instead of plugins. */
  debugProviders: string;
  /** Folder of a policy pack, and its configuration file; none if absent. */
  policyPack?: { dir: string; config?: string };
  /** What was started already, the pack with the configuration that is given here. */
  early?: EarlyStart;
}

/** A stack of a program in the lab, on the engine. */
export class LabEngine implements EngineStack {
  readonly name: string;
  readonly pulumi: EngineStack["pulumi"];

  private constructor(
    readonly settings: StackSettings,
    private readonly options: EngineOptions,
    private readonly run: ExpectedRun,
    private readonly labProject: LabProject,
    private readonly env: NodeJS.ProcessEnv,
    private readonly observationsFile: string,
    private readonly early: EarlyStart,
    private readonly host?: LanguageHost,
  ) {
    this.name = options.stack;
    this.pulumi = pulumiIn(this.attached);
  }

  /**
   * Opens a stack of the program, with its state and settings in the lab; {@link create} makes one.
   *
   * @throws Error if the stack's name cannot be used.
   */
  static async open(options: EngineOptions): Promise<LabEngine> {
    const { stack, project, stateDir, cli } = options;
    assertStackName(stack);
    const dirs = workDirs(stateDir, stack);
    await mkdir(dirs.work, { recursive: true });
    const folder = dirs.project(project.name);
    const own = await labProject(project, folder);
    const settings = new StackSettings({ stack, project, folder, workDir: dirs.work });
    await keepOldSettings(settings, path.join(dirs.work, `Pulumi.${stack}.yaml`));
    await settings.takeOver();

    const observationsFile = path.join(dirs.work, `observations-${process.pid}.json`);
    const env = withLab({
      ...(await labEnvironment(options)),
      LAB_OBSERVATIONS: observationsFile,
      // For --event-log.
      PULUMI_DEBUG_COMMANDS: "true",
    });
    const run = expectedRun(options, own);
    const early = { ...options.early };
    // A CLI's own language host runs the program as well, only later.
    const host = cli.usesOwnHost
      ? await serveLanguageHost({
          env,
          program: () => early.program,
          pack: early.pack,
          only: { run, pack: options.policyPack?.dir },
        })
      : undefined;
    return new LabEngine(settings, options, run, own, env, observationsFile, early, host);
  }

  /** Starts loading the program's packages, for an operation that follows. */
  prepareProgram(): void {
    if (!this.host) return;
    const { entry, options } = this.run;
    const preparation = { entry, rootDirectory: options.rootDirectory };
    if (this.early.program?.isFor(preparation)) return;
    this.early.program?.close();
    this.early.program = new PreparedProgram(preparation);
  }

  /** Whether the stack has a state, be it an empty one. */
  get exists(): boolean {
    const { stateDir, stack, project } = this.options;
    return existsSync(workDirs(stateDir, stack).stackFile(project.name));
  }

  /** Folder of the lab's project, where the CLI runs. */
  get folder(): string {
    return this.labProject.folder;
  }

  /** The CLI as a process of its own, which runs whatever it is asked to. */
  get process(): PulumiProcess {
    return { command: this.options.cli.command, cwd: this.folder, env: this.env };
  }

  /** The CLI with this process's language host, which runs the program and the pack alone, and sooner. */
  get attached(): PulumiProcess {
    if (!this.host) return this.process;
    const languages = { PULUMI_DEBUG_LANGUAGES: `nodejs:${this.host.port}` };
    return { ...this.process, env: { ...this.env, ...languages } };
  }

  /** The stack that commands work on which name none, if one was selected. */
  async selected(): Promise<string | undefined> {
    const { code, stdout } = await this.pulumi.run(["stack", "--show-name"]);
    return code === 0 ? stdout.trim() : undefined;
  }

  /** Makes the stack the one that commands work on which name none, and makes it, if there is none. */
  async select(): Promise<void> {
    await outputOf(this.pulumi, ["stack", "select", "--create", "--stack", this.name]);
  }

  /** Makes the stack, if it has no state yet. */
  async create(): Promise<void> {
    if (this.exists) return;
    const { stack } = this.options;
    await outputOf(this.pulumi, ["stack", "init", "--no-select", "--stack", stack]);
  }

  /** What was seen of the program's last run. */
  observations(): Promise<Observations> {
    return takeObservations(this.observationsFile);
  }

  /** Ends what it started, the policy pack apart. */
  async close(): Promise<void> {
    this.early.program?.close();
    this.host?.close();
    await rm(this.observationsFile, { force: true });
  }
}

/** @throws Error if Pulumi would not take it, or a file could not be named by it. */
export function assertStackName(name: string): void {
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name) && !/^(\.{1,2}|-.*)$/.test(name)) return;
  throw new Error(
    `stack name "${name}": use letters, digits, ".", "_" and "-", at most 100, the first no "-"`,
  );
}

/** How the engine will ask for the program. */
function expectedRun(
  { stack, project }: EngineOptions,
  { folder, nodeArgs }: LabProject,
): ExpectedRun {
  const main = path.resolve(project.directory, project.main);
  const isFolder = path.extname(main) === "";
  return {
    entry: { directory: isFolder ? main : path.dirname(main), runner: "run", nodeArgs },
    entryPoint: isFolder ? "." : path.basename(main),
    // The file backend has one organization.
    options: { organization: "organization", project: project.name, rootDirectory: folder, stack },
  };
}

/** Labs used to keep the settings of a stack with what they remember of it. */
async function keepOldSettings({ file }: StackSettings, old: string): Promise<void> {
  if (existsSync(file)) return;
  const text = await readFile(old, "utf8").catch(() => undefined);
  if (text !== undefined) await writeFileAtomic(file, text);
}
