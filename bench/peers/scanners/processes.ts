import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A process that exited with a status other than 0. */
interface Failure {
  readonly code?: number | string;
  readonly stdout?: string;
  readonly stderr?: string;
}

/**
 * Runs a command and returns what it prints.
 *
 * @param accepted Exit statuses that count as success. @default [0]
 * @throws Error with the end of its standard error
 */
export async function output(
  command: string,
  args: readonly string[],
  { cwd, accepted = [0] }: { cwd: string; accepted?: readonly number[] },
): Promise<string> {
  try {
    const { stdout } = await run(command, args, { cwd, maxBuffer: 256 * 1024 * 1024 });
    return stdout;
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as Failure;
    if (typeof code === "number" && accepted.includes(code)) {
      return stdout;
    }
    throw new Error(`${command} failed (${code ?? "signal"}): ${stderr.slice(-2000)}`, {
      cause: error,
    });
  }
}
