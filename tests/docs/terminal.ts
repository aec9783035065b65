import assert from "node:assert/strict";
import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import getPort from "get-port";

import { repository } from "../../lab/shared/repository";
import { copyCheckout, linkPackages } from "../checkout";
import { engineTimeout } from "../lab/cli/harness";
import { spawnGroup } from "../ownGroup";
import { missingFrom, type Step } from "./pages";

const env = { ...process.env, NO_COLOR: "1", NPM_CONFIG_LOGLEVEL: "silent" };

/** Commands that change nothing, so that they can be repeated until they print what the page shows. */
const onlyLooks = /^(curl|npm run lab -- (status|check))/;

/**
 * A reader's two terminals: the first keeps serving while commands are typed in the second. The checkout is a copy, as
 * readers edit its files.
 */
export class Terminals {
  private server: Terminal | undefined;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
  ) {}

  /** With a checkout, a lab in it, and a port of their own. */
  static async open(): Promise<Terminals> {
    const folder = await mkdtemp(path.join(tmpdir(), "ecs-handson-typed-"));
    await copyCheckout(folder);
    await linkPackages(folder);
    // As `npm ci` does at its end.
    await promisify(execFile)(process.execPath, ["services/share.cjs"], { cwd: folder });
    return new Terminals(folder, await getPort());
  }

  /** Presses Ctrl-C in the first one, and removes everything. */
  async close(): Promise<void> {
    await this.server?.interrupt();
    await rm(this.folder, { recursive: true, force: true });
  }

  /**
   * Types a step and waits until everything that its page shows has been printed.
   * @param given lines that were typed in the same shell before, such as variables
   */
  async type(step: Step, given = ""): Promise<void> {
    const command = this.here(given + step.command);
    const already = this.server?.output.length;
    switch (step.mode) {
      case "serve":
        this.server = new Terminal(this.serving(command), this.folder);
        await this.server.prints(["Ctrl-C stops…", ...step.prints]);
        return;
      case "interrupt":
        await interrupted(new Terminal(command, this.folder), step);
        break;
      case "leave":
        await this.leave(step, command);
        return;
      case "save":
        await writeFile(path.join(this.folder, step.file ?? ""), `${step.command}\n`);
        return;
      default:
        await runUntilShown(step, () => run(command, this.folder));
    }
    await this.server?.prints(step.served, already);
  }

  /** A command that serves, on the port of these terminals. */
  private serving(command: string): string {
    return command.replace(
      /^npm (?:start|run lab) --.*$/m,
      `$& --port ${this.port} --dashboard-port 0`,
    );
  }

  /** Does what readers do who stop there, then deploys the settings from before again. */
  private async leave(step: Step, command: string): Promise<void> {
    const file = path.join(this.folder, ".lab", "projects", "ecs-handson", "Pulumi.dev.yaml");
    const settings = await readFile(file);
    try {
      await runUntilShown(step, () => run(command, this.folder));
    } finally {
      await writeFile(file, settings);
      const { code, output } = await run("npm run lab -- up", this.folder);
      assert.equal(code, 0, output);
    }
  }

  /** A command from a page, on the port of these terminals. */
  private here(command: string): string {
    return command
      .replace(/^npm start$/m, "npm start --")
      .replaceAll("127.0.0.1:8080", `127.0.0.1:${this.port}`);
  }
}

/** Runs a step, repeatedly if it only looks, until it prints what the page shows. */
async function runUntilShown(step: Step, runStep: () => Promise<Run>): Promise<void> {
  const deadline = Date.now() + engineTimeout;
  for (;;) {
    const { code, output } = await runStep();
    const missing = missingFrom(output, step.prints);
    const asShown = missing.length === 0 && (code !== 0) === step.fails;
    if (asShown) return;
    if (!onlyLooks.test(step.command) || Date.now() > deadline) {
      assert.fail(`exit ${code}; not printed:\n${missing.join("\n")}\nbut:\n${output}`);
    }
    await sleep(200);
  }
}

interface Run {
  code: number;
  /** Standard output and error. */
  output: string;
}

/** Runs a command of the documentation in a checkout. */
export function run(command: string, cwd = repository): Promise<Run> {
  return new Promise((resolve) => {
    const args = ["-o", "pipefail", "-c", command];
    const options = { cwd, env, timeout: engineTimeout, maxBuffer: 2 ** 26 };
    execFile("bash", args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

/** Presses Ctrl-C once everything that a step shows has been printed; a command that ends by itself before fails. */
async function interrupted(terminal: Terminal, step: Step): Promise<void> {
  try {
    await terminal.prints(step.prints);
    assert.ok(terminal.isRunning, `it ended by itself:\n${terminal.output}`);
  } finally {
    await terminal.interrupt();
  }
  // npm passes the signal on once the command has ended.
  assert.ok(
    terminal.end === "SIGINT" || terminal.end === 130,
    `${terminal.end}: ${terminal.output}`,
  );
}

/** A terminal in which a command keeps running: `npm start` in the first one, or one that waits for Ctrl-C. */
class Terminal {
  output = "";
  private readonly child: ChildProcess;

  constructor(command: string, cwd: string) {
    this.child = spawnGroup(["bash", "-c", command], { cwd, env, stderr: "pipe" });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    }
  }

  /** Waits until all lines have been printed, after the first `already` characters of the output. */
  async prints(lines: readonly string[], already = 0): Promise<void> {
    const deadline = Date.now() + engineTimeout;
    for (;;) {
      const missing = missingFrom(this.output.slice(already), lines);
      if (missing.length === 0) return;
      if (this.ended || Date.now() > deadline) {
        assert.fail(`not printed:\n${missing.join("\n")}\nbut:\n${this.output.slice(already)}`);
      }
      await sleep(100);
    }
  }

  /** Presses Ctrl-C. */
  async interrupt(): Promise<void> {
    if (this.ended || this.child.pid === undefined) return;
    const closed = once(this.child, "close");
    process.kill(-this.child.pid, "SIGINT");
    await closed;
  }

  get isRunning(): boolean {
    return !this.ended;
  }

  /** The command's exit code, or the signal that ended it. */
  get end(): number | string | null {
    return this.child.exitCode ?? this.child.signalCode;
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
