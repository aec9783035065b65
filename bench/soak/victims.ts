import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Kinds of processes that are killed. */
export const VICTIMS = ["lab", "engine", "program", "pack", "task", "build", "git"] as const;
export type Victim = (typeof VICTIMS)[number];

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** A process and its descendants, according to `ps`. */
export async function treeOf(pid: number): Promise<RunningProcess[]> {
  const { stdout } = await promisify(execFile)("ps", ["-eo", "pid=,ppid=,args="], {
    maxBuffer: 2 ** 26,
  });
  const all = stdout.split("\n").flatMap((line): RunningProcess[] => {
    const [, id, parent, command] = /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(id), parent: Number(parent), command }];
  });
  const tree = all.filter((one) => one.pid === pid);
  for (const one of tree) tree.push(...all.filter(({ parent }) => parent === one.pid));
  return tree;
}

/** The kind of a process in a lab's tree; undefined if it is not one that is killed. */
export function kindOf({ command }: RunningProcess): Victim | undefined {
  if (command.includes("lab/main.cjs")) return "lab";
  if (command.includes("bin/pulumi ")) return "engine";
  if (/run-policy-pack|\/policies|start\.cjs/.test(command)) return "pack";
  if (/staticServer|nginx/.test(command)) return "task";
  if (command.includes("buildShell")) return "build";
  if (/(^|\/)git[ -]/.test(command)) return "git";
  return command.includes("end-with-parent") ? "program" : undefined;
}
