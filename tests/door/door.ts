import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";

import { findPulumiCli } from "../../lab/engine/pulumiCli";
import { createProgress } from "../../lab/shared/progress";
import { copyCheckout, linkPackages } from "../checkout";
import { engineTimeout } from "../lab/cli/harness";
import { spawnGroup } from "../ownGroup";

export interface Typed {
  code: number;
  /** Standard output and error, as a terminal shows them. */
  output: string;
}

/**
 * A user's checkout and terminal: plain `pulumi` on PATH, a backend in a folder, and AWS's providers replaced
 * by the lab's, through which nothing leaves this machine. The checkout is a copy, as Pulumi writes to it.
 */
export class Door {
  private constructor(
    /** Root of the copy. */
    readonly checkout: string,
    /** Folder that contains everything, where tests may add files. */
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
    private readonly provider: ChildProcess,
  ) {}

  static async open(): Promise<Door> {
    const folder = await mkdtemp(path.join(tmpdir(), "door-"));
    const checkout = path.join(folder, "checkout");
    await copyCheckout(checkout);
    await linkPackages(checkout);
    const standIns = path.join(folder, "stand-ins");
    const { path: cli } = await findPulumiCli({ progress: createProgress() });
    const state = path.join(folder, "backend");
    await mkdir(state);
    await mkdir(standIns);
    const provider = spawnGroup(
      ["npm", "run", "-s", "lab", "--", "provider", "--state", path.join(folder, "lab")],
      { cwd: checkout },
    );
    const [line] = (await once(createInterface({ input: provider.stdout }), "line")) as [string];
    const [name = "", value = ""] = line.split("=");
    return new Door(
      checkout,
      folder,
      {
        ...process.env,
        [name]: value,
        PATH: [standIns, ...cli, process.env.PATH ?? ""].join(path.delimiter),
        PULUMI_HOME: path.join(folder, "home"),
        PULUMI_CONFIG_PASSPHRASE: "a passphrase of the test's",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // Nobody is at the terminal to say yes.
        PULUMI_SKIP_CONFIRMATIONS: "true",
        NO_COLOR: "1",
        NPM_CONFIG_LOGLEVEL: "silent",
        npm_lifecycle_event: undefined,
      },
      provider,
    );
  }

  /** Port of the lab's providers. */
  get providerPort(): number {
    const [, port] = /\baws:(\d+)/.exec(this.env.PULUMI_DEBUG_PROVIDERS ?? "") ?? [];
    return Number(port);
  }

  /** Types what a user would type, one or more lines, in a folder of the checkout. */
  async type(command: string, cwd = ""): Promise<Typed> {
    return new Promise((resolve) => {
      const options = {
        cwd: path.join(this.checkout, cwd),
        env: this.env,
        timeout: engineTimeout,
        maxBuffer: 2 ** 26,
      };
      const args = ["-e", "-o", "pipefail", "-c", command];
      execFile("bash", args, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, output: stdout + stderr });
      });
    });
  }

  /** As {@link type}, but returns the output. @throws Error if the command fails */
  async types(command: string, cwd = ""): Promise<string> {
    const { code, output } = await this.type(command, cwd);
    if (code !== 0) throw new Error(`${command}\nended with ${code}:\n${output}`);
    return output;
  }

  /** Puts a shell script in place of a program that may not be installed, such as `aws`. */
  async standIn(name: string, script: string): Promise<void> {
    const file = path.join(this.folder, "stand-ins", name);
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
  }

  async close(): Promise<void> {
    const closed = once(this.provider, "close");
    if (this.provider.pid !== undefined) process.kill(-this.provider.pid, "SIGTERM");
    await closed;
    await rm(this.folder, { recursive: true, force: true });
  }
}
