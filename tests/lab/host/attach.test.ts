import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline/promises";
import { setImmediate } from "node:timers/promises";

import { openHost } from "../../../lab/host/openHost";
import { repository } from "../../../lab/shared/repository";

/** Uses the account of the process that has it open, and collects garbage meanwhile. */
const neighbour = `
const { once } = require("node:events");
const { findHost } = require("./lab/host/openHost.ts");
(async () => {
  const host = await findHost(process.argv[1]);
  console.log("attached");
  await once(process.stdin, "data");
  for (let i = 0; i < 200; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await host.status().then(() => console.log("answered"), console.log);
  await host.close();
  process.exit();
})();`;

/** Opens the account, and keeps running. */
const holder = `
const { openHost } = require("./lab/host/openHost.ts");
openHost(process.argv[1]).then(() => console.log("open"));`;

describe("an account that several processes use", () => {
  it("stays open for as long as one of them needs it", async function () {
    this.timeout(60_000);
    const state = await mkdtemp(path.join(tmpdir(), "lab-"));
    const host = await openHost(state);
    const args = ["--expose-gc", "--require", "ecs-handson-loader", "--eval", neighbour, state];
    const child = spawn(process.execPath, args, {
      cwd: repository,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    assert.equal((await lines.next()).value, "attached");
    const ended = Promise.all([host.close(), once(child, "exit")]);
    child.stdin.write("go on\n");
    assert.equal((await lines.next()).value, "answered");
    await ended;
    await rm(state, { recursive: true });
  });

  it("is reopened by a process that comes while it is being closed, at any moment", async function () {
    this.timeout(60_000);
    const state = await mkdtemp(path.join(tmpdir(), "lab-"));
    let host = await openHost(state);
    for (let turns = 0; turns < 20; turns += 1) {
      const [before, neighbour] = [host, await openHost(state)];
      assert.equal(neighbour.account, undefined);
      const closed = Promise.all([before.close(), neighbour.close()]);
      for (let i = 0; i < turns; i += 1) await setImmediate();
      host = await openHost(state);
      assert.deepEqual((await host.status()).stacks, {});
      if (host.account === undefined) {
        await host.close();
        host = await openHost(state);
      }
      await closed;
      assert.ok(host.account);
    }
    await host.close();
    await rm(state, { recursive: true });
  });

  it("is free again if its address could not be written", async function () {
    this.timeout(60_000);
    const state = await mkdtemp(path.join(tmpdir(), "lab-"));
    const obstacle = path.join(state, "host.json");
    await mkdir(path.join(obstacle, "in the way"), { recursive: true });
    await assert.rejects(openHost(state), /host\.json/);
    await rm(obstacle, { recursive: true });
    const host = await openHost(state);
    assert.ok(host.account);
    await host.close();
    await rm(state, { recursive: true });
  });

  it("is soon reported as open in a process that does not answer, with what helps", async function () {
    if (process.platform === "win32") this.skip();
    this.timeout(60_000);
    const state = await mkdtemp(path.join(tmpdir(), "lab-"));
    const args = ["--require", "ecs-handson-loader", "--eval", holder, state];
    const child = spawn(process.execPath, args, {
      cwd: repository,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGSTOP");
    const pid = child.pid ?? 0;
    await assert.rejects(openHost(state), (error: Error) => {
      assert.match(error.message, /does not answer; it may be suspended/);
      assert.ok(error.message.includes(`kill -CONT ${pid} resumes it`), error.message);
      return true;
    });
    child.kill("SIGKILL");
    await once(child, "exit");
    await rm(state, { recursive: true });
  });
});
