import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

import { replaceFile, replaceFileSync } from "../../../lab/shared/replaceFile";

describe("a file that is replaced", () => {
  let dir: string;
  let file: string;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "replace-"));
    file = path.join(dir, "file");
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const mode = async () => (await stat(file)).mode & 0o777;

  for (const [how, replace] of [
    ["asynchronously", replaceFile],
    [
      "synchronously",
      (...given: Parameters<typeof replaceFileSync>) => {
        replaceFileSync(...given);
        return Promise.resolve();
      },
    ],
  ] as const) {
    it(`has the new content when it is replaced ${how}, and its permissions unless others are given`, async () => {
      await writeFile(file, "before");
      await chmod(file, 0o640);
      await replace(file, "after");
      assert.deepEqual([await readFile(file, "utf8"), await mode()], ["after", 0o640]);
      await replace(file, "secret", { mode: 0o600 });
      assert.deepEqual([await readFile(file, "utf8"), await mode()], ["secret", 0o600]);
      assert.deepEqual(await readdir(dir), ["file"]);
    });

    it(`is the target if a link is replaced ${how}`, async () => {
      await writeFile(file, "before");
      const link = path.join(dir, "link");
      await symlink(file, link);
      await replace(link, "after");
      assert.equal(await readFile(file, "utf8"), "after");
    });
  }

  it("has the content of the last call, whichever content is the longest", async () => {
    const calls = [4_000_000, 400_000, 4].map((length) => replaceFile(file, "x".repeat(length)));
    await Promise.all(calls);
    assert.equal((await stat(file)).size, 4);
  });

  it("stays as it was if the disk takes only a part of the new content", async function () {
    if (process.platform === "win32") this.skip();
    await writeFile(file, "before");
    for (const name of ["replaceFile", "replaceFileSync"]) {
      const program =
        `const { ${name} } = require("./lab/shared/replaceFile.ts");` +
        `(async () => ${name}(process.argv[1], "x".repeat(100_000)))().catch(({ code }) => console.log(code));`;
      // Files of at most 8 KiB: the first write is cut short there, as on a disk with so much left.
      const shell = `ulimit -f 8; exec "$0" --require ecs-handson-loader --eval "$1" "$2"`;
      const { stdout } = await promisify(execFile)("bash", [
        "-c",
        shell,
        process.execPath,
        program,
        file,
      ]);
      assert.equal(stdout, "EFBIG\n");
    }
    assert.equal(await readFile(file, "utf8"), "before");
    assert.deepEqual(await readdir(dir), ["file"]);
  });
});
