import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline/promises";

import { Command, InvalidArgumentError, Option } from "commander";

import { parseQuotas } from "../lab/account/quotas";
import { liveLine } from "../lab/shared/liveLine";
import { messageOf } from "../lab/shared/messageOf";
import { createProgress } from "../lab/shared/progress";
import { replaceFile } from "../lab/shared/replaceFile";
import { stopSignal } from "../lab/shared/shutdown";
import { refuseSwallowedOptions } from "../lab/ui/commands/swallowedOptions";
import type { Backend } from "./backend";
import { describeReport, describeResult } from "./describe";
import { lockClass } from "./lock";
import { ClassRecord } from "./record";
import type { ClassReport } from "./report";
import { parseRoster, type Roster, RosterError } from "./roster";
import { planClass, runClass } from "./runClass";
import { type Defaults, readDefaults, repository } from "./stackSettings";

interface Options {
  roster: string;
  backend: "lab" | "aws";
  state: string;
  only?: string[];
  concurrency: number;
  policyConfig?: string;
  quota?: string[];
  expired?: boolean;
  again?: boolean;
  json?: boolean;
  report?: string;
  yes?: boolean;
}

/** An engine with its policies and worker needs half a GiB, so six stay below four GiB. */
const mostAtOnce = 6;

/** The roster, the configuration or the command line is wrong, and nothing was started. */
class UsageError extends Error {}

const command = new Command("class")
  .description("Manages the stacks of a class, one per learner, in the lab or on AWS")
  .showHelpAfterError()
  .addHelpText("after", "\nExit codes: 0 success, 1 a stack failed, 2 nothing was started.")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));

on("preview", "show whether each stack can be deployed and the policies allow it; changes nothing");
on("up", "update the stacks that do not match the roster yet")
  .option("--again", "also update those that match")
  .option("--yes", "on AWS, do not ask");
on("status", "show the state of each stack");
on(
  "destroy",
  "delete everything that the stacks created, including those of learners who left the roster",
)
  .option("--expired", "only stacks whose last day has passed")
  .option("--yes", "do not ask");

record("slices", "divide the class among runners, each of which selects its part with --only")
  .addOption(
    new Option("--size <n>", "maximum number of stacks per slice").argParser(positive).default(10),
  )
  .option("--json", "print machine-readable output")
  .action(async (options: RecordOptions & { size: number; json?: boolean }) => {
    const { slicesOf } = require("./slices") as typeof import("./slices");
    // Assigns the places now, so that they are the same for all runners.
    const parts = await withRecord(options, async (roster, kept) => {
      await kept.allocate(roster.learners);
      return slicesOf(roster, options.size);
    });
    const lines = parts.slices.map(({ slice, stacks }) => `${slice}: ${stacks}\n`);
    process.stdout.write(options.json ? `${JSON.stringify(parts)}\n` : lines.join(""));
  });
record("merge", "merge the records of runners into the class's")
  .argument("<records...>", "the runners' records, which started as copies of the class's")
  .action((files: string[], options: RecordOptions) =>
    withRecord(options, (_, kept) => kept.merge(files)),
  );

command.hook("preAction", (_, called) => {
  usage(() => {
    refuseSwallowedOptions(called, process.argv.slice(2), process.env);
  });
});

command.parseAsync().catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = error instanceof UsageError || error instanceof RosterError ? 2 : 1;
});

function on(operation: ClassReport["operation"], description: string): Command {
  return command
    .command(operation)
    .description(description)
    .option("--roster <file>", "the class's roster", absolute, path.resolve("classroom.yaml"))
    .addOption(
      new Option("--backend <name>", "where the stacks are").choices(["lab", "aws"]).default("lab"),
    )
    .option("--only <name...>", "only these learners, by name or stack")
    .addOption(
      new Option("--concurrency <n>", "maximum number of stacks to work on at once")
        .argParser(positive)
        .default(Math.min(mostAtOnce, Math.max(2, availableParallelism()))),
    )
    .option("--policy-config <file>", "levels and exemptions of the policies", absolute)
    .option("--quota <name=number...>", "raise quotas of the lab's account, e.g. vpcs=40")
    .option("--state <dir>", "the lab's state folder", absolute, path.join(repository, ".lab"))
    .option("--json", "print the report as JSON")
    .option("--report <file>", "write the machine-readable report to a file", absolute)
    .action((options: Options) => main(operation, options));
}

interface RecordOptions {
  roster: string;
  backend: "lab" | "aws";
  state: string;
}

/** A command that only uses a class's record. */
function record(name: string, description: string): Command {
  return command
    .command(name)
    .description(description)
    .option("--roster <file>", "the class's roster", absolute, path.resolve("classroom.yaml"))
    .addOption(
      new Option("--backend <name>", "where the stacks are").choices(["lab", "aws"]).default("lab"),
    )
    .option("--state <dir>", "the lab's state folder", absolute, path.join(repository, ".lab"));
}

async function withRecord<T>(
  options: RecordOptions,
  use: (roster: Roster, kept: ClassRecord) => Promise<T>,
): Promise<T> {
  const roster = await readRoster(options, await readDefaults());
  const file = recordFileOf(options, roster);
  const unlock = await lockClass(file).catch((error: unknown) => {
    throw new UsageError(messageOf(error));
  });
  try {
    return await use(roster, await ClassRecord.open(file, roster.class));
  } finally {
    await unlock();
  }
}

async function main(operation: ClassReport["operation"], options: Options): Promise<void> {
  const say = (text: string) => void (options.json ? process.stderr : process.stdout).write(text);
  const defaults = await readDefaults();
  const roster = await readRoster(options, defaults);
  const signal = stopSignal();
  const recordFile = recordFileOf(options, roster);
  const unlock = await lockClass(recordFile).catch((error: unknown) => {
    throw new UsageError(messageOf(error));
  });
  try {
    const record = await ClassRecord.open(recordFile, roster.class);
    await confirm(operation, options, roster, record, defaults, say);
    const backend = await openBackend(options, roster, defaults, signal);
    const report = await run(operation, options, { roster, defaults, record, backend, signal })
      .catch((error: unknown) => {
        throw new UsageError(messageOf(error));
      })
      .finally(() => backend.close());
    await showReport(report, options, say);
  } finally {
    await unlock();
  }
}

async function run(
  operation: ClassReport["operation"],
  options: Options,
  parts: {
    roster: Roster;
    defaults: Defaults;
    record: ClassRecord;
    backend: Backend;
    signal: AbortSignal;
  },
): Promise<ClassReport> {
  const progress = createProgress();
  const out = options.json ? process.stderr : process.stdout;
  parts.signal.addEventListener("abort", () => {
    process.stderr.write(
      "Stopping: no more stacks are started, and running operations are cancelled\n",
    );
  });
  progress.start(`${operation} of class ${parts.roster.class}`);
  const report = await runClass({
    ...options,
    ...parts,
    operation,
    onBusy: (learners) => {
      progress.update(`${operation}: ${learners.join(", ")}`);
    },
    onResult: (result, done, all) => {
      liveLine.above(() => out.write(`[${done}/${all}] ${describeResult(result, operation)}\n`));
    },
  }).catch((error: unknown) => {
    progress.fail(`${operation} of class ${parts.roster.class}`);
    throw error;
  });
  progress.succeed(`${operation} of class ${parts.roster.class}`);
  return report;
}

async function readRoster({ roster: file }: RecordOptions, defaults: Defaults): Promise<Roster> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new UsageError(`${file}: not found; classroom.example.yaml is one to copy`);
  });
  return parseRoster(text, path.relative(process.cwd(), file), defaults);
}

/** The record is kept with the account that it describes: in the lab's folder, or next to the roster. */
function recordFileOf({ backend, state, roster: file }: RecordOptions, roster: Roster): string {
  return backend === "lab"
    ? path.join(state, "classes", `${roster.class}.json`)
    : path.join(path.dirname(file), `${roster.class}.class.json`);
}

/** Prints the expected cost, and asks before money is spent or work is lost. */
async function confirm(
  operation: ClassReport["operation"],
  options: Options,
  roster: Roster,
  record: ClassRecord,
  defaults: Defaults,
  say: (text: string) => void,
): Promise<void> {
  if (operation === "status") return;
  if (operation !== "destroy") {
    const slots = await record.allocate(roster.learners).catch((error: unknown) => {
      throw new UsageError(messageOf(error));
    });
    const { network, learners } = planClass(roster, slots, defaults);
    const { describeCosts } = require("./costs") as typeof import("./costs");
    say(describeCosts(network, learners, roster.totalBudget));
  }
  const asks = operation === "destroy" || (operation === "up" && options.backend === "aws");
  if (!asks || options.yes) return;
  const where = options.backend === "aws" ? "on AWS" : "in the lab";
  const what = operation === "destroy" ? "Destroy" : "Update";
  if (!process.stdin.isTTY) {
    const line = ["npm run class --", ...process.argv.slice(2), "--yes"].join(" ");
    throw new UsageError(`${operation} ${where} asks for confirmation; use --yes: ${line}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    `${what} stacks of class ${roster.class} ${where}? [y/N] `,
  );
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError("nothing was done");
}

async function openBackend(
  options: Options,
  roster: Roster,
  { project }: Defaults,
  signal: AbortSignal,
): Promise<Backend> {
  const { quota = [] } = options;
  if (options.backend === "aws") {
    if (quota.length > 0)
      throw new UsageError("--quota is for the lab; on AWS, ask Service Quotas");
    const { AwsBackend } = require("./awsBackend") as typeof import("./awsBackend");
    const policies = path.join(path.dirname(options.roster), `${roster.class}.policies`);
    return AwsBackend.open({ project, policies, progress: createProgress(), signal });
  }
  const quotas = usage(() => parseQuotas(quota));
  const { LabBackend } = require("./labBackend") as typeof import("./labBackend");
  return LabBackend.open({ state: options.state, quotas, signal });
}

function usage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

async function showReport(
  report: ClassReport,
  { json, report: file }: Options,
  say: (text: string) => void,
): Promise<void> {
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (file !== undefined) {
    await replaceFile(file, text);
  }
  if (json) process.stdout.write(text);
  else say(describeReport(report));
  const bad = report.stacks.some(({ result }) => result === "failed" || result === "stopped");
  if (bad || report.stopped) process.exitCode = 1;
}

function absolute(file: string): string {
  return path.resolve(file);
}

function positive(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 100) return number;
  throw new InvalidArgumentError("a whole number from 1 to 100");
}
