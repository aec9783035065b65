import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  access,
  chmod,
  chown,
  constants,
  mkdtemp,
  readdir,
  realpath,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";

import { findPulumiCli, installedVersion } from "../../../lab/engine/pulumiCli";
import { builtMark } from "../../../lab/engine/pulumiInstall";
import type { Progress } from "../../../lab/shared/progress";
import { asAnotherUser, OPEN_GRPC, printedByAnother, printedByOwn } from "../anotherUser";

const wanted = installedVersion.version;

/** The first line that a program prints, which is then ended. */
async function firstLineOf(program: string): Promise<string> {
  const child = spawn(process.execPath, [program, "127.0.0.1:1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  child.kill();
  await closed;
  return line;
}

describe("finding the Pulumi CLI", () => {
  const pathBefore = process.env.PATH ?? "";
  let dir: string;
  let messages: string[];
  let progress: Progress;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "pulumi-cli-"));
    // Only what the stand-ins need, without this machine's pulumi and go.
    process.env.PATH = `${dir}:/usr/bin:/bin`;
    messages = [];
    const tell = (text: string) => void messages.push(text);
    progress = { start: tell, update: tell, succeed: tell, fail: tell };
  });

  afterEach(async () => {
    process.env.PATH = pathBefore;
    await rm(dir, { recursive: true });
  });

  const find = () =>
    findPulumiCli({
      progress,
      cacheDir: path.join(dir, "cache"),
      // Nothing listens there: the download fails at once, as without the internet.
      downloadSite: "http://127.0.0.1:9/",
    });

  async function standIn(name: string, script: string): Promise<void> {
    await writeFile(path.join(dir, name), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(dir, name), 0o755);
  }

  /** A Go that "compiles" a CLI which answers its version. */
  const workingGo = `case "$1" in
  version) echo go version go1.26.0 ;;
  list) printf 'a\\nb\\n' ;;
  build)
    while [ "$1" != -o ]; do shift; done
    printf 'go: downloading example.com/a v1.0.0\\nexample.com/a\\nexample.com/b\\n' >&2
    printf '#!/bin/sh\\necho v${wanted}\\n' > "$2"
    chmod +x "$2" ;;
esac`;

  it("takes the one on PATH if it is new enough", async () => {
    await standIn("pulumi", "echo v3.260.1");
    const found = await find();
    assert.equal(found.version.version, "3.260.1");
    assert.deepEqual(messages, []);
  });

  it("builds one with Go if the one on PATH is too old and the download cannot be reached", async () => {
    await standIn("pulumi", "echo v3.100.0");
    await standIn("go", workingGo);
    const found = await find();
    assert.equal(found.version.version, wanted);
    assert.ok(
      messages.some((text) => text.includes("2 of 3 packages")),
      messages.join("\n"),
    );
  });

  it("gives a CLI without a language host one that runs by itself", async () => {
    await standIn("pulumi", "echo v3.260.1");
    const alone = await find();
    assert.equal(alone.usesOwnHost, true);
    const [, folder = ""] = alone.path;
    await access(path.join(folder, "pulumi-language-nodejs"), constants.X_OK);
    assert.match(await firstLineOf(path.join(folder, "pulumi-language-nodejs")), /^\d+$/);
  });

  it("leaves a CLI the language host that comes with it", async () => {
    await standIn("pulumi", "echo v3.260.1");
    await standIn("pulumi-language-nodejs", "");
    const found = await find();
    assert.deepEqual([found.usesOwnHost, found.path], [false, [await realpath(dir)]]);
  });

  it("puts a language host beside a CLI that it builds", async () => {
    await standIn("go", workingGo);
    const built = await find();
    assert.equal(built.usesOwnHost, true);
    const host = path.join(path.dirname(built.command), "pulumi-language-nodejs");
    await access(host, constants.X_OK);
    // Another version's host is replaced, and the same is left alone.
    const { mtimeMs } = await stat(host);
    await find();
    assert.equal((await stat(host)).mtimeMs, mtimeMs);
    await writeFile(host, "#!/usr/bin/env node\n// language host of another day\n");
    await find();
    assert.match(await firstLineOf(host), /^\d+$/);
  });

  asAnotherUser("makes what that host runs listen only to its own user", async () => {
    await standIn("go", workingGo);
    const preload = path.join(path.dirname((await find()).command), builtMark);
    const script = `
      const server = require("node:net").createServer((socket) => socket.end("answered"));
      server.listen(0, "127.0.0.1", () => console.log(server.address().port));`;
    const child = spawn(process.execPath, ["--require", preload, "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    assert.equal(await printedByAnother(OPEN_GRPC, port), "closed");
    assert.equal(await printedByOwn(OPEN_GRPC, port), "answered");
    child.kill();
  });

  it("closes its folders to others, and runs nothing that belongs to another user", async () => {
    await standIn("go", workingGo);
    const { command } = await find();
    for (const open of [path.join(dir, "cache"), command]) await chmod(open, 0o777);
    await find();
    assert.equal((await stat(path.join(dir, "cache"))).mode & 0o022, 0);
    assert.equal((await stat(command)).mode & 0o022, 0);
    if (process.getuid?.() !== 0) return;
    await chown(command, 54_321, 54_321);
    // As if somebody else had installed it: neither it nor what is installed there is run.
    await rm(path.join(dir, "go"));
    await assert.rejects(find(), /installed before: .*pulumi belongs to another user, who could/);
  });

  it("installs only once per machine", async () => {
    await standIn("go", workingGo);
    await find();
    await rm(path.join(dir, "go"));
    messages.length = 0;
    assert.equal((await find()).version.version, wanted);
    assert.deepEqual(messages, []);
  });

  it("reports why each way failed, in order, and what to do", async () => {
    await standIn("pulumi", "echo v3.100.0");
    await standIn("go", `[ "$1" = build ] || exit 0; echo 'no space left on device' >&2; exit 1`);
    await assert.rejects(find(), ({ message }: Error) => {
      const ways = ["on PATH: ", "installed before", "official download", "build with Go"];
      const places = ways.map((way) => message.indexOf(way));
      assert.ok(
        places.every((place) => place > 0),
        message,
      );
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
      );
      assert.match(message, /no space left on device/);
      assert.match(message, /Install it \(https:/);
      return true;
    });
    const left = await readdir(path.join(dir, "cache"), { recursive: true }).catch(() => []);
    assert.deepEqual(
      left.filter((file) => file.includes("unfinished")),
      [],
    );
  });

  it("says so if there is no Go either", async () => {
    process.env.PATH = dir;
    await assert.rejects(find(), /build with Go: go is not on PATH/);
  });
});
