import * as assert from "node:assert/strict";

import { timeBareStacks, timeClass } from "../../bench/class";

describe("a class against bare stacks", function () {
  this.timeout(300_000);

  it("deploys on a shared network, and says how many resources each stack has", async () => {
    const { timing, resources, seconds } = await timeClass({ learners: 1, atOnce: 1 });
    assert.ok(timing.seconds > 0 && timing.peakMiB > 0);
    assert.equal(resources.length, 2);
    assert.ok(seconds.length === 2 && seconds.every((each) => each > 0));
    assert.ok(resources.every((count) => count > 10));
  });

  it("deploys more bare stacks than an account may have VPCs by default", async () => {
    const { seconds, peakMiB, each } = await timeBareStacks([3, 8, 3, 3, 3, 3], 2);
    assert.ok(seconds > 0 && peakMiB > 0);
    assert.ok(each.length === 6 && each.every((one) => one > 0 && one < seconds));
  });
});
