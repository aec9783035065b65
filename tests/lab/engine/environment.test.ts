import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { SemVer } from "semver";

import { labEnvironment } from "../../../lab/engine/environment";

describe("the environment of the lab's stacks", () => {
  let dir: string;
  const cli = { command: "pulumi", version: new SemVer("3.250.0"), path: [], usesOwnHost: true };

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "environment-"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("is in a folder that other users cannot look into, even if an older lab made it", async () => {
    const fresh = path.join(dir, "fresh");
    await labEnvironment({ stateDir: fresh, cli });
    assert.equal((await stat(fresh)).mode & 0o777, 0o700);

    const older = path.join(dir, "older");
    await mkdir(path.join(older, "state"), { recursive: true });
    await chmod(older, 0o755);
    await labEnvironment({ stateDir: older, cli });
    assert.equal((await stat(older)).mode & 0o777, 0o700);
  });

  it("leaves a folder as it is that somebody uses for other things", async () => {
    const other = path.join(dir, "other");
    await mkdir(other);
    await chmod(other, 0o755);
    await labEnvironment({ stateDir: other, cli });
    assert.equal((await stat(other)).mode & 0o777, 0o755);
  });

  it("has one passphrase, however many labs start at once in a fresh folder", async () => {
    const stateDir = path.join(dir, "fresh");
    const begin = async () => {
      const { PULUMI_CONFIG_PASSPHRASE_FILE: file = "" } = await labEnvironment({ stateDir, cli });
      return readFile(file, "utf8");
    };
    const seen = await Promise.all(Array.from({ length: 50 }, begin));
    assert.deepEqual(
      [...new Set(seen)],
      [await readFile(path.join(stateDir, "passphrase"), "utf8")],
    );
    const left = (await readdir(stateDir)).filter((name) => name.startsWith("passphrase"));
    assert.deepEqual(left, ["passphrase"]);
  });

  it("rejects an empty configuration of the policies, with which each rule would fall back to its own level", async () => {
    const config = path.join(dir, "policies.json");
    const policyPack = { dir, config };
    await writeFile(config, " \n");
    await assert.rejects(
      labEnvironment({ stateDir: path.join(dir, "lab"), cli, policyPack }),
      /policies\.json is empty; write \{\} for no settings/,
    );
    await writeFile(config, "{}");
    const variables = await labEnvironment({ stateDir: path.join(dir, "lab"), cli, policyPack });
    assert.equal(variables.PULUMI_OPTION_POLICY_PACK_CONFIG, config);
  });
});
