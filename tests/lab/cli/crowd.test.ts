import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { workDirs } from "../../../lab/engine/workDirs";
import { accountOf, engineTimeout, lab, labReport, pulumiCli, stateFolder } from "./harness";

describe("several labs that begin at once in a fresh folder", function () {
  this.timeout(3 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  beforeEach(async () => ({ state, remove } = await stateFolder()));
  afterEach(() => remove());

  it("all update their stacks, two of them the same one after the other", async () => {
    const up = (stack: string) => lab("up", "--no-serve", "--state", state, "--stack", stack);
    const ended = await Promise.all(["one", "two", "three", "three"].map(up));
    for (const { code, stdout, stderr } of ended) assert.equal(code, 0, stdout + stderr);
    const waited = ended.filter(({ stderr }) => stderr.includes("works on stack three; waiting"));
    assert.ok(waited.length > 0);
    const urns = (await accountOf(state)).map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length, "no resource twice");
  });

  it("begin though `stack init` was killed and left the engine's lock", async () => {
    const locks = workDirs(state, "dev").locks("ecs-handson");
    await mkdir(locks, { recursive: true });
    const left = { pid: spawnSync("true").pid, username: "", hostname: "", timestamp: "" };
    await writeFile(path.join(locks, "1.json"), JSON.stringify(left));
    const { errors, result } = await labReport("preview", "--state", state);
    assert.deepEqual([errors, result], [[], "succeeded"]);
  });
});
