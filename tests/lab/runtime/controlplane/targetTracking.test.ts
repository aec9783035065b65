import assert from "node:assert/strict";
import fc from "fast-check";
import { trackedCount } from "../../../../lab/runtime/controlplane/ecs/targetTracking";

const rule = { targetValue: 100, disableScaleIn: false, minCapacity: 1, maxCapacity: 10 };
const times = (count: number, value: number) => Array.from({ length: count }, () => value);

describe("trackedCount", () => {
  it("grows in proportion after three points above the target, up to the maximum", () => {
    assert.equal(trackedCount(times(3, 250), 2, rule), 5);
    assert.equal(trackedCount(times(2, 250), 2, rule), 2);
    assert.equal(trackedCount([250, 100, 250], 2, rule), 2);
    assert.equal(trackedCount(times(3, 9999), 2, rule), 10);
  });

  it("shrinks after fifteen points below nine tenths of it, down to the minimum", () => {
    assert.equal(trackedCount(times(15, 50), 4, rule), 2);
    assert.equal(trackedCount(times(14, 50), 4, rule), 4);
    assert.equal(trackedCount([...times(14, 50), 90], 4, rule), 4);
    assert.equal(trackedCount(times(15, 0), 4, rule), 1);
    assert.equal(trackedCount(times(15, 0), 4, { ...rule, disableScaleIn: true }), 4);
  });

  it("only moves towards the target, and stays within the limits", () => {
    const values = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 10 }), (points, count) => {
        const next = trackedCount(points, count, rule);
        assert.ok(next >= 1 && next <= 10);
        const last = points.at(-1) ?? 100;
        if (next > count) assert.ok(last > 100);
        if (next < count) assert.ok(last < 90);
      }),
    );
  });
});
