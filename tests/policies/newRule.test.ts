import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { repository } from "../../lab/shared/repository";
import { copyCheckout } from "../checkout";

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("npm run policy:new", function () {
  this.timeout(300_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "new-rule-"));
    await copyCheckout(folder);
    await symlink(path.join(repository, "node_modules"), path.join(folder, "node_modules"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const run = (command: string, ...args: readonly string[]) =>
    new Promise<Ended>((resolve) => {
      const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
      execFile(command, args, { cwd: folder, env }, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  const make = (...args: readonly string[]) => run("npm", "run", "-s", "policy:new", "--", ...args);

  it("refuses invalid arguments, all in one error, and writes nothing", async () => {
    const { code, stdout, stderr } = await make("Bad", "--type", "Bucket", "--property", "a.b");
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(
      stderr,
      /^error: "Bad" cannot be a rule's name: use two or more words in lower case/,
    );
    assert.match(stderr, /"Bucket" is not a resource type/);
    assert.match(stderr, /"a\.b" is not a property name/);
    assert.doesNotMatch(stderr, /\bat /);
    assert.match(
      (await make("ecr-scan-on-push")).stderr,
      /the rule "ecr-scan-on-push" already exists/,
    );
    assert.match((await make()).stderr, /^error: give the name of the rule/);
    assert.equal((await make("a-rule", "b-rule")).code, 1);
    assert.equal((await make("--tipe", "x")).code, 1);
  });

  it("lists its options", async () => {
    const { code, stdout } = await make("--help");
    assert.equal(code, 0);
    assert.match(stdout, /--type TOKEN .* \(default: aws:ecs\/service:Service\)/);
  });

  it("makes a rule that the pack includes, with examples that it accepts and refuses", async () => {
    const name = "ecr-keeps-images";
    const type = "aws:ecr/repository:Repository";
    const made = await make(name, "--type", type, "--property", "keepImages");
    assert.equal(made.code, 0, made.stderr);
    const written = [...made.stdout.matchAll(/^wrote (\S+)$/gm)].map(([, file = ""]) => file);
    assert.deepEqual(written.slice(0, 2), [
      `policies/rules/${name}.ts`,
      `tests/policies/cases/${name}.ts`,
    ]);

    const files = ["rules", "pack", "docs"].map((file) => `tests/policies/${file}.test.ts`);
    const tests = await run("npx", "mocha", ...files);
    assert.equal(tests.code, 0, tests.stdout + tests.stderr);
    const [, examples = ""] = tests.stdout.split(`  ${name}\n`);
    assert.match(examples, /^ +✔ accepts on\n +✔ accepts on, as text\n +✔ refuses off\n/);

    const linted = await run("npx", "eslint", ...written.slice(0, 2));
    assert.equal(linted.code, 0, linted.stdout);
    const formatted = await run("npx", "prettier", "--check", ...written);
    assert.equal(formatted.code, 0, formatted.stderr);
    const page = await readFile(path.join(folder, "docs/policies.md"), "utf8");
    assert.match(page, /### ecr-keeps-images\n\nEvery Repository has keepImages\./);
    const japanese = await readFile(path.join(folder, "docs/policies.ja.md"), "utf8");
    assert.match(
      japanese,
      /### ecr-keeps-images\n\nすべての Repository に keepImages を設定する。/,
    );
  });
});
