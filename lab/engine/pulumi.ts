import { spawn } from "node:child_process";

import { Interrupted } from "../shared/processes";

/** Options for one run of the CLI. */
export interface PulumiRunOptions {
  /** Called once its process has been started. */
  onStart?: () => void;
  /** Called with what it prints on standard output and standard error. */
  onOutput?: (text: string) => void;
  onError?: (text: string) => void;
  /** Interrupts it: the engine finishes the steps it has begun, then stops. */
  signal?: AbortSignal;
}

export interface PulumiExit {
  code: number;
  stdout: string;
  stderr: string;
}

/** The Pulumi CLI for one project. */
export interface Pulumi {
  /** Resolves when it has exited, with any exit code. @throws Error if it cannot be started */
  run(args: readonly string[], options?: PulumiRunOptions): Promise<PulumiExit>;
}

/** A program to run in a folder, in an environment. */
export interface PulumiProcess {
  command: string;
  /** Folder with Pulumi.yaml. */
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** Starts the CLI as a new process for each run. */
export function pulumiIn({ command, cwd, env }: PulumiProcess): Pulumi {
  return {
    run: (args, { onStart, onOutput, onError, signal } = {}) =>
      new Promise((resolve, reject) => {
        const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
        const exit: PulumiExit = { code: 1, stdout: "", stderr: "" };
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
          exit.stdout += text;
          onOutput?.(text);
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
          exit.stderr += text;
          onError?.(text);
        });
        const interrupt = () => {
          if (!reachesChildren(signal)) child.kill("SIGINT");
        };
        signal?.addEventListener("abort", interrupt);
        if (signal?.aborted) interrupt();
        if (onStart) child.once("spawn", onStart);
        child.once("error", reject);
        child.once("close", (code) => {
          signal?.removeEventListener("abort", interrupt);
          resolve({ ...exit, code: code ?? 1 });
        });
      }),
  };
}

/**
 * Whether a signal was aborted by Ctrl-C at the terminal, which reaches the engine by itself: interrupting it again
 * would kill it.
 */
export function reachesChildren(signal: AbortSignal | undefined): boolean {
  return process.stdin.isTTY && signal?.reason instanceof Interrupted;
}

/**
 * What a run printed on standard output.
 *
 * @throws Error with the CLI's error messages if it failed.
 */
export async function outputOf(pulumi: Pulumi, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await pulumi.run(args);
  if (code !== 0) throw new Error(complaints(stderr || stdout).join("\n"));
  return stdout;
}

/** The CLI's own error messages from the output of a failed command, each with its list. */
export function complaints(text: string): string[] {
  const found = new Set(
    [...text.matchAll(/^error: (.*(?:\n +\S.*)*)/gm)].map(([, told = ""]) => told),
  );
  return found.size > 0 ? [...found] : [text.trim()];
}
