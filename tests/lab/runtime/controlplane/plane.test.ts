import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, LOOK_MS, startPlane, until } from "./plane";

describe("until", () => {
  afterEach(endPlanes);

  it("looks no more once the test has ended, which may be because its time is over", async () => {
    const plane = await startPlane(new MemoryAccount());
    let looks = 0;
    const refused = assert.rejects(
      until(plane, () => ++looks === 0),
      /the test has ended/,
    );
    await endPlanes();
    await refused;
    const during = looks;
    // Timers of one length end in the order in which they began.
    await setTimeout(LOOK_MS);
    assert.equal(looks, during);
  });

  it("fails with what its condition throws, when it first does", async () => {
    const account = new MemoryAccount();
    const plane = await startPlane(account);
    let looks = 0;
    const waiting = until(plane, () => {
      if (++looks === 2) throw new Error("there is no such service");
      return false;
    });
    await assert.rejects(waiting, /there is no such service/);
    assert.equal(looks, 2);
  });
});
