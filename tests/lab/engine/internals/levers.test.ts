import * as assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { LeverNote } from "ecs-handson-loader/lever.cjs";

import type { OperationReport } from "../../../../lab/engine/operation";
import { Session } from "../../../../lab/ui/commands/session/session";
import { renamed, type Renaming } from "../../../renamed";

interface Outcome {
  report: OperationReport;
  effective: Record<string, boolean>;
}

/** Previews a program that the policies refuse, with packages in which some names are replaced. */
async function preview(...renamings: Renaming[]): Promise<Outcome> {
  const state = await mkdtemp(path.join(tmpdir(), "levers-"));
  const notes = path.join(state, "levers");
  const before = { ...process.env };
  const { args, env } = renamed(renamings);
  Object.assign(process.env, env, { NODE_OPTIONS: args.join(" "), LAB_LEVERS: notes });
  try {
    const session = await Session.open({
      stack: "dev",
      state,
      programDir: path.join(__dirname, "../../programs/violations"),
      json: true,
      signal: new AbortController().signal,
    });
    const report = await session.preview().finally(() => session.close());
    const lines = (await readFile(notes, "utf8")).trim().split("\n");
    const all = lines.map((line) => JSON.parse(line) as LeverNote);
    return {
      report,
      effective: Object.fromEntries(all.map((note) => [note.lever, note.effective])),
    };
  } finally {
    for (const name of ["NODE_OPTIONS", "LAB_LEVERS", "RENAMED"]) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
    await rm(state, { recursive: true });
  }
}

/** A report with its findings sorted, as the engine handles resources in any order. */
function sorted(report: OperationReport): OperationReport {
  const key = (finding: OperationReport["findings"][number]) => JSON.stringify(finding);
  return { ...report, findings: report.findings.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

function withoutLines(report: OperationReport): OperationReport {
  const findings = report.findings.map((finding) => ({ ...finding, source: undefined }));
  return sorted({ ...report, findings });
}

describe("a program in the lab whose SDK uses other names", function () {
  this.timeout(180_000);
  let usual: Outcome;

  before(async () => {
    usual = await preview();
  });

  it("runs with all levers on the usual SDK, and its findings have lines", () => {
    assert.deepEqual(usual.effective, {
      "one-source-map": true,
      "errors-at-once": true,
      unparsed: true,
      "when-used": true,
      "no-debug-messages": true,
      "no-promise-traces": true,
      "late-debugger": true,
      observe: true,
      "early-start": true,
    });
    assert.ok(usual.report.findings.some(({ source }) => source !== undefined));
  });

  it("does the same, more slowly, if none of the SDK's debugging can be skipped", async () => {
    const { report, effective } = await preview(
      [".js", "exports.debug = debug;", "exports.debugAnew = debug;"],
      [".js", "log.debug(", "log.debugAnew("],
      [".js", "debuggablePromise", "tracedPromise"],
      [".js", "isInitializedAsync", "isConnectedAsync"],
    );
    assert.equal(effective["early-start"], true);
    assert.deepEqual(
      ["no-debug-messages", "no-promise-traces", "late-debugger"].map((name) => effective[name]),
      [false, false, false],
    );
    assert.deepEqual(sorted(report), sorted(usual.report));
  });

  it("does the same if its runner reads source maps and shows errors differently", async () => {
    const { report, effective } = await preview(
      [
        "cmd/run/index.js",
        "source-map-support/register",
        "source-map-support/register-hook-require",
      ],
      ["cmd/run/error.js", "util.inspect(err, { colors: true })", "`${err.stack}`"],
    );
    assert.equal(effective["one-source-map"], false);
    assert.equal(effective["errors-at-once"], false);
    assert.deepEqual(withoutLines(report), withoutLines(usual.report));
  });

  it("has the same findings, without lines, if it registers resources differently", async () => {
    const { report, effective } = await preview(
      ["proto/resource_grpc_pb.js", "registerResource: {", "registerResourceAnew: {"],
      ["runtime/resource.js", "monitor.registerResource(", "monitor.registerResourceAnew("],
    );
    assert.equal(effective.observe, false);
    assert.ok(report.findings.length > 0);
    assert.ok(report.findings.every(({ source }) => source === undefined));
    assert.deepEqual(withoutLines(report), withoutLines(usual.report));
  });

  it("has the same findings if it reports source locations differently", async () => {
    const { report, effective } = await preview([
      "proto/resource_pb.js",
      "getStacktrace",
      "getPlaces",
    ]);
    assert.equal(effective.observe, false);
    assert.deepEqual(withoutLines(report), withoutLines(usual.report));
  });

  const early: Record<string, Renaming> = {
    "its options cannot be set early": [".js", "resetOptions", "setOptionsAnew"],
    "its settings cannot be set early": [".js", "setAllConfig", "setSettingsAnew"],
    "its folder is passed differently": [
      ".js",
      "PULUMI_NODEJS_ROOT_DIRECTORY",
      "PULUMI_NODEJS_ROOT",
    ],
  };
  for (const [why, renaming] of Object.entries(early)) {
    it(`is started again, later, if ${why}`, async () => {
      const { report, effective } = await preview(renaming);
      assert.equal(effective["early-start"], false);
      assert.deepEqual(sorted(report), sorted(usual.report));
    });
  }

  it("does the same if the function serializer requests the debugger differently", async () => {
    const { report, effective } = await preview([".js", "getSessionAsync", "getDebuggerAsync"]);
    assert.equal(effective["late-debugger"], false);
    assert.deepEqual(sorted(report), sorted(usual.report));
  });

  const registering: Record<string, Renaming[]> = {
    "it reports the end of the stack differently": [
      ["proto/resource_grpc_pb.js", "registerResourceOutputs: {", "registerOutputs: {"],
      ["runtime/resource.js", "monitor.registerResourceOutputs(", "monitor.registerOutputs("],
    ],
    "it could also register resources in another way": [
      [
        "proto/resource_grpc_pb.js",
        "registerResource: {",
        "registerResources: {}, registerResource: {",
      ],
    ],
  };
  for (const [why, renamings] of Object.entries(registering)) {
    it(`has the same findings, and skips no update, if ${why}`, async () => {
      const { report, effective } = await preview(...renamings);
      assert.equal(effective.observe, false);
      assert.deepEqual(withoutLines(report), withoutLines(usual.report));
    });
  }
});
