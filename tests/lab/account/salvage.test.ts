import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Account } from "../../../lab/account/account";
import { AccountInUse } from "../../../lab/account/lock";
import { salvageAccount } from "../../../lab/account/salvage";
import { create } from "./fixtures";

describe("an account after recovery", () => {
  let dir: string;
  const file = (name: string) => join(dir, name);
  const names = async () => {
    const account = await Account.open(dir);
    const ids = account.list().map(({ id }) => id);
    await account.close();
    return ids;
  };

  /** Resources a and b in the snapshot before the last one, c in the last, d and e in the journal, as a crash left it. */
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "lab-account-"));
    for (const group of [["a", "b"], ["c"]]) {
      const account = await Account.open(dir);
      for (const name of group) await create(account, "logGroup", { name });
      await account.close();
    }
    const account = await Account.open(dir);
    for (const name of ["d", "e"]) await create(account, "logGroup", { name });
    const crashed = await mkdtemp(join(tmpdir(), "lab-account-"));
    await cp(dir, crashed, { recursive: true });
    await account.close();
    await rm(dir, { recursive: true });
    await rm(join(crashed, "lock"), { recursive: true });
    dir = crashed;
  });
  afterEach(() => rm(dir, { recursive: true }));

  const change = async (name: string, from: string) => {
    await writeFile(file(name), (await readFile(file(name), "utf8")).replace(from, "x"));
  };

  it("is unchanged if everything was intact", async () => {
    assert.deepEqual(await salvageAccount(dir), []);
    assert.deepEqual(await names(), ["a", "b", "c", "d", "e"]);
  });

  it("goes back to the state before a damaged line of the journal, and keeps the damaged file", async () => {
    await change("journal.jsonl", '"e"');
    const damaged = await readFile(file("journal.jsonl"), "utf8");
    const [message = ""] = await salvageAccount(dir);
    assert.match(message, /^the account was restored to its state after change 4, .*damaged$/);
    assert.deepEqual(await names(), ["a", "b", "c", "d"]);
    assert.equal(await readFile(join(dir, "damaged", "journal.jsonl"), "utf8"), damaged);
  });

  it("goes back to the previous snapshot, with the changes that follow it", async () => {
    await truncate(file("account.json"), 50);
    await change("journal.jsonl", '"e"');
    await salvageAccount(dir);
    assert.deepEqual(await names(), ["a", "b", "c", "d"]);
  });

  it("goes back to the previous snapshot alone if no changes follow it", async () => {
    await truncate(file("account.json"), 50);
    await truncate(file("journal.previous.jsonl"), 0);
    await salvageAccount(dir);
    assert.deepEqual(await names(), ["a", "b"]);
  });

  it("is empty if nothing is intact, and says so", async () => {
    for (const name of await readdir(dir)) {
      if (name.includes("account") || name.includes("journal")) await writeFile(file(name), "x\n");
    }
    const [message = ""] = await salvageAccount(dir);
    assert.match(message, /^no intact state of the account was left, so it is empty now/);
    assert.deepEqual(await names(), []);
  });

  it("is not touched while a process has it open, or if a later lab wrote it", async () => {
    const account = await Account.open(dir);
    await assert.rejects(salvageAccount(dir), AccountInUse);
    await account.close();
    await writeFile(file("account.json"), '{"version":99}');
    await assert.rejects(salvageAccount(dir), /use the lab that wrote it/);
    assert.equal(await readFile(file("account.json"), "utf8"), '{"version":99}');
  });
});
