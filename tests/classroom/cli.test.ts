import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";

describe("npm run class without the -- before its flags", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "class-cli-"));
    await writeFile(path.join(folder, "classroom.yaml"), "class: spring\nlearners: [alice, bob]\n");
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Runs what npm starts, with the flags that npm kept for itself in the environment. */
  function typed(words: string[], kept: Record<string, string>) {
    const roster = ["--roster", path.join(folder, "classroom.yaml"), "--state", folder];
    const args = ["--require", "./loader", "classroom/cli.ts", ...words, ...roster];
    const env = { ...process.env, npm_lifecycle_event: "class", ...kept };
    return new Promise<{ code: unknown; stderr: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        args,
        { cwd: repository, env },
        (error, _, stderr) => {
          resolve({ code: error?.code ?? 0, stderr });
        },
      );
      child.stdin?.end();
    });
  }

  it("destroys no stack if npm kept --only for itself", async () => {
    const { code, stderr } = await typed(["destroy"], { npm_config_only: "alice" });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /npm kept --only=alice for itself; .*: npm run class -- destroy .*--only=alice$/m,
    );
  });

  it("prints the whole command to type if npm kept --yes for itself", async () => {
    const { code, stderr } = await typed(["destroy"], { npm_config_yes: "true" });
    assert.equal(code, 2);
    assert.match(stderr, /asks for confirmation; use --yes: npm run class -- destroy .* --yes$/m);
  });
});
