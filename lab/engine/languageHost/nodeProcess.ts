import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import * as path from "node:path";

import { type Runner, runnerOf } from "../internals/sdkRunners";

/** Loaded before whatever the host starts: it does not outlive a host that was killed. */
const endWithHost = path.join(__dirname, "end-with-parent.cjs");

/** Run with the same Node.js as the host. */
export const node = process.execPath;

/** How to start one of the SDK's own entry points for what is in `directory`. */
export interface EntryPoint {
  /** Folder whose `node_modules` has the SDK; the process starts there. */
  directory: string;
  runner: Runner;
  /** Flags of Node.js itself, e.g. from `nodeargs` in Pulumi.yaml. */
  nodeArgs: readonly string[];
}

/** @throws Error with the remedy if the SDK is not installed there. */
export function commandLine({ directory, runner, nodeArgs }: EntryPoint): string[] {
  return ["--require", endWithHost, ...nodeArgs, runnerOf(directory, runner)];
}

/** The running processes, to end together with the host. */
export class Processes {
  private readonly running = new Set<ChildProcess>();

  /** Starts Node.js with these arguments. */
  start(args: readonly string[], options: SpawnOptions): ChildProcess {
    return this.command(node, args, options);
  }

  command(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    // In its own process group: Ctrl-C at the terminal goes to the engine, which then stops the program.
    const child = spawn(command, args, { ...options, detached: true });
    this.running.add(child);
    child.once("close", () => this.running.delete(child));
    return child;
  }

  endAll(): void {
    for (const child of this.running) endGroup(child);
  }
}

/** Ends a process and what it started. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid);
  } catch {
    // It has already ended.
  }
}

/** Resolves with the exit code once a process has ended and its output was read; 1 if a signal ended it. */
export function closed(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve(code ?? 1);
    });
  });
}

/** A text as one word of a POSIX shell, in quotes; {@link shellWords} reads it back. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Splits a line into flags as a POSIX shell does: at blanks, except within quotes or after a backslash. Source:
 * Pulumi's own host reads `nodeargs` this way.
 */
export function shellWords(line: string): string[] {
  const words = line.match(/(?:\\.|'[^']*'|"(?:\\.|[^"\\])*"|[^\s\\'"])+/g) ?? [];
  return words.map((word) =>
    word.replace(
      /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
      (_, single?: string, double?: string, escaped?: string) =>
        single ?? double?.replace(/\\(["\\$`])/g, "$1") ?? escaped ?? "",
    ),
  );
}
