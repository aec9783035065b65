import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { BaseFiles, policyConfigOf } from "../../../lab/engine/base";
import type { Project } from "../../../lab/engine/project";
import { StackSettings } from "../../../lab/engine/stackSettings";
import { workDirs } from "../../../lab/engine/workDirs";
import { defaultPolicyConfig } from "../../../lab/shared/repository";
import { describeSettings } from "../../../lab/ui/commands/config";

describe("the settings of a stack in the lab", () => {
  let folder: string;
  let settings: StackSettings;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "settings-"));
    const directory = path.join(folder, "program");

    await mkdir(directory);
    await writeFile(path.join(directory, "Pulumi.dev.yaml"), "config:\n  app:learner: ann\n");
    const project = {
      name: "app",
      directory,
      config: { learner: { default: "dev" }, cpu: { type: "integer", default: 256 }, count: {} },
    } as unknown as Project;
    settings = new StackSettings({ stack: "dev", project, folder, workDir: folder });
    await settings.takeOver();
  });
  afterEach(() => rm(folder, { recursive: true }));

  const shown = async (all = false) => {
    // eslint-disable-next-line no-control-regex
    return describeSettings("dev", await settings.list(), all).replace(/\u001b\[\d+m/g, "");
  };

  it("are shown with their sources and defaults", async () => {
    await settings.write(await settings.with({ cpu: "512" }));
    assert.deepEqual((await shown()).split("\n"), [
      "Settings of stack dev",
      "  cpu = 512 (set for dev; default 256)",
      "  learner = ann (the program's stack settings; default dev)",
      "1 more have their default; --all shows them",
    ]);
    await settings.unset("cpu");
    assert.match(await shown(true), /^ {2}cpu = 256 \(default\)$/m);
  });

  it("return to the program's own when they are unset, which is possible only once", async () => {
    await settings.write(await settings.with({ learner: "bob", cpu: "512" }));
    await settings.unset("learner");
    assert.match(await shown(), /^ {2}learner = ann /m);
    await settings.unset("cpu");
    await assert.rejects(settings.unset("cpu"), /cpu is not set for stack dev/);
  });

  describe("that were taken over from the program", () => {
    const takenOver = () => path.join(folder, "program-settings.json");

    it("are stored with a version", async () => {
      assert.deepEqual(JSON.parse(await readFile(takenOver(), "utf8")), {
        version: 1,
        settings: { "app:learner": "ann" },
      });
    });

    it("are read from a file that has no version yet", async () => {
      await settings.write(await settings.with({ learner: "bob" }));
      await writeFile(takenOver(), JSON.stringify({ "app:learner": "ann" }));
      await settings.takeOver();
      assert.match(await shown(), /^ {2}learner = bob /m);
      await writeFile(takenOver(), JSON.stringify({ "app:learner": "cy" }));
      await settings.takeOver();
      assert.match(await shown(), /^ {2}learner = ann /m);
    });

    it("are rejected if a newer lab stored them", async () => {
      await writeFile(takenOver(), JSON.stringify({ version: 2, settings: {} }));
      await assert.rejects(
        settings.takeOver(),
        /program-settings\.json has version 2, but this lab knows versions up to 1: [^\n]*$/,
      );
    });
  });

  it("treat the region as the provider's, whichever way it is written", async () => {
    assert.match(await settings.with({ region: "us-east-1" }), /aws:region: us-east-1/);
    assert.match(await settings.with({ "aws:region": "us-east-1" }), /aws:region: us-east-1/);
  });

  describe("that a class set up", () => {
    const policies = () => path.join(folder, "policies.json");
    beforeEach(async () => {
      await writeFile(policies(), '{ "all": "mandatory" }');
      await settings.setUp("class spring", { learner: "bob", cpu: "512" }, policies());
    });

    it("are stored with a version, and read from a file that has none yet", async () => {
      const file = path.join(folder, "base-settings.json");
      const { version, ...base } = JSON.parse(await readFile(file, "utf8")) as { version: number };
      assert.equal(version, 1);
      await writeFile(file, JSON.stringify(base));
      assert.equal(await settings.setUpBy(), "class spring");
      await writeFile(file, JSON.stringify({ ...base, version: 2 }));
      await assert.rejects(settings.setUpBy(), /base-settings\.json has version 2, but this lab/);
    });

    it("are the class's values, to which unset ones return", async () => {
      await settings.write(await settings.with({ cpu: "1024" }));
      assert.deepEqual((await shown()).split("\n").slice(1, 3), [
        "  cpu = 1024 (set for dev; default 256)",
        "  learner = bob (class spring; default dev)",
      ]);
      await settings.unset("cpu");
      assert.match(await shown(), /^ {2}cpu = 512 \(class spring; default 256\)$/m);
    });

    it("stay as a learner set them while nothing changes in the class", async () => {
      await settings.write(await settings.with({ cpu: "1024" }));
      await settings.takeOver();
      assert.match(await shown(), /^ {2}cpu = 1024 /m);
    });

    it("follow the class when it changes or drops them", async () => {
      await settings.write(await settings.instead({ learner: "cy" }));
      await settings.setUp("class spring", { learner: "cy" }, policies());
      assert.match(await shown(), /^ {2}learner = cy \(class spring/m);
      assert.doesNotMatch(await shown(), /cpu/);
    });

    it("are the program's again once the class is gone", async () => {
      await settings.forgetSetUp();
      assert.match(await shown(), /^ {2}learner = ann \(the program's stack settings/m);
    });

    it("come with its policies, unless others are given", async () => {
      const state = path.join(folder, "state");
      const workDir = workDirs(state, "dev").work;
      const place = { state, stack: "dev" };
      assert.equal(policyConfigOf(place), defaultPolicyConfig);
      await mkdir(workDir, { recursive: true });
      await new BaseFiles(workDir).write({ from: "class spring", config: {} }, policies());
      assert.equal(await readFile(policyConfigOf(place), "utf8"), '{ "all": "mandatory" }');
      assert.equal(policyConfigOf({ ...place, policyConfig: "own.json" }), "own.json");
    });
  });
});
