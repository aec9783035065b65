import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { contentsOf } from "../../../lab/account/buildContext";
import { contentsFile, damagedFile, noteContents } from "../../../lab/account/folderContents";

describe("a record of a folder's contents", () => {
  let dir: string;
  let folder: string;

  beforeEach(async () => {
    dir = mkdtempSync(path.join(tmpdir(), "contents-"));
    folder = path.join(dir, "site");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "index.html"), "<h1>one</h1>");
    noteContents(folder, await contentsOf(folder));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  const note = () => JSON.parse(readFileSync(contentsFile(folder), "utf8")) as object;
  const rewrite = (changed: object) => {
    writeFileSync(contentsFile(folder), JSON.stringify(changed));
  };

  it("shows which file has changed, and whether it was damaged itself", async () => {
    assert.equal(await damagedFile(folder), undefined);
    writeFileSync(path.join(folder, "index.html"), "<h1>two</h1>");
    assert.equal(await damagedFile(folder), path.join(folder, "index.html"));
    rewrite({ ...note(), contents: [] });
    assert.equal(await damagedFile(folder), contentsFile(folder));
  });

  it("is read without a version, as an earlier lab wrote it", async () => {
    const { version, ...earlier } = note() as { version: number };
    assert.equal(version, 1);
    rewrite(earlier);
    assert.equal(await damagedFile(folder), undefined);
    writeFileSync(path.join(folder, "index.html"), "<h1>two</h1>");
    assert.equal(await damagedFile(folder), path.join(folder, "index.html"));
  });

  it("is ignored in a newer lab's format", async () => {
    rewrite({ version: 2, tree: {} });
    assert.equal(await damagedFile(folder), undefined);
  });

  it("is compared without blocking the event loop", async () => {
    writeFileSync(path.join(folder, "video"), Buffer.alloc(8 * 2 ** 20));
    noteContents(folder, await contentsOf(folder));
    let turns = 0;
    let looking = true;
    const turn = () => {
      turns += 1;
      if (looking) setImmediate(turn);
    };
    setImmediate(turn);
    assert.equal(await damagedFile(folder), undefined);
    looking = false;
    assert.ok(turns > 8, `${turns} turns`);
  });
});
