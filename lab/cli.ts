import "./engine/internals/quick-modules.cjs";

import * as path from "node:path";
import type * as readline from "node:readline/promises";

import { Command, InvalidArgumentError, Option } from "commander";

import { NOT_SERVED } from "./host/notServed";
import { PACE_NAMES } from "./runtime/controlplane/pace";
import { RUNTIME_NAMES } from "./runtime/dataplane/tasks/runtime";
import { keyValue } from "./shared/keyValue";
import { repository } from "./shared/repository";
import { messageWithRemedy } from "./shared/remedies";
import { stopSignal } from "./shared/shutdown";
import {
  type CommonOptions,
  openSession,
  operate,
  preview,
  pulumi,
  type ServeOptions,
  serveOnly,
  type StackOptions,
  tell,
  typedIn,
  up,
} from "./ui/commands/operations";
import { refuseSwallowedOptions } from "./ui/commands/swallowedOptions";
import { reportRequest } from "./ui/report/formats";

// The engine's and the account's modules take most of a second to load, so each command loads only what it needs, with
// require: import() uses an ES module loader, which takes as long again.

interface StatusOptions {
  watch?: boolean;
  all?: boolean;
}

interface DestroyOptions {
  keepConfig?: boolean;
  yes?: boolean;
}

interface PushArguments {
  branch: string;
  message: string;
  from: string;
  follow: boolean;
}

interface LogsArguments {
  run?: string;
  container?: string;
  follow?: boolean;
}

interface ExecOptions {
  container?: string;
}

interface RunTaskArguments {
  cluster?: string;
  count: number;
  launchType?: "FARGATE" | "EC2";
  container?: string;
  command?: string[];
  follow: boolean;
}

interface ApproveArguments {
  run?: string;
  reject?: boolean;
  comment: string;
}

const lab = new Command("lab")
  .enablePositionalOptions()
  .description("Runs the program on the real Pulumi engine against an offline AWS account")
  .showHelpAfterError()
  .addHelpText(
    "after",
    "\nThe account is simulated: no IAM evaluation, no billing, no isolation between tasks.",
  );

serving(onProgram("start", "preview, update and serve the stack until Ctrl-C")).action(
  (options: StackOptions & ServeOptions) => up(options),
);

onProgram("preview", "show what would change and what the policies find; changes nothing")
  .option("--json", "print a report for programs")
  .option(
    "--report <format[=file]>",
    "report what the policies found as sarif, markdown or json, repeatable",
    reportRequest,
  )
  .option("--out <file>", "file for a report without one, instead of standard output", absolute)
  .action(preview);

serving(onProgram("up", "update the stack, if the policies pass, and serve it"))
  .option("--no-serve", "only update")
  .option("--json", "print a report for programs")
  .action((options: StackOptions & ServeOptions) => up(options));

operating("refresh", "bring the stack's state in line with what the account really has")
  .option("--json", "print a report for programs")
  .action((options: StackOptions) => operate(options, (session) => session.refresh()));

operating("recover", "restore the last intact state of a damaged account or stack")
  .option("--json", "print a report for programs")
  .action(async (options: StackOptions) => {
    const { recover } = require("./ui/commands/recover") as typeof import("./ui/commands/recover");
    const report = await recover({ ...options, signal: stopSignal() });
    if (report !== undefined) tell(report, options);
  });

operating("destroy", "delete everything that the stack created, and what was set for it")
  .option("--json", "print a report for programs")
  .option("--keep-config", "keep what was set, for a later update")
  .option("--yes", "do not ask, in a terminal")
  .action(async (options: StackOptions & DestroyOptions) => {
    const { json, yes, stack } = options;
    const asks = yes !== true && !json && process.stdin.isTTY && process.stdout.isTTY;
    if (asks && !(await agreed(`Destroy all of stack ${stack}?`))) {
      throw new Error(`stack ${stack} is unchanged`);
    }
    await operate(options, (session) => session.destroy(options));
  });

onStack("export", "print the stack's state as `pulumi stack export` does").action(
  async (options: StackOptions) => {
    const session = await openSession(options, stopSignal());
    await session.export().finally(() => session.close());
  },
);

onStack("config", "show what is set for the stack, where it comes from, and the defaults")
  .option("--unset <key...>", "remove settings")
  .option("--all", "also show those at their default")
  .action(async (options: StackOptions & { unset?: string[]; all?: boolean }) => {
    const { config } = require("./ui/commands/config") as typeof import("./ui/commands/config");
    await config(options);
  });

inAccount("pulumi", "run pulumi itself on the lab's stacks, with its providers and policies")
  .usage("[options] <pulumi's command and flags>")
  .option("--policy-config <file>", "levels and exemptions of the policies", absolute)
  .argument("[args...]")
  .helpOption(false)
  .allowUnknownOption()
  .passThroughOptions()
  .action(pulumi);

onStack(
  "env",
  "print the variables that point plain `pulumi` and `aws` in a shell at the served lab",
)
  .option("--policy-config <file>", "levels and exemptions of the policies", absolute)
  .addHelpText("after", '\nIn a shell: eval "$(npm run -s lab -- env)"')
  .action(async (options: StackOptions) => {
    const { shellEnvironment } = require("./ui/commands/env") as typeof import("./ui/commands/env");
    process.stdout.write(
      await shellEnvironment({ ...options, from: typedIn(), signal: stopSignal() }),
    );
  });

serving(inAccount("serve", "run the tasks and load balancers of all stacks until Ctrl-C")).action(
  async (options: CommonOptions & ServeOptions) => {
    await serveOnly(options, stopSignal());
  },
);

inAccount("status", "show stacks, services, tasks and targets")
  .option("--json", "print the status for programs")
  .option("--all", "also show stopped tasks of services")
  .option("--watch", "show a short status and keep it up to date until Ctrl-C")
  .action(async ({ state, json, watch: again, all }: CommonOptions & StatusOptions) => {
    if (again) {
      const { watch } = require("./ui/commands/watch") as typeof import("./ui/commands/watch");
      await watch({ state, json, signal: stopSignal() });
      return;
    }
    const { openHost } = require("./host/openHost") as typeof import("./host/openHost");
    const { describeStatus } =
      require("./ui/commands/status") as typeof import("./ui/commands/status");
    const host = await openHost(state);
    const status = await host.status().finally(() => host.close());
    process.stdout.write(
      json ? `${JSON.stringify(status, null, 2)}\n` : describeStatus(status, all),
    );
  });

inAccount("quota", "show the account's quotas, or raise them as Service Quotas would")
  .argument("[quota...]", "NAME=NUMBER, e.g. vpcs=40; without any, shows them all")
  .action(async (given: string[], { state }: CommonOptions) => {
    const { quota } = require("./ui/commands/quota") as typeof import("./ui/commands/quota");
    await quota({ state, given });
  });

onStack("push", "commit nginx/ as it is to the lab's git repository, and follow the pipeline")
  .option("--branch <name>", "branch to push to", "main")
  .option("--message <text>", "message of the commit", "Deploy the working tree")
  .option("--from <dir>", "folder with nginx/ and buildspec_nginx.yml", absolute, repository)
  .option("--no-follow", "only push")
  .action(async (options: StackOptions & PushArguments) => {
    const { push } = require("./ui/commands/push") as typeof import("./ui/commands/push");
    if (!(await push({ ...options, signal: stopSignal() }))) process.exitCode = 1;
  });

inAccount("approve", "approve what a pipeline is waiting for")
  .option("--run <id>", "the execution's id, or its first characters")
  .option("--reject", "reject instead")
  .option("--comment <text>", "a comment to record with the answer", "by lab approve")
  .action(async ({ state, run, reject, comment }: CommonOptions & ApproveArguments) => {
    const { openHost } = require("./host/openHost") as typeof import("./host/openHost");
    const host = await openHost(state);
    try {
      const { id } = await host.approve({ run, approved: reject !== true, comment });
      process.stdout.write(`${reject ? "Rejected" : "Approved"}: execution ${id}\n`);
    } finally {
      await host.close();
    }
  });

inAccount("logs", "print what the containers of a service, or the actions of a pipeline, wrote")
  .argument(
    "[name]",
    "a service, the family of a standalone task, or a pipeline; default: the pipeline",
  )
  .option("--container <name>", "only what this container wrote")
  .option("--follow", "keep printing until Ctrl-C")
  .option(
    "--run <id>",
    "the id of a pipeline's execution, or its first characters; default: the last one",
  )
  .action(async (name: string | undefined, options: CommonOptions & LogsArguments) => {
    const { loggedNames, taskLogs } =
      require("./ui/commands/taskLogs") as typeof import("./ui/commands/taskLogs");
    const { logs, loggedPipelines } =
      require("./ui/commands/logs") as typeof import("./ui/commands/logs");
    const { container, follow, run, state } = options;
    const services = loggedNames(state);
    const isPipeline =
      run !== undefined || (name !== undefined && loggedPipelines(state).includes(name));
    if (name !== undefined && !isPipeline && services.includes(name)) {
      await taskLogs({ state, name, container, follow, signal: stopSignal() });
    } else {
      process.stdout.write(logs({ state, run, pipeline: name, services }));
    }
  });

inAccount("run-task", "run a task without a service in the served lab, and show what it writes")
  .argument("<task-definition>", "FAMILY, FAMILY:REVISION or ARN")
  .option("--cluster <name>", "the cluster, if there are several")
  .option("--count <number>", "how many tasks, 1 to 10", Number, 1)
  .addOption(
    new Option(
      "--launch-type <type>",
      "default: what the task definition or the cluster says",
    ).choices(["FARGATE", "EC2"]),
  )
  .option("--container <name>", "the container whose command is replaced; default: the main one")
  .option("--command <words...>", "replaces the container's command; give it last")
  .option("--no-follow", "only start it")
  .addHelpText(
    "after",
    "\nOn AWS it is aws ecs run-task; the command that does the same is printed.",
  )
  .action(async (taskDefinition: string, options: CommonOptions & RunTaskArguments) => {
    const { findHost } = require("./host/openHost") as typeof import("./host/openHost");
    const { runTask } = require("./ui/commands/runTask") as typeof import("./ui/commands/runTask");
    const host = await findHost(options.state);
    if (host === undefined) {
      throw new Error(NOT_SERVED);
    }
    const code = runTask(host, { ...options, taskDefinition, signal: stopSignal() });
    process.exitCode = await code.finally(() => host.close());
  });

inAccount("stop-task", "stop a task in the served lab; its service starts another")
  .argument("<task>", "a task's id or its first characters, or a service, for its oldest task")
  .action(async (task: string, { state }: CommonOptions) => {
    const { stopTask } =
      require("./ui/commands/stopTask") as typeof import("./ui/commands/stopTask");
    const { openHost } = require("./host/openHost") as typeof import("./host/openHost");
    const host = await openHost(state);
    await stopTask(host, task).finally(() => host.close());
  });

inAccount("exec", "run a command in a container of the served lab, where tasks run in Docker")
  .argument("<task>", "a task's id or its first characters, or a service, for its oldest task")
  .argument("[command...]", "after --, such as -- ls -l; a shell unless given")
  .option("--container <name>", "which container, if the task has several")
  .action(async (task: string, command: string[], options: CommonOptions & ExecOptions) => {
    const { exec } = require("./ui/commands/exec") as typeof import("./ui/commands/exec");
    const { openHost } = require("./host/openHost") as typeof import("./host/openHost");
    const host = await openHost(options.state);
    const code = exec(host, { task, command, container: options.container });
    process.exitCode = await code.finally(() => host.close());
  });

onStack("check", "show which steps of a chapter of the tutorial the stack has reached")
  .argument("<chapter>", "its number or name, such as 1 or fargate")
  .option("--json", "print the report for programs")
  .addHelpText(
    "after",
    "\nThe exit code is 1 while a point is missing. What only events show, such as a rollback, is known\n" +
      "only while the lab is being served.",
  )
  .action(async (chapter: string, options: StackOptions) => {
    const { check } =
      require("./ui/commands/check/check") as typeof import("./ui/commands/check/check");
    if (!(await check({ ...options, chapter }))) process.exitCode = 1;
  });

inAccount("provider", "serve the AWS providers alone, for any Pulumi program")
  .addOption(new Option("--port <port>", "port to listen on").argParser(port).default(0))
  .action(async (options: CommonOptions & { port: number }) => {
    const { provider } =
      require("./ui/commands/provider") as typeof import("./ui/commands/provider");
    await provider({ ...options, signal: stopSignal() });
  });

lab.hook("preAction", (_, command) => {
  refuseSwallowedOptions(command, process.argv.slice(2), process.env);
});

lab.parseAsync().catch((error: unknown) => {
  process.stderr.write(`error: ${messageWithRemedy(error)}\n`);
  process.exitCode = 1;
});

function inAccount(name: string, description: string): Command {
  return lab
    .command(name)
    .description(description)
    .option("--state <dir>", "folder for the account and all state", absolute, labFolder());
}

function onStack(name: string, description: string): Command {
  return inAccount(name, description).option("--stack <name>", "the stack to work on", "dev");
}

function operating(name: string, description: string): Command {
  return onStack(name, description).option(
    "--verbose",
    "print all that the engine does, resource by resource",
  );
}

function onProgram(name: string, description: string): Command {
  return operating(name, description)
    .option("--config <key=value>", "set a configuration value of the stack, repeatable", keyValue)
    .option("--policy-config <file>", "levels and exemptions of the policies", absolute);
}

/** Asks for confirmation; anything but yes means no. */
async function agreed(question: string): Promise<boolean> {
  const { createInterface } = require("node:readline/promises") as typeof readline;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

function labFolder(): string {
  return path.join(repository, ".lab");
}

function serving(command: Command): Command {
  return command
    .addOption(new Option("--runtime <name>", "how tasks run").choices(RUNTIME_NAMES))
    .addOption(
      new Option(
        "--pace <name>",
        "how fast deployments go: as on AWS, slow enough to follow, or as fast as possible; default: lesson in a terminal",
      ).choices(PACE_NAMES),
    )
    .addOption(
      new Option("--port <port>", "first port to try for load balancers")
        .argParser(port)
        .default(8080),
    )
    .addOption(
      new Option("--dashboard-port <port>", "first port to try for the dashboard")
        .argParser(port)
        .default(8070),
    )
    .addOption(
      new Option("--api-port <port>", "first port to try for AWS's API")
        .argParser(port)
        .default(8060),
    )
    .option("--no-dashboard", "serve no dashboard")
    .option("--allow-actions", "let the dashboard stop tasks, set counts and break health");
}

function absolute(dir: string): string {
  return path.resolve(dir);
}

function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65535) return number;
  throw new InvalidArgumentError("a port must be a whole number from 0 to 65535");
}
