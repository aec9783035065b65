import { existsSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../shared/repository";

/** A command line of `pulumi`, parsed as far as the lab needs it. */
export interface PulumiCommandLine {
  /** Without `--cwd` and with absolute file names, since it runs in the lab's own folder. */
  args: string[];
  /** Folder of the program: where the nearest Pulumi.yaml is. */
  programDir: string;
  /** The stack, if one is named. */
  stack?: string;
  /** What it does: `preview`, `stack output`. */
  command: string;
}

/** Flags that name a file or folder. Source: `pulumi <command> --help`. */
const fileFlags =
  /^--(config-file|file|import-file|out|plan|policy-pack|policy-pack-config|save-plan)$/;

/** Common flags with a value, so that the value is not mistaken for the command. */
const valueFlags = /^(-s|-v|--stack|--color|--verbose|--tracing)$/;

/**
 * @param from the folder in which it was typed.
 */
export function pulumiCommandLine(given: readonly string[], from: string): PulumiCommandLine {
  const args: string[] = [];
  const words: string[] = [];
  let cwd = from;
  let stack: string | undefined;
  const rest = given.flatMap((arg) => {
    // `--flag=value` is read as `--flag value`.
    const [, flag, value] = /^(--[a-z-]+|-[Cs])=(.*)$/s.exec(arg) ?? [];
    const known =
      flag !== undefined && (fileFlags.test(flag) || /^(--cwd|-C|--stack|-s)$/.test(flag));
    return known ? [flag, value ?? ""] : [arg];
  });
  for (let at = 0; at < rest.length; at += 1) {
    const arg = rest[at] ?? "";
    const next = rest[at + 1];
    if (arg === "--") {
      args.push(...rest.slice(at));
      break;
    }
    if (next !== undefined && (arg === "-C" || arg === "--cwd")) {
      cwd = path.resolve(from, next);
      at += 1;
    } else if (next !== undefined && fileFlags.test(arg)) {
      args.push(arg, path.resolve(cwd, next));
      at += 1;
    } else if (next !== undefined && valueFlags.test(arg)) {
      if (arg === "-s" || arg === "--stack") stack = next;
      args.push(arg, next);
      at += 1;
    } else {
      const isGraph = words.join(" ") === "stack graph" && !arg.startsWith("-");
      args.push(isGraph ? path.resolve(cwd, arg) : arg);
      if (!arg.startsWith("-")) words.push(arg);
    }
  }
  const command = words.slice(0, words[0] === "stack" || words[0] === "state" ? 2 : 1).join(" ");
  return { args, programDir: programAt(cwd), command, ...(stack === undefined ? {} : { stack }) };
}

/**
 * The folder with Pulumi.yaml, searched for as the CLI does, in this folder and its parents; the checkout if there is
 * none.
 */
export function programAt(folder: string): string {
  for (let at = folder; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, "Pulumi.yaml"))) return at;
    if (at === path.dirname(at)) return repository;
  }
}

/** Whether a command works on one stack, which must exist. */
export function needsStack(command: string): boolean {
  return (
    /^(preview|pre|up|update|refresh|destroy|down|import|config|cfg|state|watch|cancel)\b/.test(
      command,
    ) ||
    (/^stack\b/.test(command) && !/^stack (init|ls|select|unselect)\b/.test(command))
  );
}

/** Whether a command changes what the stack has in the account. */
export function changesStack(command: string): boolean {
  return /^(up|update|refresh|destroy|down|import)\b/.test(command);
}

/** Whether a command runs the policies. */
export function isJudged(command: string): boolean {
  return /^(preview|pre|up|update)\b/.test(command);
}
