import assert from "node:assert/strict";
import { steppedCount } from "../../../../lab/runtime/controlplane/ecs/stepScaling";

const limits = { minCapacity: 1, maxCapacity: 10 };

// Application Auto Scaling user guide, "How step scaling works".
describe("steppedCount", () => {
  const steps = (adjustmentType: string, adjustments: readonly number[], least = 0) => ({
    adjustmentType,
    minAdjustmentMagnitude: least,
    stepAdjustments: [
      [-Infinity, -20],
      [-20, 0],
      [0, 20],
      [20, Infinity],
    ].map(([from = 0, to = 0], i) => ({
      metricIntervalLowerBound: from,
      metricIntervalUpperBound: to,
      scalingAdjustment: adjustments[i] ?? 0,
    })),
  });

  it("takes the step next to the threshold, within the limits", () => {
    const change = steps("ChangeInCapacity", [-3, -1, 2, 5]);
    assert.equal(steppedCount(change, "above", 4, limits), 6);
    assert.equal(steppedCount(change, "below", 4, limits), 3);
    assert.equal(steppedCount(change, "above", 9, limits), 10);
    assert.equal(steppedCount(change, "below", 1, limits), 1);
    assert.equal(steppedCount({ ...change, stepAdjustments: [] }, "above", 4, limits), 4);
  });

  it("sets a count", () => {
    assert.equal(steppedCount(steps("ExactCapacity", [1, 2, 7, 9]), "above", 4, limits), 7);
  });

  it("changes by percent, by at least one task and the minimum magnitude", () => {
    const percent = steps("PercentChangeInCapacity", [-50, -10, 30, 60]);
    assert.equal(steppedCount(percent, "above", 5, limits), 6);
    assert.equal(steppedCount(percent, "above", 2, limits), 3);
    assert.equal(steppedCount(percent, "below", 5, limits), 4);
    const atLeast = steps("PercentChangeInCapacity", [-50, -10, 30, 60], 3);
    assert.equal(steppedCount(atLeast, "above", 4, limits), 7);
    assert.equal(steppedCount(atLeast, "below", 9, limits), 6);
  });
});
