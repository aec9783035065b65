import assert from "node:assert/strict";

import { nextTime, parseSchedule } from "../../../lab/shared/schedule";

// 2026-01-01 is a Thursday.
const NEW_YEAR = new Date("2026-01-01T00:00:00Z");

function due(expression: string, after = NEW_YEAR, since = NEW_YEAR): string | undefined {
  const schedule = parseSchedule(expression);
  assert.ok(schedule, expression);
  return nextTime(schedule, after, since)?.toISOString().slice(0, 16);
}

// Amazon EventBridge user guide, "Setting a schedule pattern for scheduled rules (legacy)".
describe("schedules of EventBridge", () => {
  it("are due when their cron expression says so", () => {
    for (const [expression, time] of [
      ["cron(0 3 * * ? *)", "2026-01-01T03:00"],
      ["cron(0 0 * * ? *)", "2026-01-02T00:00"],
      ["cron(15 10 ? * MON-FRI *)", "2026-01-01T10:15"],
      ["cron(0/10 * ? * mon-fri *)", "2026-01-01T00:10"],
      ["cron(*/30 8-9 ? * SAT,1 *)", "2026-01-03T08:00"],
      ["cron(0 12 L * ? *)", "2026-01-31T12:00"],
      ["cron(0 12 ? * L *)", "2026-01-03T12:00"],
      ["cron(0 12 ? * 6L *)", "2026-01-30T12:00"],
      ["cron(0 12 ? * TUE#2 *)", "2026-01-13T12:00"],
      ["cron(0 12 4W * ? *)", "2026-01-05T12:00"],
      ["cron(0 12 1W 8 ? *)", "2026-08-03T12:00"],
      ["cron(0 0 29 2 ? *)", "2028-02-29T00:00"],
      ["cron(30 23 ? JAN 5#1 2027)", "2027-01-07T23:30"],
      ["cron(0 0 1 1 ? 2025)", undefined],
    ] as const) {
      assert.equal(due(expression), time, expression);
    }
  });

  it("are due at their rate, counted from their beginning", () => {
    const since = new Date("2026-01-01T00:00:30Z");
    assert.equal(due("rate(1 minute)", since, since), "2026-01-01T00:01");
    assert.equal(
      due("rate(12 hours)", new Date("2026-01-05T13:00:00Z"), since),
      "2026-01-06T00:00",
    );
  });

  it("are rejected if EventBridge would reject them", () => {
    for (const expression of [
      "rate(5 minute)",
      "rate(1 minutes)",
      "rate(0 minutes)",
      "rate(10 seconds)",
      "cron(0 3 * * *)",
      "cron(0 3 * * * *)",
      "cron(0 3 ? * ? *)",
      "cron(60 3 * * ? *)",
      "cron(0 3-1 * * ? *)",
      "cron(0 3 32 * ? *)",
      "cron(0 3 ? * 8 *)",
      "cron(0 3 * 1/0 ? *)",
      "at(2026-01-01T00:00:00)",
      "every day",
    ]) {
      assert.equal(parseSchedule(expression), undefined, expression);
    }
  });
});

describe("a schedule of EventBridge Scheduler", () => {
  const next = (expression: string, timeZone: string, after: string) => {
    const schedule = parseSchedule(expression, timeZone);
    assert.ok(schedule, expression);
    return nextTime(schedule, new Date(after), new Date(after))?.toISOString();
  };

  it("is due by the clock of its time zone, through changes to and from summer time", () => {
    const nightly = "cron(0 3 * * ? *)";
    assert.equal(next(nightly, "Asia/Tokyo", "2026-01-01T00:00:00Z"), "2026-01-01T18:00:00.000Z");
    assert.equal(next(nightly, "Asia/Tokyo", "2026-01-01T17:59:59Z"), "2026-01-01T18:00:00.000Z");
    assert.equal(next(nightly, "Asia/Tokyo", "2026-01-01T18:00:00Z"), "2026-01-02T18:00:00.000Z");
    assert.equal(
      next(nightly, "Europe/Berlin", "2026-03-28T12:00:00Z"),
      "2026-03-29T01:00:00.000Z",
    );
    assert.equal(
      next(nightly, "Europe/Berlin", "2026-10-24T12:00:00Z"),
      "2026-10-25T02:00:00.000Z",
    );
  });

  it("is due once if it has a fixed time, and never after", () => {
    const once = "at(2026-12-01T03:00:00)";
    assert.equal(next(once, "Asia/Tokyo", "2026-01-01T00:00:00Z"), "2026-11-30T18:00:00.000Z");
    assert.equal(next(once, "UTC", "2026-12-01T03:00:00Z"), undefined);
  });

  it("accepts a rate with its unit in singular or plural, and rejects what is not a schedule", () => {
    assert.equal(next("rate(1 hours)", "UTC", "2026-01-01T00:00:00Z"), "2026-01-01T01:00:00.000Z");
    for (const wrong of ["at(2026-13-01T00:00:00)", "at(now)", "rate(0 days)", "daily"]) {
      assert.equal(parseSchedule(wrong, "UTC"), undefined, wrong);
    }
    assert.equal(parseSchedule("at(2026-01-31T09:00:00)", "Moon/Tycho"), undefined);
  });
});
