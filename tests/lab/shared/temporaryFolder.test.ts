import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { repository } from "../../../lab/shared/repository";
import { removeLeftovers, temporaryFolder } from "../../../lab/shared/temporaryFolder";

/** Makes a temporary folder, prints its name, and keeps running. */
const holder = `
const { temporaryFolder } = require("./lab/shared/temporaryFolder.ts");
temporaryFolder("test").then(console.log);
setInterval(() => undefined, 1000);`;

describe("a folder for temporary files", () => {
  let dir: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "temporary-"));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(dir, { recursive: true });
  });

  async function another(): Promise<{ child: ChildProcess; folder: string }> {
    const args = ["--require", "ecs-handson-loader", "--eval", holder];
    const child = spawn(process.execPath, args, {
      cwd: repository,
      env: { ...process.env, TMPDIR: dir },
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [printed] = (await once(child.stdout, "data")) as [Buffer];
    return { child, folder: printed.toString().trim() };
  }

  it("is private to its user, and is removed when another one is made after its process was killed", async () => {
    const killed = await another();
    assert.equal((await stat(killed.folder)).mode & 0o777, 0o700);
    const living = await another();
    assert.ok(existsSync(killed.folder), "while its process lives");
    killed.child.kill("SIGKILL");
    await once(killed.child, "exit");
    await another();
    assert.ok(!existsSync(killed.folder));
    assert.ok(existsSync(living.folder));
  });

  it("is removed if another process has reused its process's id, and stays if it is another machine's", async () => {
    const own = path.basename(await temporaryFolder("test"));
    await rm(path.join(tmpdir(), own), { recursive: true });
    const [, machine = "", start = ""] =
      /^ecs-handson-(\w{8})-\d+-(\w{8})-/.exec(own) ?? assert.fail(own);
    const other = (text: string) => (text.startsWith("0") ? "1" : "0") + text.slice(1);
    const reused = own.replace(`-${start}-`, `-${other(start)}-`);
    const elsewhere = own.replace(`-${machine}-`, `-${other(machine)}-`);
    for (const name of [own, reused, elsewhere, "ecs-handson-", "other"]) {
      await mkdir(path.join(dir, name, "in it"), { recursive: true });
    }
    await removeLeftovers(dir);
    const left = [own, elsewhere, "ecs-handson-", "other"];
    assert.deepEqual(
      (await readdir(dir)).filter((name) => !name.startsWith("tsx-")).sort(),
      left.sort(),
    );
  });
});
