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
  /** Ends the waiting for somebody else who makes it. */
  signal?: AbortSignal;
}

/** A stack of a program in the lab, with its state and settings: all that needs no provider. */
export class LabStack {
  readonly name: string;
  private created?: Promise<void>;

  private constructor(
    readonly options: StackOptions,
    readonly settings: StackSettings,
    readonly project: LabProject,
    /** Folder for what the lab remembers of it. */
    readonly workDir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.name = options.name;
  }

  /**
   * Opens a stack; {@link create} makes one.
   *
   * @throws Error if the stack's name cannot be used.
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

  /** Whether the stack has a state, be it an empty one. */
  get exists(): boolean {
    return existsSync(this.stateFile);
  }

  /**
   * Looks at what the engine will read of it: its own sentences name no file.
   * @throws Error that says what is damaged, and what to do
   */
  async check(): Promise<void> {
    await this.settings.check();
    const state = await storedState(this.stateFile);
    await this.checkSalt(state?.salt);
  }

  /** Where settings and state say the same of it, neither is damaged. */
  private async checkSalt(stored: string | undefined): Promise<void> {
    const own = await this.settings.salt();
    if (own === undefined || own === stored) return;
    const file = this.env.PULUMI_CONFIG_PASSPHRASE_FILE ?? "";
    if (await mayBeSaltOf((await readFile(file, "utf8")).trim(), own)) return;
    const cure =
      stored === undefined ? "Restore it from a copy" : `Write encryptionsalt: ${stored}`;
    throw new Error(
      `${this.settings.file} is damaged: its encryptionsalt is not what ${file} made. ${cure}`,
    );
  }

  /** Its state, as the engine keeps it. */
  get stateFile(): string {
    const { stateDir, project } = this.options;
    return workDirs(stateDir, this.name).stackFile(project.name);
  }

  /** Folder of the lab's project, where the CLI runs. */
  get folder(): string {
    return this.project.folder;
  }

  /** The CLI as it works on the lab's stacks, without providers. */
  get process(): PulumiProcess {
    return { command: this.options.cli.command, cwd: this.folder, env: this.env };
  }

  /** The stack that commands work on which name none, if one was selected. */
  async selected(): Promise<string | undefined> {
    const { code, stdout } = await pulumiIn(this.process).run(["stack", "--show-name"]);
    return code === 0 ? stdout.trim() : undefined;
  }

  /** Makes the stack the one that commands work on which name none, and makes it, if there is none. */
  async select(): Promise<void> {
    await this.run("select", "--create");
  }

  /** Makes the stack, if it has no state yet. */
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
    // Whoever makes it writes how its secrets are encrypted at last: what reads that before makes its own.
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

/** @throws Error if Pulumi would not take it, or a file could not be named by it. */
export function assertStackName(name: string): void {
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name) && !/^(\.{1,2}|-.*)$/.test(name)) return;
  throw new Error(
    `stack name "${name}": use letters, digits, ".", "_" and "-", at most 100, the first no "-"`,
  );
}

/** Labs used to keep the settings of a stack with what they remember of it. */
async function keepOldSettings({ file }: StackSettings, old: string): Promise<void> {
  if (existsSync(file)) return;
  const text = await readFile(old, "utf8").catch(() => undefined);
  if (text !== undefined) await replaceFile(file, text);
}
