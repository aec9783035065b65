import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { Account } from "../../../../lab/account/account";
import { Artifacts } from "../../../../lab/delivery/pipeline/artifacts";
import { create } from "../../account/fixtures";

describe("an artifact in the account's buckets", () => {
  let state: string;
  let artifacts: Artifacts;
  const location = { bucket: "artifacts", key: "site/Source/1.zip" };

  beforeEach(async () => {
    state = await mkdtemp(path.join(tmpdir(), "artifacts-"));
    const account = Account.inMemory();
    await create(account, "bucket", { bucket: location.bucket });
    artifacts = new Artifacts(account, state);
    await artifacts.put(location, Buffer.from("content"));
  });
  afterEach(() => rm(state, { recursive: true }));

  it("is what was put", async () => {
    assert.equal(Buffer.from(await artifacts.get(location)).toString(), "content");
    await assert.rejects(artifacts.get({ ...location, key: "other" }), /NoSuchKey/);
  });

  it("is rejected if its file is damaged, with the file's path and what helps", async () => {
    const [name = ""] = await readdir(path.join(state, "objects"));
    const file = path.join(state, "objects", name);
    await writeFile(file, "contemt");
    await assert.rejects(artifacts.get(location), (error: Error) => {
      assert.ok(error.message.startsWith(`${file} is damaged: `), error.message);
      assert.match(error.message, /Push a change/);
      return true;
    });
  });
});
