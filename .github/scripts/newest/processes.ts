import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { isAlive } from "../../../lab/shared/processId";

/** How long what was asked to end may take, in milliseconds. */
const patience = 10_000;

/** Runs a program that prints to this terminal; gives whether it ended well. */
export async function succeeds(
  command: string,
  args: readonly string[],
  { cwd, env }: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<boolean> {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["ignore", "inherit", "inherit"],
    // Ctrl-C would end it before what it started could be found.
    detached: true,
  });
  const [code] = (await once(child, "close")) as [number | null];
  return code === 0;
}

/** Ends all that a process started, and all that was started by that, in whatever process group. */
export async function endDescendants(root: number): Promise<void> {
  const pids = await descendants(root);
  signal(pids, "SIGTERM");
  const deadline = Date.now() + patience;
  while (pids.some(isAlive) && Date.now() < deadline) await sleep(100);
  signal(pids.filter(isAlive), "SIGKILL");
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended.
    }
  }
}

async function descendants(root: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]);
  const children = new Map<number, number[]>();
  for (const line of stdout.trim().split("\n")) {
    const [pid = 0, parent = 0] = line.trim().split(/ +/).map(Number);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const below = (pid: number): number[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(root);
}
