import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { OperationReport } from "../../../lab/engine/operation";
import { StackReports, toStackReport } from "../../../lab/host/stackReports";

const report = (stack: string, rest: Partial<OperationReport> = {}): OperationReport => ({
  operation: "up",
  stack,
  result: "succeeded",
  changes: { create: 3 },
  policyPacks: {},
  findings: [],
  errors: [],
  ...rest,
});

describe("StackReports", () => {
  let state: string;
  beforeEach(async () => {
    state = await mkdtemp(path.join(tmpdir(), "lab-"));
  });
  afterEach(() => rm(state, { recursive: true, force: true }));

  it("keeps the last report of each stack for a later process", async () => {
    const reports = await StackReports.open(state);
    await reports.put(toStackReport(report("dev", { operation: "preview" })));
    await reports.put(toStackReport(report("bob")));
    await reports.put(toStackReport(report("dev")));
    const later = await StackReports.open(state);
    assert.deepEqual(
      later.list().map(({ stack, operation }) => [stack, operation]),
      [
        ["bob", "up"],
        ["dev", "up"],
      ],
    );
  });

  it("keeps neither outputs nor error messages", async () => {
    const reports = await StackReports.open(state);
    const secrets = { outputs: { password: "hunter2" }, errors: ["wrong: hunter2"] };
    await reports.put(toStackReport(report("dev", secrets)));
    assert.doesNotMatch(await readFile(path.join(state, "reports.json"), "utf8"), /hunter2/);
    assert.equal(reports.list()[0]?.errors, 1);
  });

  it("forgets a stack that was destroyed, but not one whose destruction failed", async () => {
    const reports = await StackReports.open(state);
    await reports.put(toStackReport(report("dev")));
    await reports.put(toStackReport(report("dev", { operation: "destroy", result: "failed" })));
    assert.equal(reports.list().length, 1);
    await reports.put(toStackReport(report("dev", { operation: "destroy" })));
    assert.deepEqual(reports.list(), []);
  });

  it("starts empty if its file is damaged", async () => {
    await writeFile(path.join(state, "reports.json"), '[{"stack":');
    assert.deepEqual((await StackReports.open(state)).list(), []);
  });

  it("reads a file that has no version yet", async () => {
    const file = path.join(state, "reports.json");
    await writeFile(file, JSON.stringify([toStackReport(report("dev"))]));
    const reports = await StackReports.open(state);
    await reports.put(toStackReport(report("bob")));
    const written = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    assert.equal(written.version, 1);
    assert.deepEqual(written.reports, reports.list());
    assert.equal(reports.list().length, 2);
  });

  it("rejects a file of a later version, and says what to do", async () => {
    await writeFile(path.join(state, "reports.json"), '{"version":2}');
    await assert.rejects(
      StackReports.open(state),
      /reports\.json has version 2, but this lab knows versions up to 1: use the lab that wrote it, or remove it/,
    );
  });
});
