import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, LOOK_MS, startPlane, until } from "./plane";

describe("until", () => {
  afterEach(endPlanes);

  it("stops looking once the test has ended, even by a timeout", async () => {
    const plane = await startPlane(new MemoryAccount());
    let looks = 0;
    const refused = assert.rejects(
      until(plane, () => ++looks === 0),
      /the test has ended/,
    );
    await endPlanes();
    await refused;
    const during = looks;
    // Timers of equal length fire in the order in which they were set.
    await setTimeout(LOOK_MS);
    assert.equal(looks, during);
  });

  it("rejects with the first error that its condition throws", async () => {
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
