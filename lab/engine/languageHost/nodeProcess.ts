import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import * as path from "node:path";

import { type Runner, runnerOf } from "../internals/sdkRunners";

/** Loaded before whatever the host starts: it does not outlive a host that was killed. */
const endWithHost = path.join(__dirname, "end-with-parent.cjs");

/** The Node.js that runs the host runs what it starts. */
export const node = process.execPath;

/** How to start one of the SDK's own entry points for what is in `directory`. */
export interface Entry {
  /** Folder whose `node_modules` has the SDK; the process starts there. */
  directory: string;
  runner: Runner;
  /** Flags of Node.js itself, e.g. from `nodeargs` in Pulumi.yaml. */
  nodeArgs: readonly string[];
}

/** @throws Error telling what to do if the SDK is not installed there. */
export function commandLine({ directory, runner, nodeArgs }: Entry): string[] {
  return ["--require", endWithHost, ...nodeArgs, runnerOf(directory, runner)];
}

/** Processes that are running, to be ended with the host. */
export class Processes {
  private readonly running = new Set<ChildProcess>();

  /** Node.js with these arguments. */
  start(args: readonly string[], options: SpawnOptions): ChildProcess {
    return this.command(node, args, options);
  }

  command(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    // In a group of its own: Ctrl-C at the terminal is for the engine, which tells the program.
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
    // It has ended by itself.
  }
}

/** Resolves with the exit code once a process has ended and said all; a signal counts as 1. */
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
 * Flags in one line of text, as a POSIX shell splits words: blanks separate, quotes and backslashes keep
 * them together. Source: Pulumi's own host reads `nodeargs` so.
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
