import assert from "node:assert/strict";

import { runsPerMonth } from "../../policies/cost/runs";

describe("the runs of a schedule in a month", () => {
  for (const [expression, runs] of [
    ["rate(1 hour)", 730],
    ["rate(5 minutes)", 8760],
    ["rate(1 days)", 730 / 24],
    ["at(2030-01-01T00:00:00)", 1],
    ["cron(0 3 * * ? *)", 730 / 24],
    ["cron(0/15 8-9 ? * MON-FRI *)", (8 * (730 / 24) * 5) / 7],
    ["cron(0,30 * 1 * ? *)", 48],
    ["cron(0 0 1 JAN,JUL ? *)", 1 / 6],
    ["cron(0 0 L * ? *)", 1],
    ["cron(*/10 * ? * 2#1 *)", (144 * (730 / 24)) / 7],
  ] as const) {
    it(`are as many as ${expression} says`, () => {
      assert.ok(
        Math.abs((runsPerMonth(expression) ?? NaN) - runs) < 1e-9,
        String(runsPerMonth(expression)),
      );
    });
  }

  it("are not known if the expression is not a schedule", () => {
    assert.equal(runsPerMonth("daily"), undefined);
    assert.equal(runsPerMonth("rate(0 hours)"), undefined);
    assert.equal(runsPerMonth("cron(0 3 * * ?)"), undefined);
  });
});
