import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { access, chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

const root = path.resolve(__dirname, "..", "..");
const run = promisify(execFile);

describe("pulumi without the lab", function () {
  this.timeout(30_000);
  let dir: string;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "pulumi-"));
    const received = '"$PULUMI_OPTION_POLICY_PACK|$PULUMI_OPTION_POLICY_PACK_CONFIG|$*"';
    await writeFile(
      path.join(dir, "pulumi"),
      `#!/bin/sh\n[ "$1" != version ] || { echo v3.250.0; exit; }\necho "received:"${received}\n`,
    );
    await chmod(path.join(dir, "pulumi"), 0o755);
  });
  after(() => rm(dir, { recursive: true }));

  const received = async (program: string, args: string[]) => {
    const env = { ...process.env, PATH: `${dir}:${process.env.PATH ?? ""}` };
    const { stdout } = await run(program, args, { cwd: root, env });
    return /^received:(.*)\|(.*)\|(.*)$/m.exec(stdout)?.slice(1) ?? [];
  };
  const argsBesidePack = async (program: string, args: string[]) => {
    const [pack = "", config = "", given] = await received(program, args);
    await access(path.resolve(root, pack, "PulumiPolicy.yaml"));
    await access(path.resolve(root, config));
    return given;
  };

  it("gets the policy pack from npm run pulumi, besides the given arguments", async () => {
    const given = await argsBesidePack("npm", [
      "run",
      "pulumi",
      "--",
      "preview",
      "--stack",
      "alice",
    ]);
    assert.equal(given, "preview --stack alice");
  });

  it("gets only the pack that is passed to npm run pulumi, which may have no configuration", async () => {
    for (const flag of [["--policy-pack", "acme"], ["--policy-pack=acme"]]) {
      const given = await received("npm", ["run", "pulumi", "--", "preview", ...flag]);
      assert.deepEqual(given, ["", "", `preview ${flag.join(" ")}`]);
    }
  });

  it("gets the policy pack from .envrc", async () => {
    assert.equal(await argsBesidePack("sh", ["-c", ". ./.envrc && pulumi up"]), "up");
  });
});
