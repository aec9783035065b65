import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { contentsOf } from "../../../lab/account/buildContext";
import { contentsFile, damagedFile, noteContents } from "../../../lab/account/folderContents";

describe("a note of what is in a folder", () => {
  let dir: string;
  let folder: string;

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "contents-"));
    folder = path.join(dir, "site");
    mkdirSync(folder);
    writeFileSync(path.join(folder, "index.html"), "<h1>one</h1>");
    noteContents(folder, contentsOf(folder));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  const note = () => JSON.parse(readFileSync(contentsFile(folder), "utf8")) as object;
  const rewrite = (changed: object) => {
    writeFileSync(contentsFile(folder), JSON.stringify(changed));
  };

  it("tells which file is another, and that it was damaged itself", () => {
    assert.equal(damagedFile(folder), undefined);
    writeFileSync(path.join(folder, "index.html"), "<h1>two</h1>");
    assert.equal(damagedFile(folder), path.join(folder, "index.html"));
    rewrite({ ...note(), contents: [] });
    assert.equal(damagedFile(folder), contentsFile(folder));
  });

  it("is read without a version, as an earlier lab wrote it", () => {
    const { version, ...earlier } = note() as { version: number };
    assert.equal(version, 1);
    rewrite(earlier);
    assert.equal(damagedFile(folder), undefined);
    writeFileSync(path.join(folder, "index.html"), "<h1>two</h1>");
    assert.equal(damagedFile(folder), path.join(folder, "index.html"));
  });

  it("says nothing in a newer lab's form", () => {
    rewrite({ version: 2, tree: {} });
    assert.equal(damagedFile(folder), undefined);
  });
});
