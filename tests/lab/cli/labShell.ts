import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { repository } from "../../../lab/shared/repository";
import { provideAwsCli } from "../../awsCli";
import { lab } from "./harness";

/** Folders that images are built from, for commands that build them. */
const BUILT = ["nginx", "services/auth", "services/products", "services/shop"];

/**
 * A shell in which somebody typed `eval "$(npm run -s lab -- env)"`, in a folder of its own with the sources of the images. It
 * has the AWS CLI and, where no Docker engine is running, a stand-in for `docker`.
 */
export class LabShell {
  private constructor(
    /** Its folder, which is also the user's home. */
    readonly home: string,
    /** Major version of the AWS CLI. */
    readonly version: 1 | 2,
    /** What `lab env` sets. */
    readonly variables: Readonly<Record<string, string>>,
  ) {}

  /**
   * @param context of the hook, which is skipped where there is no AWS CLI
   * @param state folder of a lab that is served
   */
  static async open(context: Mocha.Context, state: string): Promise<LabShell> {
    const home = mkdtempSync(join(tmpdir(), "ecs-handson-shell-"));
    try {
      const version = provideAwsCli(context, home);
      const { code, stdout, stderr } = await lab("env", "--state", state);
      if (code !== 0) throw new Error(stderr);
      writeFileSync(join(home, "env.sh"), stdout, { mode: 0o600 });
      for (const folder of BUILT) {
        const filter = (file: string) => !file.endsWith("/node_modules");
        cpSync(join(repository, folder), join(home, folder), { recursive: true, filter });
      }
      standIn(home, "session-manager-plugin", "exit 0");
      if (spawnSync("docker", ["version"]).status !== 0) {
        const docker = join(repository, "tests", "lab", "cli", "docker.cjs");
        standIn(home, "docker", `exec "${process.execPath}" "${docker}" "$@"`);
      }
      const set = [...stdout.matchAll(/^export (\w+)='(.*)'$/gm)];
      const variables = Object.fromEntries(set.map(([, name = "", value = ""]) => [name, value]));
      return new LabShell(home, version, variables);
    } catch (error) {
      rmSync(home, { recursive: true });
      throw error;
    }
  }

  /**
   * Types a command, of one or more lines.
   * @returns what it prints
   * @throws Error with its output if a part of it fails
   */
  async types(command: string): Promise<string> {
    const script = `. "$HOME/env.sh"\n${command}`;
    const { stdout } = await promisify(execFile)("bash", ["-e", "-c", script], {
      cwd: this.home,
      env: {
        PATH: `${this.home}:${process.env.PATH ?? ""}`,
        HOME: this.home,
        AWS_PAGER: "",
        // Ignores what somebody has configured on this machine.
        AWS_CONFIG_FILE: "/dev/null",
        AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      },
    });
    return stdout;
  }

  /** Types a command whose output is JSON. */
  async json<T>(command: string): Promise<T> {
    return JSON.parse(await this.types(command)) as T;
  }

  close(): void {
    rmSync(this.home, { recursive: true });
  }
}

function standIn(folder: string, name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
