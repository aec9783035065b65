import assert from "node:assert/strict";

import fc from "fast-check";

import { timeLeft } from "../../../../lab/ui/commands/countdown";
import { table } from "../../../../lab/ui/commands/table";

const linesOf = (text: readonly string[]) => text.join("\n").split("\n");
const widest = (text: readonly string[]) => Math.max(...linesOf(text).map((line) => line.length));

describe("a table of the status", () => {
  it("is as wide as what it shows, if that fits", () => {
    const [, , , row] = linesOf(table(["a", "b"], [[{ full: "12345", short: "1" }, "x"]], 16));
    assert.equal(row, "│ 12345 │ x │");
  });

  it("shortens what would be too wide, in all its rows", () => {
    const id = (full: string) => ({ full, short: full.slice(0, 2) });
    const lines = linesOf(table(["id"], [[id("1234567890")], [id("abcd")]], 10));
    assert.deepEqual(lines.slice(3, 5), ["│ 12 │", "│ ab │"]);
  });

  it("has rules between rows only if a row takes several lines", () => {
    const count = (rows: string[][]) =>
      linesOf(table(["a"], rows, 12)).filter((line) => line.startsWith("├")).length;
    assert.equal(count([["one"], ["two"], ["three"]]), 1);
    assert.equal(count([["one"], ["twenty two"], ["three"]]), 3);
  });

  it("wraps between words if that is still too wide", () => {
    const lines = linesOf(table(["why", "n"], [["ab cd handson-dev", "1"]], 18));
    assert.deepEqual(lines.slice(3, 5), ["│ ab cd    │ 1 │", "│ handson- │   │"]);
  });

  it("is never wider than allowed, and loses nothing", () => {
    const text = fc.stringMatching(/^[a-z0-9 .:/-]{0,60}$/);
    const rows = fc.array(fc.tuple(text, text, text, text), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(rows, (cells) => {
        const shown = table(["a", "b", "c", "d"], cells);
        assert.ok(widest(shown) <= 100);
        const letters = (from: string) => from.replace(/[^a-z0-9.:/-]/g, "");
        for (const at of [0, 1, 2, 3]) {
          const column = linesOf(shown).map((line) => line.split("│")[at + 1] ?? "");
          const all = letters(column.join(""));
          for (const row of cells) assert.ok(all.includes(letters(row[at] ?? "")));
        }
      }),
    );
  });

  it("counts two columns for characters that take two", () => {
    const lines = linesOf(table(["name"], [["山田花子山田花子"]], 16));
    assert.deepEqual(lines.slice(3, 5), ["│ 山田花子山田 │", "│ 花子         │"]);
  });

  it("is as wide as it needs to be without a limit", () => {
    const long = "x".repeat(120);
    assert.equal(widest(table(["a"], [[long]], Infinity)), 124);
  });

  it("is empty without rows", () => {
    assert.deepEqual(table(["a"], []), []);
  });
});

describe("the time left", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");

  it("is shown in seconds, until it is over", () => {
    assert.equal(timeLeft("2026-01-01T00:00:07.200Z", now), ", 8 s left");
    assert.equal(timeLeft("2026-01-01T00:00:00Z", now), "");
    assert.equal(timeLeft(undefined, now), "");
  });
});
