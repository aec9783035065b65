import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";

/**
 * Runs a command as the first process of a Linux PID namespace, so that it sees only its own processes, and whatever it
 * starts ends with it, even in another session. Source: unshare(1), pid_namespaces(7).
 */
const APART = ["--pid", "--fork", "--kill-child", "--mount-proc"] as const;

/** Root needs no user namespace for this; others do, and keep their user ID in it. */
const WAYS = [APART, ["--user", "--map-current-user", ...APART]] as const;

let way: Promise<readonly string[]> | undefined;

/**
 * Words to put before a command so that it only sees the processes that it starts; empty if this machine does not
 * support or allow it: macOS, some containers, kernels without user namespaces.
 */
export function isolation(): Promise<readonly string[]> {
  way ??= findIsolation();
  return way;
}

async function findIsolation(): Promise<readonly string[]> {
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
 * Kills the processes that have a variable in their environment, if this machine shows the environment of processes,
 * i.e. on Linux.
 * @param variable `NAME=value`, unique to one build
 */
export function endAllWith(variable: string): void {
  // Repeats until none is left, since a killed process may just have started another.
  for (let found = true, round = 0; found && round < 100; round++) {
    const pids = pidsWith(variable);
    found = pids.length > 0;
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has already ended.
      }
    }
  }
}

function pidsWith(variable: string): number[] {
  let entries: string[];
  try {
    entries = readdirSync("/proc");
  } catch {
    return []; // only Linux has /proc
  }
  return entries.filter((name) => /^\d+$/.test(name) && hasVariable(name, variable)).map(Number);
}

function hasVariable(pid: string, variable: string): boolean {
  try {
    // A zombie process has no environment.
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(variable);
  } catch {
    return false; // it has ended, or belongs to another user
  }
}
