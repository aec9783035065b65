import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import type { Log } from "sarif";

import { repository } from "../../../lab/repository";
import { engineTimeout, lab, pulumiCli, stateFolder } from "./harness";

describe("lab preview --report", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  before(async () => ({ state, remove } = await stateFolder()));
  after(() => remove());

  it("writes SARIF that points at the line which declares the resource", async () => {
    const out = path.join(state, "reports", "policies.sarif");
    const args = ["preview", "--state", state, "--report", "sarif", "--out", out];
    const { code, stdout } = await lab(...args);
    assert.equal(code, 0);
    assert.match(stdout, /aws:ecs:Service/, "the plan is still printed");
    const log = JSON.parse(await readFile(out, "utf8")) as Log;
    const result = log.runs[0]?.results?.find(({ ruleId }) => ruleId === "listener-https");
    const { artifactLocation, region } = result?.locations?.[0]?.physicalLocation ?? {};
    const source = await readFile(path.join(repository, artifactLocation?.uri ?? ""), "utf8");
    assert.match(source.split("\n")[(region?.startLine ?? 0) - 1] ?? "", /new aws\.lb\.Listener\(/);
  });
});
