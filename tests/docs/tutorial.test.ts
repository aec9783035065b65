import assert from "node:assert/strict";
import * as path from "node:path";

import { engineTimeout, pulumiCli } from "../lab/cli/harness";
import { defaultConfig } from "../program/mocks";
import { isTaken, pagesIn, stepsOf } from "./pages";
import { run, Terminals } from "./terminal";

const steps = pagesIn("docs/tutorial").flatMap(stepsOf);

describe("the tutorial, followed from its first page to its last", function () {
  this.timeout(2 * engineTimeout);
  let terminals: Terminals;

  before(pulumiCli);
  before(async () => {
    terminals = await Terminals.open();
  });
  after(() => terminals.close());

  for (const step of steps.filter(isTaken)) {
    it(`${path.basename(step.page)}, line ${step.line}: ${step.command}`, () =>
      terminals.type(step));
  }
});

describe("the tutorial's commands", function () {
  this.timeout(2 * engineTimeout);

  it("set only values that Pulumi.yaml declares", () => {
    const known = Object.keys(defaultConfig()).map((key) => key.replace("ecs-handson:", ""));
    // Except where the page shows what an unknown key leads to.
    const right = steps.filter(({ prints }) => !prints.join("\n").includes("unknown key"));
    for (const { page, line, command } of right) {
      for (const [, key = ""] of command.matchAll(/--config (\w+)=/g)) {
        assert.ok(known.includes(key), `${page}:${line}: ${key}`);
      }
    }
  });

  it("have only options that their --help lists, even if they are not run here", async () => {
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
