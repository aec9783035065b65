import assert from "node:assert/strict";
import { type ChildProcess, execFile } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import getPort from "get-port";

import { repository } from "../../lab/shared/repository";
import { engineTimeout, pulumiCli, stateFolder } from "../lab/cli/harness";
import { defaultConfig } from "../program/mocks";
import { spawnGroup } from "../ownGroup";
import { missingFrom, pagesIn, type Step, stepsOf } from "./pages";

const steps = pagesIn("docs/tutorial").flatMap(stepsOf);
const env = { ...process.env, NO_COLOR: "1", NPM_CONFIG_LOGLEVEL: "silent" };

/** Commands that only look, so that they can be repeated until they show what the page shows. */
const onlyLooks = /^(curl|npm run lab -- (status|check))/;

describe("the tutorial, followed from its first page to its last", function () {
  this.timeout(2 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let port: number;
  let server: FirstTerminal | undefined;

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    port = await getPort();
  });
  after(async () => {
    await server?.interrupt();
    await remove();
  });

  /** The command as the page says it, in a folder and on a port of the test's own. */
  const here = (command: string) =>
    command
      .replace(/^npm start$/m, "npm start --")
      .replace(/^npm start --.*$/m, `$& --port ${port} --dashboard-port 0`)
      .replace(/^npm (start|run (-s )?lab|run class) --[^|\n]*/gm, `$& --state ${state} `)
      .replace(/^npm run diagram --.*$/gm, `$& --lab ${state}`)
      .replaceAll(" .lab/", ` ${state}/`)
      .replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`);

  for (const step of steps.filter(({ mode }) => mode === "serve" || mode === "run")) {
    it(`${path.basename(step.page)}, line ${step.line}: ${step.command}`, async () => {
      if (step.mode === "serve") {
        server = new FirstTerminal(here(step.command));
        await server.prints(step.prints);
        return;
      }
      const already = server?.output.length;
      await does(step, () => run(here(step.command)));
      await server?.prints(step.served, already);
    });
  }
});

describe("the tutorial's commands", function () {
  this.timeout(2 * engineTimeout);

  it("are all marked with who runs them: run, serve, checked, lab or aws", () => {
    const marks = ["run", "serve", "checked", "lab", "aws", "account"];
    const unmarked = steps.filter(({ mode }) => !marks.includes(mode));
    assert.deepEqual(
      unmarked.map(({ page, line }) => `${page}:${line}`),
      [],
    );
  });

  it("set only values that Pulumi.yaml knows", () => {
    const known = Object.keys(defaultConfig()).map((key) => key.replace("ecs-handson:", ""));
    for (const { page, line, command } of steps) {
      for (const [, key = ""] of command.matchAll(/--config (\w+)=/g)) {
        assert.ok(known.includes(key), `${page}:${line}: ${key}`);
      }
    }
  });

  it("have the options that their --help tells, also those that are not run here", async () => {
    const helps = new Map<string, Promise<string>>();
    for (const { page, line, command } of steps) {
      for (const { name, flags } of commandsIn(command)) {
        const help = helps.get(name) ?? run(`${name} --help`).then(({ output }) => output);
        helps.set(name, help);
        const text = await help;
        for (const flag of flags)
          assert.ok(text.includes(flag), `${page}:${line}: ${name} ${flag}`);
      }
    }
  });
});

/** The repository's own commands in a step, such as `npm run lab -- up`, and their flags. */
function commandsIn(command: string): { name: string; flags: string[] }[] {
  return command.split("\n").flatMap((line) => {
    const match =
      /^npm (?:start --|run (?:-s )?(?:lab|class) -- [a-z]+|run (?:diagram|cost) --)/.exec(line);
    return match
      ? [{ name: match[0], flags: line.split(" | ")[0]?.match(/(?<= )--[a-z][a-z-]+/g) ?? [] }]
      : [];
  });
}

/** Runs a step, and again while it shows something else, if it only looks. */
async function does(step: Step, runStep: () => Promise<Run>): Promise<void> {
  const deadline = Date.now() + engineTimeout;
  for (;;) {
    const { code, output } = await runStep();
    const missing = missingFrom(output, step.prints);
    const asTold = missing.length === 0 && (code !== 0) === step.fails;
    if (asTold) return;
    if (!onlyLooks.test(step.command) || Date.now() > deadline) {
      assert.fail(`exit ${code}; not printed:\n${missing.join("\n")}\nbut:\n${output}`);
    }
    await sleep(200);
  }
}

interface Run {
  code: number;
  /** Standard output and error. */
  output: string;
}

function run(command: string): Promise<Run> {
  return new Promise((resolve) => {
    const args = ["-o", "pipefail", "-c", command];
    const options = { cwd: repository, env, timeout: engineTimeout, maxBuffer: 2 ** 26 };
    execFile("bash", args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, output: stdout + stderr });
    });
  });
}

/** The terminal in which the tutorial leaves `npm start` running. */
class FirstTerminal {
  output = "";
  private readonly child: ChildProcess;

  constructor(command: string) {
    this.child = spawnGroup(["bash", "-c", command], { cwd: repository, env, stderr: "pipe" });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.output += text));
    }
  }

  /** Waits until all lines have been printed, after what had been `already`. */
  async prints(lines: readonly string[], already = 0): Promise<void> {
    const deadline = Date.now() + engineTimeout;
    for (;;) {
      const missing = missingFrom(this.output.slice(already), lines);
      if (missing.length === 0) return;
      if (this.ended || Date.now() > deadline) {
        assert.fail(`not printed:\n${missing.join("\n")}\nbut:\n${this.output.slice(already)}`);
      }
      await sleep(100);
    }
  }

  /** Ctrl-C. */
  async interrupt(): Promise<void> {
    if (this.ended || this.child.pid === undefined) return;
    const closed = once(this.child, "close");
    process.kill(-this.child.pid, "SIGINT");
    await closed;
  }

  private get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
