import { spawn } from "node:child_process";
import { constants } from "node:os";

import { type PulumiProcess, reachesChildren } from "./pulumi";

/**
 * Runs the CLI in this process's terminal, as if typed there.
 *
 * @param signal interrupts it; Ctrl-C at the terminal reaches it anyway.
 * @returns its exit code; 128 plus the signal's number if a signal ended it.
 */
export function runInTerminal(
  { command, cwd, env }: PulumiProcess,
  args: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: "inherit" });
    const interrupt = () => {
      if (!reachesChildren(signal)) child.kill("SIGINT");
    };
    signal.addEventListener("abort", interrupt);
    if (signal.aborted) interrupt();
    child.once("error", reject);
    child.once("close", (code, by) => {
      signal.removeEventListener("abort", interrupt);
      resolve(code ?? 128 + (by ? constants.signals[by] : 0));
    });
  });
}
