import assert from "node:assert/strict";

import fc from "fast-check";

import { waits } from "../../bench/arrivals";

describe("the waiting times of learners", () => {
  const arrivals = fc.array(fc.record({ at: fc.nat(600), takes: fc.integer({ min: 1, max: 60 }) }));

  it("include what others before them take if no worker is free", () => {
    const three = [
      { at: 1, takes: 10 },
      { at: 0, takes: 10 },
      { at: 2, takes: 5 },
    ];
    assert.deepEqual(waits(three, 1), [10, 19, 23]);
    assert.deepEqual(waits(three, 2), [10, 10, 13]);
  });

  it("are what their own stacks take if there is a worker for each", () => {
    fc.assert(
      fc.property(arrivals, (learners) => {
        const inOrder = [...learners].sort((a, b) => a.at - b.at);
        assert.deepEqual(
          waits(learners, Math.max(1, learners.length)),
          inOrder.map(({ takes }) => takes),
        );
      }),
    );
  });

  it("are never shorter with fewer workers", () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 4 }), (learners, workers) => {
        const more = waits(learners, workers + 1);
        assert.ok(waits(learners, workers).every((wait, i) => wait >= (more[i] ?? 0)));
      }),
    );
  });
});
