import assert from "node:assert/strict";
import fc from "fast-check";
import { WeightedTurn } from "../../../../lab/runtime/dataplane/alb/weightedTurn";

describe("WeightedTurn", () => {
  it("gives each key exactly as many turns per round as its weight", () => {
    const weights = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(weights, (values) => {
        const entries = values.map((weight, index) => ({ key: `group ${index}`, weight }));
        const total = values.reduce((sum, weight) => sum + weight, 0);
        const turn = new WeightedTurn();
        const turns = Array.from({ length: total }, () => turn.next(entries));
        for (const { key, weight } of entries) {
          assert.equal(turns.filter((one) => one === key).length, weight);
        }
      }),
    );
  });

  it("gives no key a turn when all weights are 0", () => {
    assert.equal(new WeightedTurn().next([{ key: "a", weight: 0 }]), undefined);
  });
});
