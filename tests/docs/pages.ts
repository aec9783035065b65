import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";

/** A fenced block of a page: the words after its fence, and its lines. */
export interface Fence {
  readonly info: string;
  readonly text: string;
  /** Line of the page that opens it, from 1. */
  readonly line: number;
}

/** The modes of steps that `tests/docs/tutorial` and `tests/docs/guides` take, in a checkout of their own. */
const taken = ["serve", "run", "interrupt", "leave", "save"];
export const isTaken = ({ mode }: Pick<Step, "mode">): boolean => taken.includes(mode);

/** A command of the tutorial with what the page shows of its effect. */
export interface Step {
  readonly page: string;
  readonly line: number;
  /** What a reader types, one or more lines; the text of a file to save. */
  readonly command: string;
  /**
   * `run`: the test runs it. `serve`: it keeps running in the first terminal. `interrupt`: it runs until Ctrl-C, which the test
   * presses once everything that the page shows has been printed. `leave`: for readers who stop there; the test types it, and
   * then restores the settings from before. `save`: not a command, but a file that the reader writes. `checked`: run by a test
   * of its own elsewhere; here its options are checked. `lab`: typed by tests/lab/cli/awsCommands, with the AWS CLI. `aws`:
   * typed by tests/door, with plain `pulumi`. `account`: it needs an account.
   */
  readonly mode: string;
  /** Name of the file to save. */
  readonly file?: string;
  /** Whether it ends with an exit code other than 0. */
  readonly fails: boolean;
  /** Lines that it prints. */
  readonly prints: readonly string[];
  /** Lines that the first terminal prints because of it. */
  readonly served: readonly string[];
}

/** The pages in a folder, such as the tutorial's in one language, in order, by path from the repository's root. */
export function pagesIn(folder: string): string[] {
  return readdirSync(path.join(repository, folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => path.posix.join(folder, name));
}

export function readPage(page: string): string {
  return readFileSync(path.join(repository, page), "utf8");
}

export function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let open: { info: string; line: number; indent: string; lines: string[] } | undefined;
  for (const [index, line] of markdown.split("\n").entries()) {
    // Fences in a list are indented.
    const [, indent = "", info] = /^( *)```(.*)$/.exec(line) ?? [];
    if (!open && info !== undefined) {
      open = { info: info.trim(), line: index + 1, indent, lines: [] };
    } else if (open && line.trim() === "```") {
      fences.push({ info: open.info, line: open.line, text: open.lines.join("\n") });
      open = undefined;
    } else {
      open?.lines.push(line.slice(open.indent.length));
    }
  }
  return fences;
}

/**
 * The commands of a page, each with the `text` and `json` blocks that follow it, except those marked `recorded`: these are
 * from other runs, such as one under load.
 */
export function stepsOf(page: string): Step[] {
  const steps: (Step & { prints: string[]; served: string[] })[] = [];
  for (const { info, text, line } of fencesOf(readPage(page))) {
    const [language, ...words] = info.split(" ");
    const last = words.includes("recorded") ? undefined : steps.at(-1);
    if (language === "sh") {
      const [mode = ""] = words;
      const fails = words.includes("fails");
      steps.push({ page, line, command: text, mode, fails, prints: [], served: [] });
    } else if (words[0] === "save") {
      steps.push({
        page,
        line,
        command: text,
        mode: "save",
        file: words[1],
        fails: false,
        prints: [],
        served: [],
      });
    } else if ((language === "text" || language === "json") && last) {
      last[words.includes("serve") ? "served" : "prints"].push(...text.split("\n"));
    }
  }
  return steps;
}

/**
 * Which of the lines that a page shows are not in an output. Ids, ports, durations and widths of
 * columns may differ, and `…` stands for anything. The order is not compared: the engine works on
 * many resources at once, and so do the tasks. Tasks that start together on the page may start in
 * several steps: on a busy machine not all of their instances are there at once.
 */
export function missingFrom(output: string, shown: readonly string[]): string[] {
  const lines = output.split("\n").map(narrow);
  const isThere = (line: string) =>
    lines.some((one) => pattern(line).test(one)) || inSteps(line, lines);
  return shown.filter((line) => line !== "…" && !isThere(line));
}

const started = /^(.* has started )(\d+) tasks: (.*)$/;

/** Whether consecutive lines about a service add up to as many started tasks as the shown line has. */
function inSteps(shown: string, lines: readonly string[]): boolean {
  const [, who, wanted] = started.exec(narrow(shown)) ?? [];
  if (who === undefined) return false;
  const counts = lines.flatMap((line) => {
    const [, whose, , ids = ""] = started.exec(line) ?? [];
    return whose === who ? [ids.match(/\(task [0-9a-f]+\)/g)?.length ?? 0] : [];
  });
  return counts.some((_, first) => {
    let tasks = 0;
    return counts.slice(first).some((count) => (tasks += count) === Number(wanted));
  });
}

function pattern(shown: string): RegExp {
  const source = narrow(shown)
    .replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "[0-9a-f-]+")
    .replace(/\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7}\b/g, "[0-9a-f]+")
    .replace(/\b(?=[0-9a-f]*[0-9])[0-9a-f]{8,}\b/g, "[0-9a-f]+")
    .replace(/:\d{4,5}\b/g, ":\\d+")
    .replace(/\b\d+(\\\.\d+)?s\b/g, "[\\d.]+s")
    .replace(/\b\d+(\\\.\d+)? s\b/g, "[\\d.]+ s")
    // Which of several ends first may differ.
    .replace(/^\\\[\d+\\\/(\d+)\\\]/, "\\[\\d+\\/$1\\]")
    .replaceAll("…", ".*");
  return new RegExp(`^${source}$`);
}

const narrow = (line: string) => line.replace(/\s+/g, " ").trim();
