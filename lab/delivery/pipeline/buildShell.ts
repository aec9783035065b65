import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";

import { onBoundedLines } from "../../shared/boundedLines";

export interface BuildShellOptions {
  /** Words to put before the shell, see `isolation`. */
  readonly before: readonly string[];
  /** Ends what commands have started outside the shell's group. */
  readonly endOthers: () => void;
  readonly shell: "bash" | "sh";
  /** Folder that the first command starts in. */
  readonly cwd: string;
  /** The commands' complete environment; nothing is inherited from this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Receives every line that commands write, stdout and stderr in the order written. */
  readonly onLine: (line: string) => void;
}

/** Maximum length of a line, in characters. */
const LINE_LIMIT = 4000;
/** How long leftover processes of an ended shell may keep writing, in ms. */
const PIPES_MS = 1000;

/**
 * One shell that runs commands one after another, so that variables, functions and the working directory carry over, as
 * in CodeBuild since version 0.2 of the buildspec. It leads its own process group, which ends with it, and with the
 * lab, however that ends; in a PID namespace, all its processes do.
 */
export class BuildShell {
  private readonly child: ChildProcess;
  private readonly closed: Promise<unknown>;
  /** Marks the end of a command's output; no command writes it by chance. */
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
    this.child.stdin?.on("error", () => undefined); // it has ended, which "close" reports
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
   * @param onLine receives its output. @default the build's log
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
        // ESRCH: the group has no running process any more.
      }
    }
    this.options.endOthers();
    // Processes that left the group and could not be found may hold the pipes open forever.
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
    // A command's last line may lack a line break.
    if (at > 0) this.onLine(line.slice(0, Math.min(at, LINE_LIMIT)));
    this.finish?.(Number(line.slice(at + this.mark.length + 1)));
    this.finish = undefined;
  }
}
