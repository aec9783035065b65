import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import {
  cloneCommand,
  credentialHelper,
  gitAddress,
} from "../../../../lab/delivery/pipeline/gitAddress";

describe("the git server's address", () => {
  let state: string;
  let file: string;

  beforeEach(async () => {
    state = await mkdtemp(path.join(tmpdir(), "git-address-"));
    file = path.join(state, "git-server.json");
  });
  afterEach(() => rm(state, { recursive: true }));

  it("stays the same, in a file that only its owner can read, with a format version", async () => {
    const first = await gitAddress(state);
    assert.equal((await gitAddress(state)).password, first.password);
    const written = JSON.parse(await readFile(file, "utf8")) as { version: unknown };
    assert.equal(written.version, 1);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it("is read from a file that has no version yet", async () => {
    await writeFile(file, '{"password":"open sesame","port":8290}');
    assert.equal((await gitAddress(state)).password, "open sesame");
  });

  // A password in a URL shows in the list of processes, in the shell's history and in the clone.
  it("gives git the password in a file that only its owner can read, and nowhere else", async () => {
    const { password, port } = await gitAddress(state);
    const credentials = path.join(state, "git-credentials");
    assert.equal((await stat(credentials)).mode & 0o777, 0o600);
    const command = cloneCommand(state, `http://127.0.0.1:${port}/v1/repos/site`);
    assert.equal(
      command,
      `git clone -c 'credential.helper=store --file=${credentials}' http://127.0.0.1:${port}/v1/repos/site`,
    );
    const { stdout } = spawnSync(
      "git",
      ["-c", `credential.helper=${credentialHelper(state)}`, "credential", "fill"],
      { input: `protocol=http\nhost=127.0.0.1:${port}\n\n`, encoding: "utf8" },
    );
    assert.ok(stdout.split("\n").includes(`password=${password}`), stdout);
  });

  it("works in folders whose names a shell would split", async () => {
    const odd = path.join(state, "it's a $lab");
    const { password, port } = await gitAddress(odd);
    const { stdout } = spawnSync(
      "git",
      ["-c", `credential.helper=${credentialHelper(odd)}`, "credential", "fill"],
      { input: `protocol=http\nhost=127.0.0.1:${port}\n\n`, encoding: "utf8" },
    );
    assert.ok(stdout.split("\n").includes(`password=${password}`), stdout);
  });

  it("is rejected if a later version wrote it, and the file is left as it is", async () => {
    const later = '{"version":2,"password":"open sesame","port":8290}';
    await writeFile(file, later);
    await assert.rejects(
      gitAddress(state),
      /git-server\.json has version 2, but this lab knows versions up to 1: use the lab that wrote it, or remove it, which gives the git server a new password$/,
    );
    assert.equal(await readFile(file, "utf8"), later);
  });
});
