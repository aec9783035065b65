import assert from "node:assert/strict";
import { EarliestTimer } from "../../../../lab/runtime/controlplane/earliestTimer";

const HOUR_MS = 3_600_000;

describe("EarliestTimer", () => {
  for (const times of [
    [1, HOUR_MS],
    [HOUR_MS, 1],
  ]) {
    it(`goes off at the earliest time, set to ${times.join(" and then ")} ms`, async () => {
      let calls = 0;
      await new Promise<void>((done) => {
        const timer = new EarliestTimer(() => {
          calls++;
          done();
        });
        for (const time of times) timer.set(time);
      });
      assert.equal(calls, 1);
    });
  }

  it("goes off again when it is set again", async () => {
    let calls = 0;
    await new Promise<void>((done) => {
      const timer = new EarliestTimer(() => {
        calls++;
        if (calls === 1) timer.set(1);
        else done();
      });
      timer.set(1);
    });
    assert.equal(calls, 2);
  });

  it("does not go off when it was cleared", async () => {
    let calls = 0;
    const timer = new EarliestTimer(() => calls++);
    timer.set(0);
    timer.clear();
    await new Promise<void>((done) => {
      new EarliestTimer(done).set(1); // set later and for later
    });
    assert.equal(calls, 0);
  });
});
