import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";

import { onBoundedLines } from "../../shared/boundedLines";

export interface BuildShellOptions {
  /** Words that go before the shell, see `apart`. */
  readonly before: readonly string[];
  /** Ends what commands started outside of the shell's group. */
  readonly endOthers: () => void;
  readonly shell: "bash" | "sh";
  /** Folder that the first command starts in. */
  readonly cwd: string;
  /** All of the commands' environment: nothing of this process's comes to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Receives every line that commands write, stdout and stderr in the order written. */
  readonly onLine: (line: string) => void;
}

/** Longest line that is kept, in characters. */
const LINE_LIMIT = 4000;
/** How long what is left of an ended shell may write, in ms. */
const PIPES_MS = 1000;

/**
 * One shell that runs commands one after the other, so that variables, functions and the working
 * directory go from one to the next, as in CodeBuild from version 0.2 of the buildspec.
 * It leads a process group of its own, which ends with it, and with the lab, however that ends; where it has
 * processes of its own, all of these do.
 */
export class BuildShell {
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  /** A word that no command writes by chance: it marks the end of a command's output. */
  private readonly mark = randomUUID();
  private finish: ((code: number) => void) | undefined;
  private hasEnded = false;
  private onLine: (line: string) => void;

  constructor(private readonly options: BuildShellOptions) {
    this.onLine = options.onLine;
    const script = join(__dirname, "buildShell.mjs");
    const words = [...options.before, process.execPath, script, options.shell];
    const [command = "", ...args] = words;
    this.child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...options.env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe", "ipc"],
    });
    this.closed = once(this.child, "close");
    this.child.once("close", (code) => {
      this.hasEnded = true;
      this.finish?.(code ?? 1);
    });
    this.child.stdin?.on("error", () => undefined); // it has ended, which "close" tells
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream) {
        onBoundedLines(stream, (line) => {
          this.read(line);
        });
      }
    }
    this.write("exec 2>&1");
  }

  /** False once the shell has ended, e.g. by `exit`. */
  get isAlive(): boolean {
    return !this.hasEnded;
  }

  /**
   * Runs a command, of any number of lines.
   * @param onLine receives what it writes. @default the build's log
   * @returns its exit code; that of the shell if the command ended it
   */
  async run(command: string, onLine = this.options.onLine): Promise<number> {
    if (this.hasEnded) return 1;
    this.onLine = onLine;
    const quoted = `'${command.replaceAll("'", `'\\''`)}'`;
    const code = new Promise<number>((resolve) => {
      this.finish = resolve;
    });
    this.write(`eval ${quoted} </dev/null\nprintf '%s %d\\n' ${this.mark} "$?"`);
    return code;
  }

  /** Ends the shell and all that its commands left running. */
  async close(): Promise<void> {
    if (this.child.pid !== undefined) {
      try {
        process.kill(-this.child.pid, "SIGKILL");
      } catch {
        // ESRCH: nothing of the group runs any more.
      }
    }
    this.options.endOthers();
    // Whoever left the group, and could not be found, may hold the pipes open for good.
    const timer = setTimeout(() => {
      this.child.stdout?.destroy();
      this.child.stderr?.destroy();
    }, PIPES_MS);
    await this.closed;
    clearTimeout(timer);
  }

  private write(text: string): void {
    this.child.stdin?.write(`${text}\n`);
  }

  private read(line: string): void {
    const at = line.lastIndexOf(`${this.mark} `);
    if (at < 0) {
      this.onLine(line.slice(0, LINE_LIMIT));
      return;
    }
    // What a command wrote last may lack its line end.
    if (at > 0) this.onLine(line.slice(0, Math.min(at, LINE_LIMIT)));
    this.finish?.(Number(line.slice(at + this.mark.length + 1)));
    this.finish = undefined;
  }
}
