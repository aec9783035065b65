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
    const told = '"$PULUMI_OPTION_POLICY_PACK|$PULUMI_OPTION_POLICY_PACK_CONFIG|$*"';
    await writeFile(
      path.join(dir, "pulumi"),
      `#!/bin/sh\n[ "$1" != version ] || { echo v3.250.0; exit; }\necho "told:"${told}\n`,
    );
    await chmod(path.join(dir, "pulumi"), 0o755);
  });
  after(() => rm(dir, { recursive: true }));

  const toldAll = async (program: string, args: string[]) => {
    const env = { ...process.env, PATH: `${dir}:${process.env.PATH ?? ""}` };
    const { stdout } = await run(program, args, { cwd: root, env });
    return /^told:(.*)\|(.*)\|(.*)$/m.exec(stdout)?.slice(1) ?? [];
  };
  const told = async (program: string, args: string[]) => {
    const [pack = "", config = "", given] = await toldAll(program, args);
    await access(path.resolve(root, pack, "PulumiPolicy.yaml"));
    await access(path.resolve(root, config));
    return given;
  };

  it("is given the policy pack by npm run pulumi, and what else was asked of it", async () => {
    const given = await told("npm", ["run", "pulumi", "--", "preview", "--stack", "alice"]);
    assert.equal(given, "preview --stack alice");
  });

  it("is left to the pack that is named to npm run pulumi, which may come without a configuration", async () => {
    for (const flag of [["--policy-pack", "acme"], ["--policy-pack=acme"]]) {
      const given = await toldAll("npm", ["run", "pulumi", "--", "preview", ...flag]);
      assert.deepEqual(given, ["", "", `preview ${flag.join(" ")}`]);
    }
  });

  it("is given the policy pack by .envrc", async () => {
    assert.equal(await told("sh", ["-c", ". ./.envrc && pulumi up"]), "up");
  });
});
