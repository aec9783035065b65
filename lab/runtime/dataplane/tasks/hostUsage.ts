import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { ContainerUsage } from "./runtime";

/** CPU units of one core. */
const UNITS = 1024;
const MIB = 1024 * 1024;
/** Linux reports times to user space in hundredths of a second on every machine: `USER_HZ`. */
const TICKS_A_SECOND = 100;

/** CPU time that a group of processes has used so far, and memory that it uses now. */
interface GroupUsage {
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/**
 * Measures a process group, which a container is here: from /proc if there is one, else with `ps`. The CPU time of a
 * process that ends between two measurements is lost.
 * @returns a function that measures; it resolves to undefined if that is not possible
 */
export function usageOfGroup(leader: number): () => Promise<ContainerUsage | undefined> {
  let before = { cpuSeconds: 0, at: Date.now() };
  return async () => {
    const used = await (existsSync("/proc/self/stat") ? fromProc(leader) : fromPs(leader));
    if (used === undefined) return undefined;
    const at = Date.now();
    const seconds = Math.max(at - before.at, 1) / 1000;
    const cpu = (Math.max(used.cpuSeconds - before.cpuSeconds, 0) / seconds) * UNITS;
    before = { cpuSeconds: used.cpuSeconds, at };
    return { cpu, memory: used.memoryBytes / MIB };
  };
}

/** Source: proc_pid_stat(5). A process's name, in parentheses, may contain blanks. */
async function fromProc(leader: number): Promise<GroupUsage | undefined> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")),
  );
  const members = stats
    .map((stat) => ({ pid: stat.split(" ")[0] ?? "", fields: fieldsOf(stat) }))
    .filter(({ fields }) => Number(fields[2]) === leader);
  if (members.length === 0) return undefined;
  const ticks = members.map(({ fields }) => Number(fields[11]) + Number(fields[12]));
  const memory = await Promise.all(members.map(({ pid }) => residentBytes(pid)));
  return { cpuSeconds: sum(ticks) / TICKS_A_SECOND, memoryBytes: sum(memory) };
}

/** The fields from the state on, which follows the name. */
const fieldsOf = (stat: string): string[] => stat.slice(stat.lastIndexOf(")") + 2).split(" ");

async function residentBytes(pid: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const run = promisify(execFile);

/** For macOS and other systems; times have hundredths of a second. */
async function fromPs(leader: number): Promise<GroupUsage | undefined> {
  const { stdout } = await run("ps", ["-A", "-o", "pgid=,rss=,time="]).catch(() => ({
    stdout: "",
  }));
  const members = stdout
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([group]) => Number(group) === leader);
  if (members.length === 0) return undefined;
  return members.reduce<GroupUsage>(
    (total, [, kib, time = ""]) => ({
      cpuSeconds: total.cpuSeconds + secondsOf(time),
      memoryBytes: total.memoryBytes + Number(kib) * 1024,
    }),
    { cpuSeconds: 0, memoryBytes: 0 },
  );
}

/** `[[DD-]HH:]MM:SS[.cc]`, as `ps` writes it. */
export function secondsOf(time: string): number {
  const [clock = "", days = "0"] = time.split("-").reverse();
  const parts = clock.split(":").map(Number);
  return parts.reduce((total, part) => total * 60 + part, 0) + Number(days) * 86_400;
}
