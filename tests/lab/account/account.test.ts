import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, cp, mkdtemp, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";

import { Account } from "../../../lab/account/account";
import type { AccountChange, ResourceRecord } from "../../../lab/account/record";
import { SecretBox } from "../../../lab/account/secretBox";
import { create, createWorld, REGION, rejection, TRUST_POLICY, TYPES } from "./fixtures";
import { operation, perform } from "./operations";

const JOURNAL = "journal.jsonl";
const SNAPSHOT = "account.json";
const KEY = "secrets.key";
const LOG_GROUP = TYPES.logGroup;

describe("the offline account", () => {
  const dirs: string[] = [];

  async function temporaryDir(): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), "lab-account-"));
    dirs.push(dir);
    return dir;
  }

  /** Copies the files as they are now, as a power cut would leave them. */
  async function crashCopy(dir: string): Promise<string> {
    const copy = await temporaryDir();
    // A power cut hits both files at the same moment; no snapshot may be written between the copies.
    do {
      await cp(join(dir, SNAPSHOT), join(copy, SNAPSHOT));
      await cp(join(dir, JOURNAL), join(copy, JOURNAL));
    } while (!(await haveSameSnapshot(dir, copy)));
    return copy;
  }

  async function haveSameSnapshot(one: string, other: string): Promise<boolean> {
    const [a, b] = await Promise.all([one, other].map((dir) => readFile(join(dir, SNAPSHOT))));
    return a !== undefined && b?.equals(a) === true;
  }

  async function contentOf(dir: string): Promise<readonly ResourceRecord[]> {
    const account = await Account.open(dir);
    const records = account.list();
    await account.close();
    return records;
  }

  afterEach(async () => {
    await Promise.all(dirs.splice(0).map((dir) => rm(dir, { recursive: true, force: true })));
  });

  it("loses nothing acknowledged, at whichever byte its last write is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { maxLength: 12 }),
        fc.array(operation, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        fc.constantFrom(1, 400, 1_000_000),
        async (steps, last, cutAt, snapshotAfterBytes) => {
          const dir = await temporaryDir();
          const account = await Account.open(dir, { snapshotAfterBytes });
          for (const step of steps) await perform(account, step);
          const before = account.list();
          const whole = await crashCopy(dir);
          const { size } = await stat(join(whole, JOURNAL));

          await Promise.all(last.map((step) => perform(account, step)));
          const after = account.list();
          const cut = await crashCopy(dir);
          const written = (await stat(join(cut, JOURNAL))).size - size;
          await account.close();

          // If a snapshot replaced the journal, there is no last write to cut.
          const isInJournal = written > 0 && (await haveSameSnapshot(whole, cut));
          assert.deepEqual(await contentOf(whole), before);
          if (isInJournal) {
            const kept = cutAt % (written + 1);
            await truncate(join(cut, JOURNAL), size + kept);
            assert.deepEqual(await contentOf(cut), kept === written ? after : before);
          }
          assert.deepEqual(await contentOf(dir), after);
        },
      ),
      { numRuns: 25 },
    );
  }).timeout(60_000);

  it("writes concurrent changes as one line, and separate changes as separate lines", async () => {
    const dir = await temporaryDir();
    const account = await Account.open(dir);
    const lines = async () => (await readFile(join(dir, JOURNAL), "utf8")).split("\n").length - 1;
    await Promise.all(["a", "b", "c"].map((one) => create(account, "logGroup", { name: one })));
    assert.equal(await lines(), 1);
    await create(account, "logGroup", { name: "d" });
    assert.equal(await lines(), 2);
    await account.close();
    assert.equal(await lines(), 0, "a snapshot replaced it");
    assert.equal((await contentOf(dir)).length, 4);
  });

  describe("with secrets", () => {
    const SECRET = "classified";

    async function withSecret(dir: string): Promise<Account> {
      const account = await Account.open(dir);
      await account.create({
        type: TYPES.role,
        urn: "urn:pulumi:dev::test::aws:iam/role:Role::role",
        inputs: { name: "role", path: "/", assumeRolePolicy: TRUST_POLICY, description: SECRET },
        region: REGION,
        hasSecrets: true,
      });
      return account;
    }

    const textOf = (dir: string, file: string) => readFile(join(dir, file), "utf8");

    it("keeps them out of its files, and reads them back from the journal and the snapshot", async () => {
      const dir = await temporaryDir();
      const account = await withSecret(dir);
      const expected = account.list();
      const copy = await crashCopy(dir);
      await cp(join(dir, KEY), join(copy, KEY));
      assert.match(await textOf(copy, JOURNAL), /"sealed":/);
      assert.ok(!(await textOf(copy, JOURNAL)).includes(SECRET));
      assert.deepEqual(await contentOf(copy), expected);

      await account.close();
      assert.match(await textOf(dir, "account.json"), /"sealed":/);
      assert.ok(!(await textOf(dir, "account.json")).includes(SECRET));
      assert.deepEqual(await contentOf(dir), expected);
    });

    it("keeps a resource that once had a secret sealed", async () => {
      const dir = await temporaryDir();
      const account = await withSecret(dir);
      await account.modify(TYPES.role, "role", { maxSessionDuration: 7200 });
      assert.ok(!(await textOf(dir, JOURNAL)).includes(SECRET));
      await account.close();
    });

    it("lets only its owner read the key", async function () {
      if (process.platform === "win32") this.skip();
      const dir = await temporaryDir();
      await (await withSecret(dir)).close();
      assert.equal((await stat(join(dir, KEY))).mode & 0o777, 0o600);
    });

    it("reports a missing or damaged key instead of starting without its secrets", async () => {
      const dir = await temporaryDir();
      await (await withSecret(dir)).close();
      await rm(join(dir, KEY));
      assert.match(
        await rejection(Account.open(dir)),
        /^the secrets of aws:iam\/role:Role role cannot be read with the key in .*secrets\.key; restore the key/,
      );
      await truncate(join(dir, KEY), 5);
      assert.match(
        await rejection(Account.open(dir)),
        /secrets\.key is damaged: it contains no key; restore/,
      );
    });

    it("leaves its files as they are when it cannot read all of them", async () => {
      const dir = await temporaryDir();
      const account = await withSecret(dir);
      const expected = account.list();
      const copy = await crashCopy(dir);
      await account.close();
      assert.match(await rejection(Account.open(copy)), /cannot be read with the key/);
      await cp(join(dir, KEY), join(copy, KEY));
      assert.deepEqual(await contentOf(copy), expected);
    });

    it("opens only what it sealed, under the label it was sealed with", async () => {
      const box = await SecretBox.open(await temporaryDir());
      fc.assert(
        fc.property(
          fc.jsonValue(),
          fc.string(),
          fc.string(),
          fc.nat(),
          (value, label, other, at) => {
            const sealed = box.seal(value, label);
            assert.equal(JSON.stringify(box.unseal(sealed, label)), JSON.stringify(value));
            if (other !== label) assert.throws(() => box.unseal(sealed, other), /cannot be read/);
            const bytes = Buffer.from(sealed, "base64");
            const i = at % bytes.length;
            bytes.writeUInt8(bytes.readUInt8(i) ^ 1, i);
            assert.throws(() => box.unseal(bytes.toString("base64"), label), /cannot be read/);
          },
        ),
        { numRuns: 50 },
      );
    });
  });

  it("repairs a torn line, so that what is written after it can be read", async () => {
    const dir = await temporaryDir();
    const account = await Account.open(dir);
    await create(account, "logGroup", { name: "a" });
    const crashed = await crashCopy(dir);
    await account.close();
    await appendFile(join(crashed, JOURNAL), '00000000 {"sequence":2,"entr');

    const reopened = await Account.open(crashed);
    await create(reopened, "logGroup", { name: "b" });
    const again = await crashCopy(crashed);
    await reopened.close();
    assert.deepEqual(
      (await contentOf(again)).map(({ id }) => id),
      ["a", "b"],
    );
  });

  it("reads files that have no version yet, and gives them one", async () => {
    const dir = await temporaryDir();
    const account = await Account.open(dir);
    await create(account, "vpc", { cidrBlock: "10.0.0.0/16" });
    await account.close();
    const file = join(dir, SNAPSHOT);
    const snapshot = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    assert.equal(snapshot.version, 2);
    const before = { ...snapshot, version: undefined, checksum: undefined };
    await writeFile(file, JSON.stringify(before));
    assert.equal((await contentOf(dir)).length, 1);
    assert.deepEqual(JSON.parse(await readFile(file, "utf8")), snapshot);
  });

  it("refuses files of a later version, and leaves them alone", async () => {
    const dir = await temporaryDir();
    await (await Account.open(dir)).close();
    const file = join(dir, SNAPSHOT);
    const later = JSON.stringify({ version: 3, everything: "is another" });
    await writeFile(file, later);
    assert.equal(
      await rejection(Account.open(dir)),
      `${file} has version 3, but this lab knows versions up to 2: use the lab that wrote it, or ` +
        "remove its folder to start with an empty account",
    );
    assert.equal(await readFile(file, "utf8"), later);
  });

  it("refuses a journal that is damaged in the middle, naming the file and the line", async () => {
    const dir = await temporaryDir();
    const account = await Account.open(dir);
    await create(account, "logGroup", { name: "a" });
    await create(account, "logGroup", { name: "b" });
    const crashed = await crashCopy(dir);
    await account.close();
    const path = join(crashed, JOURNAL);
    const text = await readFile(path, "utf8");
    await truncate(path, 0);
    await appendFile(path, text.replace('"a"', '"x"'));
    const message = await rejection(Account.open(crashed));
    assert.ok(message.startsWith(`${path} is damaged at line 1`), message);
    await rejection(Account.open(crashed)).then((again) => {
      assert.equal(again, message, "and releases its lock");
    });
  });

  describe("with a damaged snapshot", () => {
    /** A closed account's folder, with one resource from before each of its last three snapshots. */
    async function closedAccount(): Promise<string> {
      const dir = await temporaryDir();
      for (const name of ["a", "b", "c"]) {
        const account = await Account.open(dir);
        await create(account, "logGroup", { name });
        await account.close();
      }
      return dir;
    }
    const names = async (dir: string) => (await contentOf(dir)).map(({ id }) => id);
    const damages: [string, (file: string) => Promise<void>][] = [
      ["cut short", (file) => truncate(file, 100)],
      ["empty", (file) => truncate(file, 0)],
      ["an empty object", (file) => writeFile(file, "{}")],
      ["missing", (file) => rm(file)],
      [
        "changed by one letter",
        async (file) => writeFile(file, (await readFile(file, "utf8")).replace('"c"', '"x"')),
      ],
    ];

    for (const [what, damage] of damages) {
      it(`restores it from the previous one, with nothing lost, if it is ${what}`, async () => {
        const dir = await closedAccount();
        await damage(join(dir, SNAPSHOT));
        assert.deepEqual(await names(dir), ["a", "b", "c"]);
        // And again, from the restored files.
        await damage(join(dir, SNAPSHOT));
        assert.deepEqual(await names(dir), ["a", "b", "c"]);
      });

      it(`restores later changes too, if it is ${what}`, async () => {
        const dir = await closedAccount();
        const account = await Account.open(dir);
        await create(account, "logGroup", { name: "d" });
        const crashed = await crashCopy(dir);
        for (const file of ["account.previous.json", "journal.previous.jsonl"]) {
          await cp(join(dir, file), join(crashed, file));
        }
        await account.close();
        for (const folder of [dir, crashed]) {
          await damage(join(folder, SNAPSHOT));
          assert.deepEqual(await names(folder), ["a", "b", "c", "d"]);
        }
      });

      it(`refuses to start if it is ${what} and the previous one is damaged too`, async () => {
        const dir = await closedAccount();
        await damage(join(dir, SNAPSHOT));
        await writeFile(join(dir, "account.previous.json"), "{");
        const message = await rejection(Account.open(dir));
        assert.ok(message.startsWith(`${join(dir, SNAPSHOT)} is `), message);
        assert.match(message, /npm run lab -- recover restores .*; or restore the folder/);
        assert.equal(await readFile(join(dir, "account.previous.json"), "utf8"), "{");
      });
    }

    it("does not start an empty account when all earlier files are gone", async () => {
      const dir = await closedAccount();
      await truncate(join(dir, SNAPSHOT), 0);
      for (const name of ["account.previous.json", "journal.previous.jsonl"]) {
        await rm(join(dir, name));
      }
      assert.match(await rejection(Account.open(dir)), /account\.json is damaged/);
    });
  });

  it("refuses a journal whose last line is complete but damaged, which no crash causes", async () => {
    const dir = await temporaryDir();
    const account = await Account.open(dir);
    await create(account, "logGroup", { name: "a" });
    const crashed = await crashCopy(dir);
    await account.close();
    const path = join(crashed, JOURNAL);
    await writeFile(path, (await readFile(path, "utf8")).replace('"a"', '"x"'));
    assert.match(
      await rejection(Account.open(crashed)),
      /is damaged at line 1; npm run lab -- recover/,
    );
  });

  it("never reuses an id, a serial or a revision, even after a restart", async () => {
    const dir = await temporaryDir();
    const first = await Account.open(dir);
    const one = await create(first, "vpc", { cidrBlock: "10.0.0.0/16" });
    await first.delete(TYPES.vpc, one.id);
    await first.close();
    const second = await Account.open(dir);
    const other = await create(second, "vpc", { cidrBlock: "10.0.0.0/16" });
    await second.close();
    assert.notEqual(other.id, one.id);
    assert.equal(other.serial, one.serial + 1);
  });

  it("notifies listeners of changes in order, once they are on disk", async () => {
    const dir = await temporaryDir();
    const account = await Account.open(dir);
    const seen: string[] = [];
    const stop = account.onChange(({ before, after }: AccountChange) => {
      seen.push(`${before?.id ?? "-"} > ${after?.id ?? "-"}`);
    });
    const pending = Promise.all([
      create(account, "logGroup", { name: "a" }),
      create(account, "logGroup", { name: "b" }),
      account.modify(LOG_GROUP, "a", { retentionInDays: 7 }),
      account.delete(LOG_GROUP, "b"),
    ]);
    assert.deepEqual(seen, []);
    await pending;
    assert.deepEqual(seen, ["- > a", "- > b", "a > a", "b > -"]);
    stop();
    await account.delete(LOG_GROUP, "a");
    assert.equal(seen.length, 4);
    await account.close();
  });

  it("lets one process in at a time, and tells the next one which", async () => {
    const dir = await temporaryDir();
    const account = await Account.open(dir);
    const message = await rejection(Account.open(dir));
    assert.ok(message.includes(`in use by process ${process.pid}`), message);
    await account.close();
    await (await Account.open(dir)).close();
  });

  it("takes over from a process that was killed, with everything that it had acknowledged", async () => {
    const dir = await temporaryDir();
    const script = `
      const { Account } = require("./lab/account/account");
      const { create } = require("./tests/lab/account/fixtures");
      (async () => {
        const account = await Account.open(process.env.ACCOUNT_DIR);
        await create(account, "logGroup", { name: "survivor" });
        console.log("acknowledged");
        setInterval(() => {}, 1000);
      })();`;
    const child = spawn(process.execPath, ["--import", "tsx", "--eval", script], {
      env: { ...process.env, ACCOUNT_DIR: dir },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.deepEqual(
      (await contentOf(dir)).map(({ id }) => id),
      ["survivor"],
    );
  }).timeout(30_000);

  it("deletes what a crash left behind, newest first, and nothing else", async () => {
    const account = Account.inMemory();
    const world = await createWorld(account);
    const other = await create(account, "logGroup", { name: "other" }, "staging");
    const known = account
      .list()
      .filter(({ serial }) => serial <= world.securityGroup.serial)
      .map(({ type, id }) => [type, id] as const);

    const removed = await account.recover("dev", known);
    assert.deepEqual(
      removed.map(({ type }) => type.split(":").at(-1)),
      [
        "Service",
        "TaskDefinition",
        "Cluster",
        "Role",
        "ListenerRule",
        "Listener",
        "TargetGroup",
        "LoadBalancer",
      ],
    );
    assert.deepEqual(
      account.list().map(({ id }) => id),
      [...known.map(([, id]) => id), other.id],
    );
  });

  it("refuses drift that no console could cause, and changes to a resource that is gone", async () => {
    const account = Account.inMemory();
    await create(account, "logGroup", { name: "a" });
    assert.match(
      await rejection(account.modify(LOG_GROUP, "a", { retentionInDays: 2, tag: {} })),
      /retentionInDays: must be one of .*, got 2; tag: is not a property/,
    );
    assert.match(await rejection(account.modify(LOG_GROUP, "b", {})), /^ResourceNotFound: /);
  });

  // Amazon ECS developer guide, "Task definition states": services keep using a deregistered revision.
  it("records what AWS itself changed, even to a deregistered revision", async () => {
    const account = Account.inMemory();
    const { service, taskDefinition } = await createWorld(account);
    const { id } = service;
    const gone = taskDefinition.id.replace(/:\d+$/, ":99");
    const patch = { taskDefinition: gone };
    assert.match(await rejection(account.modify(TYPES.service, id, patch)), /ClientException/);
    const { inputs, outputs } = await account.note(TYPES.service, id, patch);
    assert.deepEqual([inputs.taskDefinition, outputs.taskDefinition], [gone, gone]);
  });

  it("reports a type that it does not have", async () => {
    const account = Account.inMemory();
    const request = {
      type: "aws:dynamodb/table:Table",
      urn: "urn",
      inputs: {},
      region: "us-east-1",
    };
    assert.equal(
      await rejection(account.create(request)),
      "the offline account has no resource type aws:dynamodb/table:Table",
    );
  });

  it("refuses changes after it was closed", async () => {
    const account = Account.inMemory();
    await account.close();
    assert.match(await rejection(create(account, "logGroup", { name: "a" })), /is closed/);
    assert.deepEqual(account.list(), []);
  });
});
