import { mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";
import { text } from "node:stream/consumers";

import { Command, InvalidArgumentError, Option } from "commander";

import { messageOf } from "../../../shared/messageOf";
import { replaceFile } from "../../../shared/replaceFile";
import { repository } from "../../../shared/repository";
import { stopSignal } from "../../../shared/shutdown";
import type { Architecture } from "../../diagram/architecture";
import { readPreview, readUpdatePlan } from "../../diagram/changes";
import { compare } from "../../diagram/compare";
import { notDrawn } from "../../diagram/describe";
import { drawSvg, type Screen, screens } from "../../diagram/drawSvg";
import { type PictureLanguage, pictureLanguages } from "../../diagram/language";
import { architectureOf } from "../../diagram/model";
import { parseJson, parseState, type StackState } from "../../diagram/state";
import { labState } from "./labState";

interface Options {
  stack: string;
  out: string;
  lab: string;
  state?: string;
  plan?: string;
  diff?: boolean;
  config?: Record<string, string>;
  language: PictureLanguage;
  screen: Screen;
}

type Input = NodeJS.ReadableStream;

/** The command's standard streams. */
export interface DiagramStreams {
  readonly stdin: Input;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/**
 * Runs `npm run diagram`.
 * @param args the arguments as the user typed them
 * @returns the exit code
 */
export async function runDiagram(
  args: readonly string[],
  streams: DiagramStreams = process,
): Promise<number> {
  const command = new Command("diagram")
    .description("Draws the architecture of a stack from its state, as SVG")
    .showHelpAfterError()
    .option("--stack <name>", "the lab's stack to draw", "dev")
    .option("--out <file>", "the file to write, - for standard output", "architecture.svg")
    .option("--diff", "mark what a preview of the lab's stack would add, change and remove")
    .option("--config <key=value>", "a value for the preview", keyValue)
    .option(
      "--state <file>",
      "draw any stack from the output of `pulumi stack export`, - for standard input",
    )
    .option(
      "--plan <file>",
      "mark the changes in the output of `pulumi preview --json`, - for standard input",
    )
    .addOption(
      new Option("--language <language>", "language of the picture")
        .choices(pictureLanguages)
        .default("en"),
    )
    .addOption(
      new Option(
        "--screen <screen>",
        "screen to draw for; on a phone all boxes are below each other",
      )
        .choices(screens)
        .default("page"),
    )
    .option("--lab <dir>", "the lab's folder", absolute, path.join(repository, ".lab"))
    .action((options: Options) => diagram(options, streams));
  try {
    await command.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    streams.stderr.write(`error: ${messageOf(error)}\n`);
    return 1;
  }
}

async function diagram(options: Options, streams: DiagramStreams): Promise<void> {
  rejectContradictions(options);
  const architecture = await architectureFor(options, streams.stdin);
  if (architecture.boxes.every(({ urns }) => urns.length === 0)) {
    const whose = options.state ?? `stack ${options.stack}`;
    throw new Error(`${whose}: has no resources to draw`);
  }
  const svg = await drawSvg(architecture, options.language, options.screen);
  for (const note of notDrawn(architecture)) streams.stderr.write(`note: ${note}\n`);
  if (options.out === "-") streams.stdout.write(svg);
  else await write(svg, path.resolve(options.out));
}

async function write(svg: string, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await replaceFile(file, svg);
}

function rejectContradictions({ diff, state, plan, config }: Options): void {
  const problems = [
    diff && state !== undefined
      ? "--diff previews a stack of the lab; with --state, pass a preview with --plan"
      : undefined,
    diff && plan !== undefined ? "--diff makes the preview itself; leave out --plan" : undefined,
    config && !diff ? "--config is for a preview; add --diff" : undefined,
    state === "-" && plan === "-" ? "--state and --plan cannot both be standard input" : undefined,
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new Error(problems.join("\n       "));
}

async function architectureFor(options: Options, stdin: Input): Promise<Architecture> {
  const before = await stateFor(options, stdin);
  const architecture = architectureOf(before);
  if (!options.diff && options.plan === undefined) return architecture;
  const { plan } = options;
  const { after, changes } =
    plan === undefined
      ? readUpdatePlan(before, await preview(options))
      : readPreview(before, parseJson(await readInput(plan, stdin), nameOf(plan)), nameOf(plan));
  return compare(architecture, architectureOf(after), changes);
}

async function stateFor({ state, stack, lab, diff }: Options, stdin: Input): Promise<StackState> {
  if (state !== undefined) return parseState(await readInput(state, stdin), nameOf(state));
  const found = await labState(repository, lab, stack);
  if ("state" in found) return found.state;
  // A preview of a stack that does not exist yet: everything would be added.
  if (diff) return { project: "", stack, resources: [] };
  const others = found.stacks.length > 0 ? `there is ${found.stacks.join(", ")}` : "there is none";
  throw new Error(`the lab has no stack ${stack}; ${others}`);
}

/** The engine's plan for a stack of the lab. */
async function preview({ stack, lab, config }: Options): Promise<unknown> {
  // Loaded here because only a preview needs the rest of the lab.
  const { Session } = require("../session/session") as typeof import("../session/session");
  const signal = stopSignal();
  const session = await Session.open({ stack, state: lab, config, json: true, signal });
  return session.plan().finally(() => session.close());
}

async function readInput(file: string, stdin: Input): Promise<string> {
  if (file === "-") return text(stdin);
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
