import * as assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { workDirs } from "../../../lab/engine/workDirs";
import { Session } from "../../../lab/ui/commands/session/session";

describe("an update of a stack that was updated before", function () {
  this.timeout(180_000);

  let state: string;
  let session: Session;

  beforeEach(async () => {
    state = await mkdtemp(path.join(tmpdir(), "last-update-"));
    session = await open();
    assert.equal((await session.up()).result, "succeeded");
  });

  afterEach(async () => {
    await session.close();
    await rm(state, { recursive: true });
  });

  it("is skipped if nothing changed, and reported like one that found nothing to do", async () => {
    const before = await stateText();
    const report = await session.up();
    assert.equal(await stateText(), before);
    assert.equal(report.operation, "up");
    assert.equal(report.result, "succeeded");
    assert.deepEqual(Object.keys(report.changes), ["same"]);
    assert.deepEqual(report.outputs, { name: "/one", password: "[secret]" });
    assert.ok("ecs-handson" in report.policyPacks);
  });

  it("runs for an option that no preview shows", async () => {
    await reopen({ protect: "true" });
    const report = await session.up();
    assert.deepEqual(Object.keys(report.changes), ["same"]);
    assert.equal((await resource("one")).protect, true);
  });

  it("runs for a secret that changed in an output", async () => {
    const before = await stateText();
    await reopen({ password: "second-password" });
    await session.up();
    assert.notEqual(await stateText(), before);
  });

  it("runs if something else has touched the state since", async () => {
    await session.refresh();
    const before = await stateText();
    await session.up();
    assert.notEqual(await stateText(), before);
  });

  it("keeps only a digest of what the program registered", async () => {
    const file = path.join(workDirs(state, "dev").work, "last-update.json");
    const kept = JSON.parse(await readFile(file, "utf8")) as Record<string, string>;
    assert.deepEqual(
      Object.entries(kept).map(([key, { length }]) => [key, length]),
      [
        ["registrations", 43],
        ["state", 43],
      ],
    );
  });

  const open = (config?: Record<string, string>) =>
    Session.open({
      stack: "dev",
      state,
      programDir: path.join(__dirname, "../programs/last-update"),
      config,
      json: true,
      signal: new AbortController().signal,
    });

  /** The settings of a session are given when it opens. */
  async function reopen(config: Record<string, string>): Promise<void> {
    await session.close();
    session = await open(config);
  }

  const stateText = () => readFile(workDirs(state, "dev").stackFile("last-update"), "utf8");

  async function resource(name: string): Promise<{ urn: string; protect?: boolean }> {
    const { checkpoint } = JSON.parse(await stateText()) as {
      checkpoint: { latest: { resources: { urn: string; protect?: boolean }[] } };
    };
    const found = checkpoint.latest.resources.find(({ urn }) => urn.endsWith(`::${name}`));
    return found ?? assert.fail(`the state has no ${name}`);
  }
});
