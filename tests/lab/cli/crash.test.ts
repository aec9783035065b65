import assert from "node:assert/strict";

import {
  accountOf,
  engineTimeout,
  lab,
  labReport,
  LabProcess,
  pulumiCli,
  stateFolder,
} from "./harness";

describe("a lab that is killed in the middle of an update", function () {
  this.timeout(2 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(pulumiCli);
  beforeEach(async () => ({ state, remove } = await stateFolder()));
  afterEach(() => remove());

  it("recovers with the next update: nothing doubled and nothing lost", async () => {
    const killed = new LabProcess(["up", "--no-serve", "--state", state]);
    // Somewhere between the first resources and the last.
    await killed.prints(/Updating stack/);
    await killed.prints(/Subnet .* created/);
    killed.child.kill("SIGKILL");
    await killed.exit();

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
});
