import assert from "node:assert/strict";

import { engineTimeout, lab, stateFolder } from "./harness";

describe("the pipeline's commands, while nothing is served", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;

  before(async () => {
    ({ state, remove } = await stateFolder());
  });
  after(() => remove());

  for (const command of ["push", "approve"]) {
    it(`${command} says so`, async () => {
      const { code, stderr } = await lab(command, "--state", state);
      assert.equal(code, 1);
      assert.match(stderr, /^error: .*(serve|run)/);
    });
  }
});
