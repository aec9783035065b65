import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

import { repository } from "../../lab/shared/repository";

describe("the loader of the program", function () {
  this.timeout(60_000);
  let dir: string;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "loader-"));
    await symlink(path.join(repository, "node_modules"), path.join(dir, "node_modules"));
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function run(program: string) {
    await writeFile(path.join(dir, "index.ts"), program);
    const args = ["--require", "ecs-handson-loader", "index.ts"];
    return promisify(execFile)(process.execPath, args, { cwd: dir });
  }

  it("strips types without checking them, which would take seconds at each preview", async () => {
    const { stdout } = await run('const count: number = "three";\nconsole.log(count);\n');
    assert.equal(stdout.trim(), "three");
  });

  it("has stack traces lead to the source, in the SDK's runner too", async () => {
    const { stdout } = await run(
      [
        // As the SDK's runner does it.
        'require(require.resolve("source-map-support/register", { paths: [require.resolve("@pulumi/pulumi")] }));',
        "interface Wide {",
        "  a: number;",
        "}",
        "const place = (): string => new Error().stack ?? ''; // here",
        "console.log(place());",
      ].join("\n"),
    );
    assert.match(stdout, /index\.ts:5:29/);
    assert.match(stdout, /index\.ts:6:13/);
  });

  it("shows an error from the SDK's own files at once, which Node.js would colour for a minute", async () => {
    const { stdout } = await run(
      [
        'import * as util from "node:util";',
        'const error = new Error("refused");',
        'error.stack += "\\n    at async Stack.start (/a/node_modules/@pulumi/resource.ts:1598:22)";',
        "console.log(util.inspect(error, { colors: true }));",
        'console.log(util.inspect("one", { colors: true }));',
      ].join("\n"),
    );
    assert.match(stdout, /^Error: refused\n[^]*@pulumi\/resource\.ts:1598:22\)/);
    // eslint-disable-next-line no-control-regex
    assert.match(stdout, /\u001b\[32m'one'/, "all else has its colours");
  });
});
