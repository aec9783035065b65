import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { labEnvironment } from "../../../lab/engine/environment";
import { differenceOf, putBackState, storedState } from "../../../lab/engine/engineState";
import { LastUpdate } from "../../../lab/engine/lastUpdate";
import type { Pulumi } from "../../../lab/engine/pulumi";
import { resourcesOf } from "../../../lab/engine/recovery";
import { workDirs } from "../../../lab/engine/workDirs";
import { replaceFile } from "../../../lab/shared/replaceFile";

const vpc = { urn: "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc", type: "aws:ec2/vpc:Vpc", id: "a" };
const component = { urn: "urn:pulumi:dev::shop::shop:Net::net", type: "shop:Net" };

describe("a stack's state on disk", () => {
  let dir: string;
  let file: string;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "lab-"));
    file = path.join(dir, "dev.json");
    const checkpoint = { stack: "dev", latest: { resources: [component, vpc] } };
    await writeFile(file, JSON.stringify({ version: 3, checkpoint }));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("is read with its resources", async () => {
    assert.deepEqual((await storedState(file))?.resources, [component, vpc]);
    assert.equal(await storedState(path.join(dir, "none.json")), undefined);
  });

  it("is read by the CLI, and not restored, if it has a format that the lab does not know", async () => {
    const strange = JSON.stringify({ version: 4, checkpoint: { latest: { parts: [] } } });
    await copyFile(file, `${file}.bak`);
    await writeFile(file, strange);
    const asked: (readonly string[])[] = [];
    const run: Pulumi["run"] = (args) => {
      asked.push(args);
      const stdout = JSON.stringify({ version: 4, deployment: { resources: [component, vpc] } });
      return Promise.resolve({ code: 0, stdout, stderr: "" });
    };
    const stack = { name: "dev", pulumi: { run } };
    assert.deepEqual(await resourcesOf(stack, file), [component, vpc]);
    assert.deepEqual(asked, [["stack", "export", "--stack", "dev"]]);
    assert.equal(await putBackState(file, () => true), undefined);
    assert.equal(await readFile(file, "utf8"), strange);
  });

  it("is not requested from the CLI if it can be read or does not exist", async () => {
    const run = () => Promise.reject(new Error("asked"));
    const stack = { name: "dev", pulumi: { run } };
    assert.deepEqual(await resourcesOf(stack, file), [component, vpc]);
    assert.deepEqual(await resourcesOf(stack, path.join(dir, "none.json")), []);
  });

  for (const [what, damage] of [
    ["cut short", () => truncate(file, 60)],
    ["empty", () => truncate(file)],
    ["of another kind", () => writeFile(file, '{"checkpoint":[]}')],
  ] as const) {
    it(`is reported if it is ${what}, and the previous one is restored`, async () => {
      const whole = await readFile(file, "utf8");
      await copyFile(file, `${file}.bak`);
      await damage();
      const damaged = await readFile(file, "utf8");
      await assert.rejects(storedState(file), (error: Error) => {
        assert.ok(error.message.startsWith(`${file} is damaged`), error.message);
        assert.match(error.message, /npm run lab -- recover --stack dev restores/);
        return true;
      });
      assert.match(
        (await putBackState(file, () => false)) ?? "",
        /restored the stack's state from .*dev\.json\.bak/,
      );
      assert.equal(await readFile(file, "utf8"), whole);
      assert.equal(await readFile(`${file}.damaged`, "utf8"), damaged);
      assert.equal(await putBackState(file, () => false), undefined);
    });

    it(`is reported if it is ${what} and no backup is left`, async () => {
      await damage();
      await truncate(file);
      await writeFile(`${file}.bak`, "{");
      await assert.rejects(storedState(file), /Restore it from a copy/);
      await assert.rejects(
        putBackState(file, () => false),
        /so are all its backups\. Restore it/,
      );
    });
  }
});

describe("a stack's state that was lost", () => {
  let dir: string;
  let file: string;
  const textOf = (resources: object[]) =>
    JSON.stringify({ version: 3, checkpoint: { stack: "dev", latest: { resources } } });

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "lab-"));
    file = path.join(dir, "stacks", "shop", "dev.json");
    await mkdir(path.dirname(file), { recursive: true });
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("is restored from the last update that had resources, if the backup beside it has none", async () => {
    const history = path.join(dir, "history", "shop", "dev");
    await mkdir(history, { recursive: true });
    await writeFile(file, textOf([]));
    await writeFile(`${file}.bak`, textOf([]));
    await writeFile(path.join(history, "dev-1.checkpoint.json"), textOf([component]));
    await writeFile(path.join(history, "dev-2.checkpoint.json"), textOf([component, vpc]));
    await writeFile(path.join(history, "dev-3.checkpoint.json"), "");
    const isEmpty = (state: readonly unknown[]) => state.length === 0;
    assert.match((await putBackState(file, isEmpty)) ?? "", /dev-2\.checkpoint\.json/);
    assert.deepEqual((await storedState(file))?.resources, [component, vpc]);
  });

  it("stays lost if nothing was kept", async () => {
    assert.equal(await putBackState(file, () => true), undefined);
  });
});

describe("account and state, compared", () => {
  it("do not differ if both have the same resources", () => {
    assert.equal(differenceOf([component, vpc], [vpc]), undefined);
  });

  it("differ if the account lacks a resource, or has another in its place", () => {
    for (const account of [[], [{ ...vpc, id: "b" }]]) {
      assert.match(
        differenceOf([component, vpc], account)?.text ?? "",
        /^the account lacks 1 of the 1 resources .*::vpc: run npm run lab -- refresh/,
      );
    }
  });

  it("differ if the state was lost", () => {
    const { text = "" } = differenceOf([], [vpc]) ?? {};
    assert.match(text, /state is empty, but the account has 1 .* npm run lab -- recover/);
  });

  it("distinguish a loss of all resources from what somebody deleted", () => {
    const other = { ...vpc, urn: `${vpc.urn}2` };
    assert.equal(differenceOf([vpc, other], [])?.isLoss, true);
    assert.equal(differenceOf([vpc, other], [vpc])?.isLoss, false);
    assert.equal(differenceOf([vpc], [])?.isLoss, false);
  });
});

describe("what the lab keeps beside a stack", () => {
  let stateDir: string;
  const cli = { command: "pulumi", path: [], usesOwnHost: true } as unknown as Parameters<
    typeof labEnvironment
  >[0]["cli"];

  beforeEach(async () => (stateDir = await mkdtemp(path.join(tmpdir(), "lab-"))));
  afterEach(() => rm(stateDir, { recursive: true }));

  for (const content of ["", '{"registrations":', "null", "\u0000"]) {
    it(`lets an update run when its record of the last one is ${JSON.stringify(content)}`, async () => {
      const { stackFile, work } = workDirs(stateDir, "dev");
      await mkdir(work, { recursive: true });
      await mkdir(path.dirname(stackFile("shop")), { recursive: true });
      await writeFile(stackFile("shop"), "{}");
      const last = new LastUpdate(stateDir, "shop", "dev");
      await last.set("digest");
      assert.equal(await last.was("digest"), true);
      await replaceFile(path.join(work, "last-update.json"), content);
      assert.equal(await last.was("digest"), false);
    });
  }

  for (const [what, damage, message] of [
    ["gone", () => "", "empty"],
    ["cut short", (text: string) => text.slice(0, 20), "damaged"],
    [
      "changed in one letter",
      (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1),
      "damaged",
    ],
  ] as const) {
    it(`reports a passphrase that is ${what}, which no other can replace`, async () => {
      const file = path.join(stateDir, "passphrase");
      await labEnvironment({ stateDir, cli });
      await writeFile(file, damage(await readFile(file, "utf8")));
      await assert.rejects(labEnvironment({ stateDir, cli }), (error: Error) =>
        error.message.startsWith(`${file} is ${message}; restore it`),
      );
    });
  }

  it("accepts a passphrase without a checksum, as earlier labs made it", async () => {
    const file = path.join(stateDir, "passphrase");
    await writeFile(file, "x".repeat(43));
    await labEnvironment({ stateDir, cli });
    assert.equal(await readFile(file, "utf8"), "x".repeat(43));
  });

  for (const damaged of ["", "version:", "vdrsion: 1\n", "[]", "\u0000", "version: 0\n"]) {
    it(`rewrites the file with the state's format if it has ${JSON.stringify(damaged)}`, async () => {
      const file = path.join(stateDir, "state", ".pulumi", "meta.yaml");
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, damaged);
      await labEnvironment({ stateDir, cli });
      assert.equal(await readFile(file, "utf8"), "version: 1\n");
    });
  }

  it("leaves the format that a later engine writes", async () => {
    const file = path.join(stateDir, "state", ".pulumi", "meta.yaml");
    await mkdir(path.dirname(file), { recursive: true });
    for (const later of ["version: 2\n", "layout: projects\nversion: 2\nfeatures: []\n"]) {
      await writeFile(file, later);
      await labEnvironment({ stateDir, cli });
      assert.equal(await readFile(file, "utf8"), later);
    }
  });
});
