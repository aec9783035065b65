import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { lockStack } from "../../../lab/engine/stackLock";
import { workDirs } from "../../../lab/engine/workDirs";

describe("the lock of a stack", () => {
  let stateDir: string;
  const place = () => ({ stateDir, project: "shop", stack: "dev" });

  beforeEach(async () => (stateDir = await mkdtemp(path.join(tmpdir(), "lab-"))));
  afterEach(() => rm(stateDir, { recursive: true }));

  it("makes a second operation wait for the first, and say what it waits for", async () => {
    const messages: string[] = [];
    const order: string[] = [];
    const release = await lockStack(place(), { what: "up" });
    const second = lockStack(place(), {
      what: "destroy",
      say: (text) => {
        messages.push(text);
        order.push("first ends");
        void release();
      },
    });
    await (
      await second
    )();
    order.push("second has it");
    assert.deepEqual(order, ["first ends", "second has it"]);
    assert.match(
      messages.join(),
      new RegExp(`^process ${process.pid} on .* \\(up\\) is working on stack dev; waiting`),
    );
  });

  it("stops waiting when it is asked to", async () => {
    const release = await lockStack(place(), { what: "up" });
    const stop = new AbortController();
    const say = () => {
      stop.abort(new Error("stopped"));
    };
    const options = { what: "destroy", say, signal: stop.signal };
    await assert.rejects(lockStack(place(), options), /^Error: stopped$/);
    await release();
  });

  for (const [what, content] of [
    ["of an engine that was killed", JSON.stringify({ pid: spawnSync("true").pid })],
    ["with an id that another program has by now", JSON.stringify({ pid: process.pid })],
    ["cut short by a crash", '{"pid":'],
    ["emptied by a crash", ""],
  ] as const) {
    it(`removes an engine's own lock ${what}`, async function () {
      if (what.includes("by now") && process.platform === "win32") this.skip();
      const locks = workDirs(stateDir, "dev").locks("shop");
      await mkdir(locks, { recursive: true });
      await writeFile(path.join(locks, "lock.json"), content);
      await (
        await lockStack(place(), { what: "up" })
      )();
      assert.deepEqual(await readdir(locks), []);
    });
  }

  it("leaves an engine's own lock that it cannot read to the engine", async () => {
    const locks = workDirs(stateDir, "dev").locks("shop");
    await mkdir(locks, { recursive: true });
    await writeFile(path.join(locks, "lock.json"), JSON.stringify({ process: process.pid }));
    await (
      await lockStack(place(), { what: "up" })
    )();
    assert.deepEqual(await readdir(locks), ["lock.json"]);
  });
});
