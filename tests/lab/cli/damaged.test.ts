import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { engineTimeout, lab, type LabExit, pulumiCli, stateFolder } from "./harness";

/**
 * Files that cannot be rebuilt: an update reports each of them that is damaged. All others are rebuilt, or are never read.
 */
const IRREPLACEABLE = [
  "account/quotas.json",
  "account/secrets.key",
  "passphrase",
  "projects/ecs-handson/Pulumi.dev.yaml",
  "state/.pulumi/stacks/ecs-handson/dev.json",
];

/** Copies from which another file is rebuilt. */
const SPARE = /^account\/(account|journal)\.previous\./;

const damages: Readonly<Record<string, (content: Buffer) => Buffer>> = {
  "cut in half": (content) => content.subarray(0, content.length >> 1),
  "changed in one bit": (content) => {
    const changed = Buffer.from(content);
    // In the settings this is part of what encrypts secrets.
    const at = content.length - 30;
    changed[at] = (changed[at] ?? 0) ^ 1;
    return changed;
  },
};

/** Damage that nothing detects: another valid value, and the secrets' key in a stack without secrets. */
const UNDETECTED: readonly string[] = [
  "account/secrets.key changed in one bit",
  "state/.pulumi/stacks/ecs-handson/dev.json changed in one bit",
];

/** Raw messages of parsers and stack traces, which no user should see. */
const BARE =
  /Unexpected (token|end)|not valid JSON|unexpected end of JSON|invalid character|invalid_type|\n +at |panic:|yaml: line/;

describe("an update of a lab with damaged files", function () {
  this.timeout(6 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let copy: string;

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    copy = await mkdtemp(path.join(tmpdir(), "lab-"));
    for (const command of [
      ["quota", "vpcs=7"],
      ["up", "--no-serve", "--config", "desiredCount=1"],
    ]) {
      const { code, stdout, stderr } = await lab(...command, "--state", state);
      assert.equal(code, 0, stdout + stderr);
    }
  });
  after(async () => {
    await remove();
    await rm(copy, { recursive: true, force: true });
  });

  /** Updates a copy of the lab with some files damaged. */
  async function updated(files: readonly string[], damage: string): Promise<LabExit> {
    await rm(copy, { recursive: true, force: true });
    await cp(state, copy, { recursive: true });
    for (const file of files) {
      const damaged = path.join(copy, file);
      const content = await readFile(damaged);
      await writeFile(damaged, damages[damage]?.(content) ?? assert.fail());
    }
    return lab("up", "--no-serve", "--state", copy, "--config", "desiredCount=2");
  }

  async function filesOf(dir: string): Promise<string[]> {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        path.relative(dir, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"),
      )
      .sort();
  }

  for (const damage of Object.keys(damages)) {
    it(`succeeds although all files that can be rebuilt are ${damage}`, async () => {
      const files = await filesOf(state);
      for (const one of IRREPLACEABLE)
        assert.ok(files.includes(one), `${one} of ${files.join(" ")}`);
      const others = files.filter((file) => !IRREPLACEABLE.includes(file) && !SPARE.test(file));
      assert.ok(others.length >= 8, others.join(" "));
      const { code, stdout, stderr } = await updated(others, damage);
      assert.equal(code, 0, stdout + stderr);
      assert.doesNotMatch(stdout + stderr, BARE);
    });

    for (const file of IRREPLACEABLE.filter((one) => !UNDETECTED.includes(`${one} ${damage}`))) {
      it(`reports ${file} if it is ${damage}, and says what helps`, async () => {
        const { code, stderr } = await updated([file], damage);
        assert.equal(code, 1);
        assert.ok(stderr.startsWith(`error: ${path.join(copy, file)}`), stderr);
        assert.match(stderr, /restore|Restore|remove|recover|Write/);
        assert.doesNotMatch(stderr, BARE);
        assert.equal(stderr.trim().split("\n").length, 1, stderr);
      });
    }
  }
});
