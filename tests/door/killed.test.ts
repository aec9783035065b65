import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import { engineTimeout, pulumiCli } from "../lab/cli/harness";
import { Door } from "./door";

/** Ids of the processes whose command line or environment contains a text. */
async function processesWith(text: string): Promise<number[]> {
  const flags = process.platform === "darwin" ? "axEww" : "axeww";
  const { stdout } = await promisify(execFile)("ps", [flags], { maxBuffer: 2 ** 26 });
  return stdout
    .split("\n")
    .filter((line) => line.includes(text))
    .map((line) => Number(/^ *(\d+)/.exec(line)?.[1]));
}

/** Waits until only these are left; otherwise the test times out. */
async function onlyLeft(text: string, expected: readonly number[]): Promise<void> {
  for (;;) {
    const left = (await processesWith(text)).filter((pid) => !expected.includes(pid));
    if (left.length === 0) return;
    await sleep(100);
  }
}

describe("the processes started by a command that is killed", function () {
  this.timeout(engineTimeout);
  let door: Door;
  /** Marks the processes of one test. */
  let mark: string;
  let already: number[];

  before(pulumiCli);
  before(async () => {
    door = await Door.open();
    await door.types(`pulumi login file://${path.join(door.folder, "backend")}`);
    await door.types("pulumi stack init killed");
  });
  after(() => door.close());
  beforeEach(async function () {
    mark = `DOOR_TEST=${process.pid}-${this.currentTest?.title.length ?? 0}-${Date.now()}`;
    already = await processesWith(mark);
  });

  function start(command: string, ...args: string[]): ChildProcess {
    const [name = "", value = ""] = mark.split("=");
    return spawn(command, args, {
      cwd: door.checkout,
      env: { ...door.env, [name]: value },
      stdio: ["ignore", "pipe", "ignore"],
      // As in a terminal: in a process group of its own.
      detached: true,
    });
  }

  async function prints(child: ChildProcess, pattern: RegExp): Promise<void> {
    assert.ok(child.stdout);
    for await (const line of createInterface({ input: child.stdout })) {
      if (pattern.test(line)) break;
    }
    child.stdout.resume();
  }

  async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    const exit = once(child, "exit");
    assert.ok(
      (await processesWith(mark)).includes(child.pid ?? 0),
      "the process is found while it runs",
    );
    child.kill(signal);
    await exit;
    await onlyLeft(mark, already);
  }

  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    it(`are gone after npm run lab -- provider got ${signal}`, async () => {
      const state = path.join(door.folder, `provider-${signal}`);
      const npm = start("npm", "run", "-s", "lab", "--", "provider", "--state", state);
      await prints(npm, /^PULUMI_DEBUG_PROVIDERS=/);
      await kill(npm, signal);
    });

    for (const [moment, pattern] of [
      ["it loads the pack", /Loading policy packs/],
      ["the program runs", /pulumi:pulumi:Stack/],
    ] as const) {
      it(`are gone after pulumi got ${signal} while ${moment}`, async () => {
        const args = ["preview", "--policy-pack", "policies", "--policy-pack-config"];
        const config = path.join("policies", "config", "dev.json");
        const pulumi = start("pulumi", ...args, config);
        await prints(pulumi, pattern);
        await kill(pulumi, signal);
      });
    }

    it(`are gone after the lab got ${signal} while the program runs`, async () => {
      const state = path.join(door.folder, `lab-${signal}`);
      const lab = start("npm", "run", "-s", "lab", "--", "preview", "--verbose", "--state", state);
      await prints(lab, /pulumi:pulumi:Stack/);
      await kill(lab, signal);
    });

    it(`are gone after npm start got ${signal} while it serves`, async () => {
      const state = path.join(door.folder, `start-${signal}`);
      const ports = ["--port", "0", "--dashboard-port", "0"];
      const lab = start("npm", "start", "--", "--state", state, ...ports);
      await prints(lab, /Ctrl-C stops/);
      await kill(lab, signal);
    });
  }
});
