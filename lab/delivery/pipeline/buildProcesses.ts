import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Runs a command with processes of its own: it is the first of a Linux PID namespace, so it sees no process
 * of this machine but its own, and whatever it starts ends with it, in a session of its own or not.
 * Source: unshare(1), pid_namespaces(7).
 */
const APART = ["--pid", "--fork", "--kill-child", "--mount-proc"] as const;

/** Root needs no user namespace for it; others do, in which they stay who they are. */
const WAYS = [APART, ["--user", "--map-current-user", ...APART]] as const;

let way: Promise<readonly string[]> | undefined;

/**
 * Words to put before a command, so that it sees the processes that it starts and no others; none where this
 * machine has no such thing, or does not allow it: macOS, some containers, kernels without user namespaces.
 */
export function apart(): Promise<readonly string[]> {
  way ??= findWay();
  return way;
}

async function findWay(): Promise<readonly string[]> {
  if (process.platform !== "linux") return [];
  for (const flags of process.getuid?.() === 0 ? WAYS : WAYS.slice(1)) {
    const words = ["unshare", ...flags];
    if (await isFirstProcess([...words, "sh", "-c", 'test "$$" = 1'])) return words;
  }
  return [];
}

async function isFirstProcess([command = "", ...args]: readonly string[]): Promise<boolean> {
  const child = spawn(command, args, { stdio: "ignore" });
  const ended = Promise.race([
    once(child, "exit").then(([code]) => code === 0),
    once(child, "error").then(() => false),
  ]);
  return ended.catch(() => false);
}

/**
 * Ends the processes that were started with a variable, and what these started with it, as far as this
 * machine tells the environment of processes: on Linux.
 * @param variable `NAME=value`, the value of one build alone
 */
export function endAllWith(variable: string): void {
  // What is killed may just have started something: until nobody is left.
  for (let found = true, round = 0; found && round < 100; round++) {
    const pids = pidsWith(variable);
    found = pids.length > 0;
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }
  }
}

function pidsWith(variable: string): number[] {
  let entries: string[];
  try {
    entries = readdirSync("/proc");
  } catch {
    return []; // only Linux has it
  }
  return entries.filter((name) => /^\d+$/.test(name) && hasVariable(name, variable)).map(Number);
}

function hasVariable(pid: string, variable: string): boolean {
  try {
    // One that has ended and was not asked for yet has none.
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(variable);
  } catch {
    return false; // it has ended, or is another user's
  }
}
