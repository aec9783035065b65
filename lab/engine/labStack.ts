import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";

import { privateFolder } from "../shared/ownFiles";
import { replaceFile } from "../shared/replaceFile";
import { mayBeSaltOf } from "./internals/encryptionSalt";
import { storedState } from "./engineState";
import { labEnvironment, withLab } from "./environment";
import { type LabProject, labProject, type Project } from "./project";
import { outputOf, pulumiIn, type PulumiProcess } from "./pulumi";
import type { PulumiCli } from "./pulumiCli";
import { lockStack, type StackPlace } from "./stackLock";
import { StackSettings } from "./stackSettings";
import { workDirs } from "./workDirs";

export interface StackOptions {
  /** Letters, digits, `.`, `_` and `-`, at most 100. */
  name: string;
  /** The program; nothing is written to its folder. */
  project: Project;
  /** The lab's folder, e.g. `.lab`. */
  stateDir: string;
  cli: PulumiCli;
  /** Folder of a policy pack, and its configuration file; none if absent. */
  policyPack?: { dir: string; config?: string };
  /** Stops waiting for another process that is creating the stack. */
  signal?: AbortSignal;
}

/** A stack of a program in the lab: its state and settings, everything that needs no provider. */
export class LabStack {
  readonly name: string;
  private created?: Promise<void>;

  private constructor(
    readonly options: StackOptions,
    readonly settings: StackSettings,
    readonly project: LabProject,
    /** Folder for the lab's own data on the stack. */
    readonly workDir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.name = options.name;
  }

  /**
   * Opens a stack, which need not exist yet; see {@link create}.
   *
   * @throws Error if the stack's name is invalid.
   */
  static async open(options: StackOptions): Promise<LabStack> {
    const { name, project, stateDir } = options;
    assertStackName(name);
    const dirs = workDirs(stateDir, name);
    await privateFolder(stateDir, "state");
    await mkdir(dirs.work, { recursive: true });
    const folder = dirs.project(project.name);
    const own = await labProject(project, folder);
    const settings = new StackSettings({ stack: name, project, folder, workDir: dirs.work });
    await keepOldSettings(settings, path.join(dirs.work, `Pulumi.${name}.yaml`));
    await settings.takeOver();
    const env = withLab(await labEnvironment(options));
    return new LabStack(options, settings, own, dirs.work, env);
  }

  /** Whether the stack has a state, even an empty one. */
  get exists(): boolean {
    return existsSync(this.stateFile);
  }

  /**
   * Checks the files that the engine will read, since the engine's own errors name no file.
   * @throws Error that says what is damaged, and what to do
   */
  async check(): Promise<void> {
    await this.settings.check();
    const state = await storedState(this.stateFile);
    await this.checkSalt(state?.salt);
  }

  /** If settings and state have the same salt, neither is damaged. */
  private async checkSalt(stored: string | undefined): Promise<void> {
    const own = await this.settings.salt();
    if (own === undefined || own === stored) return;
    const file = this.env.PULUMI_CONFIG_PASSPHRASE_FILE ?? "";
    if (await mayBeSaltOf((await readFile(file, "utf8")).trim(), own)) return;
    const cure =
      stored === undefined ? "Restore it from a copy" : `Write encryptionsalt: ${stored}`;
    throw new Error(
      `${this.settings.file} is damaged: its encryptionsalt was not made with ${file}. ${cure}`,
    );
  }

  /** File in which the engine keeps its state. */
  get stateFile(): string {
    const { stateDir, project } = this.options;
    return workDirs(stateDir, this.name).stackFile(project.name);
  }

  /** Folder of the lab's project, where the CLI runs. */
  get folder(): string {
    return this.project.folder;
  }

  /** The CLI for the lab's stacks, without providers. */
  get process(): PulumiProcess {
    return { command: this.options.cli.command, cwd: this.folder, env: this.env };
  }

  /** The selected stack, which commands use if they name none. */
  async selected(): Promise<string | undefined> {
    const { code, stdout } = await pulumiIn(this.process).run(["stack", "--show-name"]);
    return code === 0 ? stdout.trim() : undefined;
  }

  /** Selects the stack for commands that name none; creates it if it does not exist. */
  async select(): Promise<void> {
    await this.run("select", "--create");
  }

  /** Creates the stack if it has no state yet. */
  create(): Promise<void> {
    this.created ??= this.make();
    return this.created;
  }

  /** Where its state and locks are. */
  get place(): StackPlace {
    const { stateDir, project } = this.options;
    return { stateDir, project: project.name, stack: this.name };
  }

  private async make(): Promise<void> {
    // Settings written without the salt mean that a creation is not finished: its last step is to write the salt.
    if (this.exists && (await this.settings.isWritten())) return;
    const release = await lockStack(this.place, {
      what: "stack init",
      signal: this.options.signal,
    });
    try {
      if (!this.exists) await this.run("init", "--no-select");
    } finally {
      await release();
    }
  }

  private async run(...args: string[]): Promise<void> {
    await outputOf(pulumiIn(this.process), ["stack", ...args, "--stack", this.name]);
  }
}

/** @throws Error if Pulumi would reject the name, or it cannot be a file name. */
export function assertStackName(name: string): void {
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name) && !/^(\.{1,2}|-.*)$/.test(name)) return;
  throw new Error(
    `stack name "${name}": use at most 100 letters, digits, ".", "_" and "-", not starting with "-"`,
  );
}

/** Older labs kept a stack's settings in the folder with their own data on it. */
async function keepOldSettings({ file }: StackSettings, old: string): Promise<void> {
  if (existsSync(file)) return;
  const text = await readFile(old, "utf8").catch(() => undefined);
  if (text !== undefined) await replaceFile(file, text);
}
