import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { Project } from "../../../lab/engine/project";
import { StackSettings } from "../../../lab/engine/stackSettings";
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

  it("are shown with where each comes from and its default", async () => {
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

  it("go back to the program's own when they are taken back, and only once", async () => {
    await settings.write(await settings.with({ learner: "bob", cpu: "512" }));
    await settings.unset("learner");
    assert.match(await shown(), /^ {2}learner = ann /m);
    await settings.unset("cpu");
    await assert.rejects(settings.unset("cpu"), /cpu is not set for stack dev/);
  });

  it("take the region as the provider's, whichever way it is written", async () => {
    assert.match(await settings.with({ region: "us-east-1" }), /aws:region: us-east-1/);
    assert.match(await settings.with({ "aws:region": "us-east-1" }), /aws:region: us-east-1/);
  });
});
