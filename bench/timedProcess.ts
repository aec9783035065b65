import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

import { repository } from "../lab/shared/repository";
import { watchMemory } from "./processTree";

/** One run of a command, timed as a person waits for it: from start to end. */
export interface Timing {
  seconds: number;
  /** Peak resident memory of the process and its descendants, in MiB. */
  peakMiB: number;
}

/**
 * Runs Node.js with these arguments, by default in the checkout.
 *
 * @throws Error with the process's standard error if it fails.
 */
export async function timeNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd: string = repository,
): Promise<Timing> {
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const errors = text(child.stderr);
  const peak = watchMemory(child.pid ?? 0);
  const [code] = (await once(child, "exit")) as [number | null];
  const seconds = (performance.now() - start) / 1000;
  const peakMiB = await peak();
  if (code !== 0) {
    throw new Error(`${args.join(" ")} ended with code ${code ?? "none"}:\n${await errors}`);
  }
  return { seconds, peakMiB };
}

/** Arguments that run a command of the lab, as package.json's scripts do. */
export function labCommand(...args: string[]): string[] {
  return ["lab/main.cjs", ...args];
}

/** Arguments that run a TypeScript file of the checkout. */
export function typescript(file: string, ...args: string[]): string[] {
  return ["--require", "ecs-handson-loader", file, ...args];
}
