import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

import {
  accountOf,
  engineTimeout,
  lab,
  labReport,
  LabProcess,
  pulumiCli,
  stateFolder,
} from "./harness";

/** Waits until no process of an engine that worked on a state folder is left. */
async function engineIsGone(state: string): Promise<void> {
  for (;;) {
    // With their environments, which contain the folder's path.
    const flags = process.platform === "darwin" ? "axEww" : "axeww";
    const { stdout } = await promisify(execFile)("ps", [flags], { maxBuffer: 2 ** 26 });
    if (!stdout.includes(state)) return;
    await sleep(100);
  }
}

describe("an update that is cut off", function () {
  this.timeout(2 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  beforeEach(async () => ({ state, remove } = await stateFolder()));
  afterEach(() => remove());

  /** Starts an update and sends it a signal once it has created a resource of a type. */
  async function cutOff(signal: NodeJS.Signals, type: string) {
    const update = new LabProcess(["up", "--no-serve", "--verbose", "--state", state]);
    await update.prints(new RegExp(`Updating stack[^]* ${type} \\S+ created`));
    update.child.kill(signal);
    return update.exit();
  }

  it("by Ctrl-C stops the engine and ends with code 1, and the next update continues", async () => {
    const { code, stderr } = await cutOff("SIGINT", "aws:ec2:Subnet");
    assert.equal(code, 1);
    assert.match(stderr, /up failed/);
    const report = await labReport("up", "--no-serve", "--state", state);
    assert.deepEqual(report.errors, []);
    const urns = (await accountOf(state)).map(({ urn }) => urn);
    assert.equal(new Set(urns).size, urns.length);
  });

  for (const type of ["aws:ec2:Vpc", "aws:ec2:RouteTable", "aws:lb:TargetGroup"]) {
    it(`by kill -9 after ${type} is recovered by the next one, with nothing duplicated or lost`, async () => {
      await cutOff("SIGKILL", type);
      await engineIsGone(state);

      const report = await labReport("up", "--no-serve", "--state", state);
      assert.deepEqual(report.errors, []);
      assert.equal(report.result, "succeeded");

      const account = await accountOf(state);
      const urns = account.map(({ urn }) => urn);
      assert.equal(new Set(urns).size, urns.length, "no resource twice");
      const exported = JSON.parse((await lab("export", "--state", state)).stdout) as {
        deployment: { resources: { type: string; urn: string; id?: string }[] };
      };
      const inState = exported.deployment.resources
        .filter(({ type }) => type.startsWith("aws:"))
        .map(({ urn, id }) => `${urn} ${id ?? ""}`);
      assert.deepEqual(account.map(({ urn, id }) => `${urn} ${id}`).sort(), inState.sort());

      const again = await labReport("up", "--no-serve", "--state", state);
      assert.deepEqual(Object.keys(again.changes), ["same"]);
    });
  }
});
