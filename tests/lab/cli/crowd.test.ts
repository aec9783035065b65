import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import * as path from "node:path";

import { stackOf } from "../../../lab/account/record";
import { workDirs } from "../../../lab/engine/workDirs";
import { accountOf, engineTimeout, lab, labReport, pulumiCli, stateFolder } from "./harness";

describe("several labs that start at once in a fresh folder", function () {
  this.timeout(3 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  beforeEach(async () => ({ state, remove } = await stateFolder()));
  afterEach(() => remove());

  it("all update their stacks, and those with the same stack take turns", async () => {
    const up = (stack: string) => lab("up", "--no-serve", "--state", state, "--stack", stack);
    const ended = await Promise.all(["one", "two", "three", "three"].map(up));
    for (const { code, stdout, stderr } of ended) assert.equal(code, 0, stdout + stderr);
    const waited = ended.filter(({ stderr }) =>
      stderr.includes("is working on stack three; waiting"),
    );
    assert.ok(waited.length > 0);
    const urns = (await accountOf(state)).map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length, "no resource twice");
  });

  it("refuse those beyond the quotas in one sentence before anything is created, and update all others", async () => {
    const up = (n: number) => lab("up", "--no-serve", "--state", state, "--stack", `s${n}`);
    const stacks = Array.from({ length: 10 }, (_, i) => i + 1);
    const ended = await Promise.all(stacks.map(up));
    const refused = stacks.filter((_, i) => ended[i]?.code !== 0);
    assert.equal(refused.length, 5, ended.map(({ stdout, stderr }) => stdout + stderr).join("\n"));
    const resources = await accountOf(state);
    for (const n of refused) {
      const { code, stderr } = ended[n - 1] ?? assert.fail();
      assert.equal(code, 1);
      const [message, ...others] = stderr.split("\n").filter((line) => line.startsWith("error: "));
      assert.match(
        message ?? "",
        /^error: nothing was created, because stack s\d+ does not fit into the account's quotas: vpcs \(5 in [^)]*\), .*; npm run lab -- quota vpcs=\d+ /,
      );
      assert.deepEqual(others, []);
      assert.doesNotMatch(stderr, /LimitExceeded/);
      assert.equal(resources.filter((record) => stackOf(record) === `s${n}`).length, 0);
      assert.ok(!existsSync(path.join(state, "work", `s${n}`, "operation.json")));
    }
    const { code, stdout, stderr } = await lab(
      ...["quota", "--state", state, "vpcs=10", "internetGateways=10", "elasticIps=10"],
      "natGateways=10",
    );
    assert.equal(code, 0, stdout + stderr);
    for (const again of await Promise.all(refused.map(up))) {
      assert.equal(again.code, 0, again.stdout + again.stderr);
    }
    const after = await accountOf(state);
    const counts = stacks.map((n) => after.filter((one) => stackOf(one) === `s${n}`).length);
    assert.ok(
      counts.every((count) => count > 0 && count === counts[0]),
      counts.join(" "),
    );
  });

  it("start although a killed `stack init` left the engine's lock", async () => {
    const locks = workDirs(state, "dev").locks("ecs-handson");
    await mkdir(locks, { recursive: true });
    const left = { pid: spawnSync("true").pid, username: "", hostname: "", timestamp: "" };
    await writeFile(path.join(locks, "1.json"), JSON.stringify(left));
    const { errors, result } = await labReport("preview", "--state", state);
    assert.deepEqual([errors, result], [[], "succeeded"]);
  });
});
