import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

import { repository } from "../../lab/repository";

describe("the program's loader", function () {
  this.timeout(60_000);

  // Pulumi's Node.js language host loads TypeScript by ts-node, with the options of tsconfig.json.
  it("strips types without checking them, which would take seconds at each preview", async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "loader-"));
    try {
      await copyFile(path.join(repository, "tsconfig.json"), path.join(dir, "tsconfig.json"));
      const file = path.join(dir, "index.ts");
      await writeFile(file, 'const count: number = "three";\nconsole.log(count);\n');
      const tsNode = require.resolve("ts-node/register");
      const args = ["--require", tsNode, file];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: dir });
      assert.equal(stdout.trim(), "three");
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
