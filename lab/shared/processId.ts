import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

import { z } from "zod";

/** A process, distinguished from any other with the same ID. */
export interface ProcessId {
  readonly pid: number;
  /** Name of its machine, or of its container. */
  readonly host: string;
  /** When it started, in a machine-specific form that does not depend on the clock; absent if not known. */
  readonly started?: string | undefined;
}

export const processIdSchema = z.object({
  pid: z.number(),
  host: z.string(),
  started: z.string().optional(),
});

let own: ProcessId | undefined;

export function thisProcess(): ProcessId {
  own ??= processOf(process.pid);
  return own;
}

/** The process that has this ID on this machine now. */
export function processOf(pid: number): ProcessId {
  return { pid, host: hostname(), started: startOf(pid) };
}

/**
 * Whether it is still running; undefined if it is on another machine, which is not visible from here. Without a start
 * time, only the ID is compared.
 */
export function stillRuns({ pid, host, started }: ProcessId): boolean | undefined {
  if (host !== hostname()) return undefined;
  if (!isAlive(pid)) return false;
  const now = startOf(pid);
  return started === undefined || now === undefined || now === started;
}

/** Whether a process with this ID is running on this machine; zombies do not count. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return !/^[ZX]/.test(statOf(pid)?.[0] ?? "");
}

/** The command line of a process on this machine; undefined if not known. */
export function commandOf(pid: number): string | undefined {
  if (process.platform === "linux") return readOrNothing(`/proc/${pid}/cmdline`);
  return process.platform === "win32" ? undefined : ps("args=", pid);
}

/**
 * When a process started: on Linux, the boot ID and the clock ticks since boot (proc(5), /proc/pid/stat, field 22); on
 * other systems with `ps`, its output. Not known on Windows.
 */
function startOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    const ticks = statOf(pid)?.[19];
    const boot = readOrNothing("/proc/sys/kernel/random/boot_id")?.trim();
    return ticks === undefined || boot === undefined ? undefined : `${boot} ${ticks}`;
  }
  return process.platform === "win32" ? undefined : ps("lstart=", pid);
}

/** The fields of /proc/pid/stat from the third on; the second, a name in parentheses, may contain anything. */
function statOf(pid: number): string[] | undefined {
  if (process.platform !== "linux") return undefined;
  const stat = readOrNothing(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function ps(column: string, pid: number): string | undefined {
  try {
    const env = { ...process.env, LC_ALL: "C" };
    const told = execFileSync("ps", ["-o", column, "-p", `${pid}`], { encoding: "utf8", env });
    return told.trim() || undefined;
  } catch {
    return undefined;
  }
}

function readOrNothing(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
