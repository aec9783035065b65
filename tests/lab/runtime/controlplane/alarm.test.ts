import assert from "node:assert/strict";
import { Alarm } from "../../../../lab/runtime/controlplane/alarm";

const HOUR_MS = 3_600_000;

describe("Alarm", () => {
  for (const times of [
    [1, HOUR_MS],
    [HOUR_MS, 1],
  ]) {
    it(`rings at the earliest time, set to ${times.join(" and then ")} ms`, async () => {
      let rings = 0;
      await new Promise<void>((rung) => {
        const alarm = new Alarm(() => {
          rings++;
          rung();
        });
        for (const time of times) alarm.in(time);
      });
      assert.equal(rings, 1);
    });
  }

  it("rings again when it is set again", async () => {
    let rings = 0;
    await new Promise<void>((rung) => {
      const alarm = new Alarm(() => {
        rings++;
        if (rings === 1) alarm.in(1);
        else rung();
      });
      alarm.in(1);
    });
    assert.equal(rings, 2);
  });

  it("does not ring when it was put off", async () => {
    let rings = 0;
    const alarm = new Alarm(() => rings++);
    alarm.in(0);
    alarm.off();
    await new Promise<void>((rung) => {
      new Alarm(rung).in(1); // set later and for later
    });
    assert.equal(rings, 0);
  });
});
