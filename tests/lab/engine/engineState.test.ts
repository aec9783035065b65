import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { labEnvironment } from "../../../lab/engine/environment";
import { differenceOf, storedResources } from "../../../lab/engine/engineState";
import { LastUpdate } from "../../../lab/engine/lastUpdate";
import { workDirs } from "../../../lab/engine/workDirs";
import { replaceFile } from "../../../lab/shared/replaceFile";

const vpc = { urn: "urn:pulumi:dev::shop::aws:ec2/vpc:Vpc::vpc", type: "aws:ec2/vpc:Vpc", id: "a" };
const component = { urn: "urn:pulumi:dev::shop::shop:Net::net", type: "shop:Net" };

describe("a stack's state on the disk", () => {
  let dir: string;
  let file: string;

  beforeEach(async () => {
    dir = await mkdtemp(path.join(tmpdir(), "lab-"));
    file = path.join(dir, "dev.json");
    const checkpoint = { stack: "dev", latest: { resources: [component, vpc] } };
    await writeFile(file, JSON.stringify({ version: 3, checkpoint }));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it("is read with the resources that it knows", async () => {
    assert.deepEqual(await storedResources(file), [component, vpc]);
    assert.equal(await storedResources(path.join(dir, "none.json")), undefined);
  });

  for (const [what, damage] of [
    ["cut short", () => truncate(file, 60)],
    ["empty", () => truncate(file)],
    ["of another kind", () => writeFile(file, '{"checkpoint":[]}')],
  ] as const) {
    it(`is named when it is ${what}, with what brings back the one before`, async () => {
      await copyFile(file, `${file}.bak`);
      await damage();
      await assert.rejects(storedResources(file), (error: Error) => {
        assert.ok(error.message.startsWith(`${file} is damaged`), error.message);
        assert.ok(error.message.includes(`cp '${file}.bak' '${file}'`), error.message);
        return true;
      });
      await truncate(`${file}.bak`);
      await assert.rejects(storedResources(file), /Restore it from a copy/);
    });
  }
});

describe("account and state, compared", () => {
  it("differ in nothing where both have the same", () => {
    assert.equal(differenceOf([component, vpc], [vpc]), undefined);
  });

  it("differ where the account lacks a resource, or has another in its place", () => {
    for (const account of [[], [{ ...vpc, id: "b" }]]) {
      assert.match(
        differenceOf([component, vpc], account) ?? "",
        /^the account lacks 1 of the 1 resources .*::vpc: npm run lab -- refresh/,
      );
    }
  });

  it("differ where the state was lost", () => {
    assert.match(differenceOf([], [vpc]) ?? "", /state is empty, and the account has 1 .*backup/);
  });
});

describe("what the lab keeps beside a stack", () => {
  let stateDir: string;

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

  it("names a passphrase that is gone, which no other can stand for", async () => {
    const file = path.join(stateDir, "passphrase");
    await writeFile(file, "");
    const cli = { command: "pulumi", path: [], usesOwnHost: true } as unknown as Parameters<
      typeof labEnvironment
    >[0]["cli"];
    await assert.rejects(labEnvironment({ stateDir, cli }), (error: Error) =>
      error.message.startsWith(`${file} is empty; restore it`),
    );
  });
});
