import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { type Run, RunStore } from "../../../../lab/delivery/pipeline/runStore";

const run: Run = {
  id: "1a2b3c4d",
  trigger: "CreatePipeline",
  status: "Succeeded",
  startedAt: "2026-01-01T00:00:00.000Z",
  stages: [
    {
      name: "Source",
      status: "Succeeded",
      actions: [{ name: "Source", provider: "CodeCommit", status: "Succeeded" }],
    },
  ],
  artifacts: { source: { bucket: "artifacts", key: "a" } },
  variables: { SourceVariables: { CommitId: "1a2b3c4" } },
};

describe("stored executions", () => {
  let state: string;
  let store: RunStore;
  let file: string;

  beforeEach(() => {
    state = mkdtempSync(path.join(tmpdir(), "lab-"));
    store = new RunStore(state);
    store.save("deploy", run);
    file = path.join(state, "pipelines", "deploy", run.id, "run.json");
  });
  afterEach(() => {
    rmSync(state, { recursive: true, force: true });
  });

  it("are read back as they were, with a format version", () => {
    assert.deepEqual(store.list("deploy"), [run]);
    assert.equal((JSON.parse(readFileSync(file, "utf8")) as { version: unknown }).version, 1);
  });

  it("are read from files that have no version yet", () => {
    writeFileSync(file, JSON.stringify(run));
    assert.deepEqual(store.list("deploy"), [run]);
  });

  it("are rejected if they have a later version", () => {
    writeFileSync(file, JSON.stringify({ ...run, version: 2 }));
    assert.throws(
      () => store.list("deploy"),
      /run\.json has version 2, but this lab knows versions up to 1: use the lab that wrote it, or remove .*1a2b3c4d, which only loses this execution$/,
    );
  });

  it("are rejected if they are damaged, with what to remove", () => {
    for (const text of ['{"id":', '{"version":1}', "null"]) {
      writeFileSync(file, text);
      assert.throws(() => store.list("deploy"), /run\.json is damaged: remove .*1a2b3c4d, which/);
    }
  });

  it("have logs that lose their beginning when they grow long", () => {
    const place = { stage: "Build", action: "Build" };
    const line = "x".repeat(1024 * 1024);
    for (let at = 0; at < 20; at++) store.log("deploy", run.id, place, `${at} ${line}`);
    const lines = store.readLog("deploy", run.id, place);
    assert.ok(lines.length >= 4 && lines.length <= 10, String(lines.length));
    assert.deepEqual(
      lines.map((text) => Number(text.split(" ")[0])),
      Array.from(lines, (_, at) => 20 - lines.length + at),
    );
  });
});
