import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";

import type { AccountView } from "../../../../lab/account/record";
import { buildIdOf, buildLogsIn } from "../../../../lab/delivery/pipeline/buildLogs";
import { RunStore } from "../../../../lab/delivery/pipeline/runStore";

const BUILD = { stage: "Build", action: "Build" };
const arn = "arn:aws:codebuild:ap-northeast-1:123456789012:project/image";

/** An account with a pipeline whose build project has this configuration of its logs. */
function accountWith(logsConfig: object): AccountView {
  const outputs: Record<string, object> = {
    "aws:codepipeline/pipeline:Pipeline": {
      arn: "arn:aws:codepipeline:ap-northeast-1:123456789012:deploy",
      name: "deploy",
      artifactStores: [{ location: "artifacts" }],
      stages: [
        {
          name: "Build",
          actions: [
            {
              name: "Build",
              category: "Build",
              provider: "CodeBuild",
              configuration: { ProjectName: "image" },
            },
          ],
        },
      ],
    },
    "aws:codebuild/project:Project": {
      arn,
      name: "image",
      environment: { image: "aws/codebuild/standard" },
      source: {},
      ...logsConfig,
    },
  };
  const list = (type: string) => {
    const found = outputs[type];
    return found === undefined ? [] : [{ type, id: arn, inputs: {}, outputs: found }];
  };
  return { list } as unknown as AccountView;
}

describe("the logs of builds", () => {
  let state: string;
  let store: RunStore;

  beforeEach(() => {
    state = mkdtempSync(path.join(tmpdir(), "lab-"));
    store = new RunStore(state);
    const run = { id: "1a2b3c4d", trigger: "CreatePipeline", status: "Succeeded" as const };
    const startedAt = "2026-01-01T00:00:00.000Z";
    store.save("deploy", { ...run, startedAt, stages: [], artifacts: {}, variables: {} });
  });
  afterEach(() => {
    rmSync(state, { recursive: true, force: true });
  });

  it("are in the group that the project specifies, or CodeBuild's own, each in its build's stream", () => {
    const before = new Date().toISOString();
    store.log("deploy", "1a2b3c4d", BUILD, "Step 1");
    const named = accountWith({ logsConfig: { cloudwatchLogs: { groupName: "/builds" } } });
    const [log] = buildLogsIn(named, store, "/builds");
    assert.equal(log?.stream, buildIdOf({ runId: "1a2b3c4d", ...BUILD }));
    assert.match(log.stream, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.equal(log.lines[0]?.message, "Step 1");
    assert.ok(log.lines[0].at >= before);
    assert.deepEqual(buildLogsIn(named, store, "/aws/codebuild/image"), []);
    const plain = buildLogsIn(accountWith({}), store, "/aws/codebuild/image");
    assert.deepEqual(plain, [log]);
  });

  it("can be read as an earlier lab wrote them, without times", () => {
    const file = path.join(state, "pipelines", "deploy", "1a2b3c4d", "Build.Build.log");
    writeFileSync(file, "Step 1\nStep 2\n");
    assert.deepEqual(store.readLog("deploy", "1a2b3c4d", BUILD), ["Step 1", "Step 2"]);
    const [line] = store.readTimedLog("deploy", "1a2b3c4d", BUILD);
    assert.ok(!Number.isNaN(Date.parse(line?.at ?? "")));
  });
});
