import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";

import fc from "fast-check";

import { watchMemory } from "../../bench/processTree";
import { median, minimum, quantile } from "../../bench/statistics";

describe("benchmark statistics", () => {
  it("have a median, which is the middle value or the mean of the two middle ones", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.throws(() => median([]), /no values/);
  });

  it("have as many values above the median as below", () => {
    // Whole milliseconds: between two neighbouring fractions there may be no number at all.
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 1 }), (values) => {
        const middle = median(values);
        const above = values.filter((one) => one > middle).length;
        const below = values.filter((one) => one < middle).length;
        assert.equal(above, below);
        assert.ok(minimum(values) <= middle);
      }),
    );
  });
});

describe("quantiles", () => {
  it("are the smallest value that the given share does not exceed", () => {
    const twenty = Array.from({ length: 20 }, (_, i) => 20 - i);
    assert.deepEqual(
      [0, 0.05, 0.5, 0.95, 1].map((share) => quantile(twenty, share)),
      [1, 1, 10, 19, 20],
    );
    assert.throws(() => quantile([], 0.5), /no values/);
  });
});

describe("the memory of a process tree", () => {
  it("counts what a child of the process holds", async () => {
    const hold = `const held = Buffer.alloc(200 * 1024 * 1024, 1);
      process.stdout.write("holding"); setInterval(() => held.at(0), 1000);`;
    const program = `const child = require("child_process").spawn(
      process.execPath, ["-e", ${JSON.stringify(hold)}], { stdio: "inherit" });
      process.on("SIGTERM", () => { child.kill(); process.exit(); });`;
    const parent = spawn(process.execPath, ["-e", program], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(parent.stdout, "data");
    // It first measures when the child already holds its memory.
    const peak = watchMemory(parent.pid ?? 0);
    const most = await peak();
    parent.kill();
    await once(parent, "exit");
    assert.ok(most > 200);
  });
});
