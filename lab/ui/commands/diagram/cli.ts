import { mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { text } from "node:stream/consumers";

import { Command, InvalidArgumentError } from "commander";
import writeFileAtomic from "write-file-atomic";

import { messageOf } from "../../../shared/messageOf";
import { repository } from "../../../shared/repository";
import type { Architecture } from "../../diagram/architecture";
import { notDrawn } from "../../diagram/describe";
import { parseJson, parseState, type StackState } from "../../diagram/state";

interface Options {
  stack: string;
  out: string;
  lab: string;
  state?: string;
  plan?: string;
  diff?: boolean;
  config?: Record<string, string>;
}

new Command("diagram")
  .description("Draws the architecture of a stack from its state, as SVG")
  .showHelpAfterError()
  .option("--stack <name>", "the lab's stack to draw", "dev")
  .option("--out <file>", "where the picture goes, - for standard output", "architecture.svg")
  .option("--diff", "mark what a preview of the lab's stack would add, change and remove")
  .option("--config <key=value>", "a value for the preview", keyValue)
  .option(
    "--state <file>",
    "draw any stack: what `pulumi stack export` printed, - for standard input",
  )
  .option("--plan <file>", "mark what `pulumi preview --json` foresees, - for standard input")
  .option("--lab <dir>", "the lab's folder", absolute, path.join(repository, ".lab"))
  .action(diagram)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exitCode = 1;
  });

async function diagram(options: Options): Promise<void> {
  rejectContradictions(options);
  const architecture = await architectureFor(options);
  if (architecture.boxes.every(({ urns }) => urns.length === 0)) {
    const whose = options.state ?? `stack ${options.stack}`;
    throw new Error(`${whose}: has no resources to draw`);
  }
  const { drawSvg } = await import("../../diagram/drawSvg");
  const svg = await drawSvg(architecture);
  for (const note of notDrawn(architecture)) process.stderr.write(`note: ${note}\n`);
  if (options.out === "-") process.stdout.write(svg);
  else await write(svg, path.resolve(options.out));
}

async function write(svg: string, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, svg);
}

function rejectContradictions({ diff, state, plan, config }: Options): void {
  const problems = [
    diff && state !== undefined
      ? "--diff previews a stack of the lab; with --state give a preview by --plan"
      : undefined,
    diff && plan !== undefined ? "--diff makes the preview itself; leave out --plan" : undefined,
    config && !diff ? "--config is for a preview; add --diff" : undefined,
    state === "-" && plan === "-" ? "--state and --plan cannot both be standard input" : undefined,
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new Error(problems.join("\n       "));
}

async function architectureFor(options: Options): Promise<Architecture> {
  const { architectureOf } = await import("../../diagram/model");
  const before = await stateFor(options);
  const architecture = architectureOf(before);
  if (!options.diff && options.plan === undefined) return architecture;
  const [{ compare }, { readPreview, readUpdatePlan }] = await Promise.all([
    import("../../diagram/compare"),
    import("../../diagram/changes"),
  ]);
  const { plan } = options;
  const { after, changes } =
    plan === undefined
      ? readUpdatePlan(before, await preview(options))
      : readPreview(before, parseJson(await readInput(plan), nameOf(plan)), nameOf(plan));
  return compare(architecture, architectureOf(after), changes);
}

async function stateFor({ state, stack, lab, diff }: Options): Promise<StackState> {
  if (state !== undefined) return parseState(await readInput(state), nameOf(state));
  const { labState } = await import("./labState");
  const found = await labState(repository, lab, stack);
  if ("state" in found) return found.state;
  // A preview of a stack that is yet to be: everything would be added.
  if (diff) return { project: "", stack, resources: [] };
  const others = found.stacks.length > 0 ? `there is ${found.stacks.join(", ")}` : "there is none";
  throw new Error(`the lab has no stack ${stack}; ${others}`);
}

/** The engine's plan for a stack of the lab. */
async function preview({ stack, lab, config }: Options): Promise<unknown> {
  const [{ Session }, { stopSignal }] = await Promise.all([
    import("../session"),
    import("../../../shared/shutdown"),
  ]);
  const signal = stopSignal();
  const session = await Session.open({ stack, state: lab, config, json: true, signal });
  return session.plan().finally(() => session.close());
}

async function readInput(file: string): Promise<string> {
  if (file === "-") return text(process.stdin);
  return readFile(file, "utf8").catch(() => {
    throw new Error(`${file}: cannot be read`);
  });
}

const nameOf = (file: string) => (file === "-" ? "standard input" : file);

function absolute(dir: string): string {
  return path.resolve(dir);
}

function keyValue(given: string, previous: Record<string, string> = {}): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(given) ?? [];
  if (key === undefined || value === undefined) {
    throw new InvalidArgumentError("write KEY=VALUE, e.g. desiredCount=2");
  }
  return { ...previous, [key]: value };
}
