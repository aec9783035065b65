import assert from "node:assert/strict";
import fc from "fast-check";
import {
  canarySteps,
  linearSteps,
  weightsOf,
} from "../../../../lab/runtime/controlplane/traffic/shiftPlan";

/** A percentage from `least` to 100 in steps of 0.1. */
const percentage = (least: number) =>
  fc.integer({ min: least * 10, max: 1000 }).map((tenths) => tenths / 10);

describe("linearSteps", () => {
  it("shift equal parts up to 100 percent, and wait after each but the last", () => {
    fc.assert(
      fc.property(percentage(3), fc.integer({ min: 0, max: 1440 }), (percent, minutes) => {
        const steps = linearSteps(percent, minutes);
        assert.equal(steps.at(-1)?.percent, 100);
        assert.equal(steps.at(-1)?.bakeMinutes, 0);
        assert.ok(steps.slice(0, -1).every(({ bakeMinutes }) => bakeMinutes === minutes));
        let before = 0;
        for (const [index, step] of steps.entries()) {
          const part = step.percent - before;
          assert.ok(part > 0 && part <= percent + 1e-6, `${part} percent in one step`);
          if (index < steps.length - 1) assert.ok(Math.abs(part - percent) < 1e-6);
          before = step.percent;
        }
      }),
    );
  });

  it("are one step of 100 percent, ten of 10, or end with a smaller one", () => {
    assert.deepEqual(linearSteps(100, 5), [{ percent: 100, bakeMinutes: 0 }]);
    assert.deepEqual(
      linearSteps(10, 5).map(({ percent }) => percent),
      [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    );
    assert.deepEqual(
      linearSteps(33.3, 1).map(({ percent }) => percent),
      [33.3, 66.6, 99.9, 100],
    );
  });
});

describe("canarySteps", () => {
  it("shift a part and then the rest, or all at once", () => {
    assert.deepEqual(canarySteps(5, 10), [
      { percent: 5, bakeMinutes: 10 },
      { percent: 100, bakeMinutes: 0 },
    ]);
    assert.deepEqual(canarySteps(100, 10), [{ percent: 100, bakeMinutes: 0 }]);
  });
});

describe("weightsOf", () => {
  it("returns whole numbers that a rule accepts, in the exact proportion of the percentage", () => {
    fc.assert(
      fc.property(percentage(0), (percent) => {
        const { blue, green } = weightsOf(percent);
        for (const weight of [blue, green]) {
          assert.ok(Number.isInteger(weight) && weight >= 0 && weight <= 999, `${weight}`);
        }
        assert.ok(Math.abs((green / (blue + green)) * 100 - percent) < 1e-9);
      }),
    );
  });
});
