import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** How {@link spawnGroup} starts a command. */
export interface GroupOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where its standard error goes. @default this process's own */
  readonly stderr?: "pipe" | "inherit";
}

/** Ends the group once the other end of file descriptor 3 is closed, and becomes the command. */
const script = '(cat <&3; kill -TERM 0) >/dev/null 2>&1 & exec "$@" 3<&-';

/**
 * Starts a command in a process group of its own, as a terminal does: `process.kill(-pid, signal)` reaches
 * all of it. It ends with this process, even if that is killed: Ctrl-C in mocha reaches no other group.
 */
export function spawnGroup(
  command: readonly string[],
  { cwd, env = process.env, stderr = "inherit" }: GroupOptions,
): ChildProcessByStdio<null, Readable, Readable | null> {
  const child = spawn("sh", ["-c", script, "sh", ...command], {
    cwd,
    env,
    stdio: ["ignore", "pipe", stderr, "pipe"],
    detached: true,
  });
  const held = child.stdio[3] as Writable;
  held.on("error", () => undefined);
  child.once("exit", () => held.destroy());
  return child as ChildProcessByStdio<null, Readable, Readable | null>;
}
