import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { lockFolder, LockedError } from "../../../lab/shared/folderLock";
import { isAlive, stillRuns, thisProcess } from "../../../lab/shared/processId";
import { repository } from "../../../lab/shared/repository";

describe("the lock of a folder", function () {
  this.timeout(20_000);
  let dir: string;

  beforeEach(async () => (dir = await mkdtemp(path.join(tmpdir(), "lock-"))));
  afterEach(() => rm(dir, { recursive: true, force: true }));

  /** Writes the file of a holder of the lock. */
  async function heldBy(holder: { pid: number; host: string; started?: string }): Promise<string> {
    const file = path.join(dir, `held-${holder.pid}-0`);
    await writeFile(file, JSON.stringify({ ...holder, since: "2026-01-31T09:00:00.000Z" }));
    return file;
  }

  it("belongs to one process at a time, and others are told to which", async () => {
    const release = await lockFolder(dir, { what: "up" });
    const error = await lockFolder(dir).catch((reason: unknown) => reason);
    assert.ok(error instanceof LockedError);
    assert.equal(error.holder?.what, "up");
    assert.match(error.message, new RegExp(`locked by process ${process.pid} on .* \\(up\\)$`));
    await release();
    await (
      await lockFolder(dir)
    )();
  });

  it("is never held by two, of many that want it at once", async () => {
    let holders = 0;
    let most = 0;
    let turns = 0;
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        for (;;) {
          const release = await lockFolder(dir).catch((error: unknown) => {
            if (!(error instanceof LockedError)) throw error;
          });
          if (release === undefined) {
            await sleep(Math.random() * 5);
            continue;
          }
          most = Math.max(most, ++holders);
          await sleep(1);
          holders--;
          turns++;
          await release();
          return;
        }
      }),
    );
    assert.deepEqual([most, turns], [1, 10]);
    assert.deepEqual(await readdir(dir), []);
  });

  it("ends at once with a process that is killed", async () => {
    const script = `
      const { lockFolder } = require("./lab/shared/folderLock.ts");
      lockFolder(process.argv[1]).then(() => { console.log("has it"); setInterval(() => {}, 1000); });`;
    const args = ["--require", "ecs-handson-loader", "--eval", script, dir];
    const child = spawn(process.execPath, args, {
      cwd: repository,
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    await assert.rejects(lockFolder(dir), new RegExp(`process ${child.pid ?? ""} `));
    child.kill("SIGKILL");
    await once(child, "exit");
    const began = Date.now();
    await (
      await lockFolder(dir)
    )();
    assert.ok(Date.now() - began < 2000, "no timeout is waited for");
  });

  it("is not held by a process that has reused the holder's id", async function () {
    if (thisProcess().started === undefined) this.skip(); // the system does not say when a process started
    await heldBy({ ...thisProcess(), started: "another boot 1" });
    await (
      await lockFolder(dir)
    )();
  });

  it("stays with its holder whatever the clock says", async () => {
    const file = await heldBy(thisProcess());
    for (const at of ["2001-01-01", "2101-01-01"]) {
      await utimes(file, new Date(at), new Date(at));
      await assert.rejects(lockFolder(dir), LockedError);
    }
  });

  it("belongs to another machine for as long as its file is touched", async () => {
    const file = await heldBy({ pid: 1, host: `not-${hostname()}` });
    const touch = setInterval(() => void utimes(file, new Date(), new Date()), 200);
    await assert.rejects(lockFolder(dir), LockedError);
    clearInterval(touch);
    await (
      await lockFolder(dir)
    )();
  });

  it("notifies its holder when the folder is gone", async () => {
    const lost = new Promise((resolve) => {
      void lockFolder(dir, { onLost: resolve });
    });
    await sleep(50);
    await rm(dir, { recursive: true });
    assert.match(String(await lost), /the lock in .* was lost/);
  });
});

describe("a process", () => {
  it("has ended once it was killed, even if its parent has not waited for it", async function () {
    if (process.platform !== "linux") this.skip(); // other systems do not say so
    // The shell does not wait for what it started.
    const shell = spawn("sh", ["-c", "sleep 60 & echo $!; kill -STOP $$"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed] = (await once(shell.stdout, "data")) as [Buffer];
    const pid = Number(printed.toString());
    assert.equal(isAlive(pid), true);
    process.kill(pid, "SIGKILL");
    while (isAlive(pid)) await sleep(10);
    shell.kill("SIGKILL");
  });

  it("runs if it is this one, and cannot be seen if it is another machine's", () => {
    assert.equal(stillRuns(thisProcess()), true);
    assert.equal(stillRuns({ ...thisProcess(), host: `not-${hostname()}` }), undefined);
  });
});
