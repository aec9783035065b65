import * as assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { comparisonTable } from "../../bench/comparison";
import { openFloor } from "../../bench/floor/floor";
import { timeNode, typescript } from "../../bench/timedProcess";

describe("a comparison with the floor", function () {
  this.timeout(180_000);

  it("shows minimum, median and peak of both sides, and the ratio of the minima", () => {
    const timings = (...seconds: number[]) =>
      seconds.map((time) => ({ seconds: time, peakMiB: 100 * time }));
    const { columns, rows } = comparisonTable([
      { what: "preview", ours: timings(3, 2, 7), floor: timings(4, 5, 8) },
    ]);
    assert.deepEqual(rows, [["preview", 2, 3, 700, 4, 5, 800, 0.5]]);
    assert.equal(columns.length, rows[0]?.length);
  });

  it("creates, previews and destroys as many resources as asked for on the floor", async () => {
    const floor = await openFloor();
    try {
      for (const operation of ["up", "preview", "destroy"]) {
        const { seconds, peakMiB } = await floor.time(operation, 8);
        assert.ok(seconds > 0 && peakMiB > 0);
      }
    } finally {
      await floor.close();
    }
  });

  it("previews the same flat program in the lab, judged by the pack", async () => {
    const state = await mkdtemp(path.join(tmpdir(), "bench-test-"));
    try {
      const { peakMiB } = await timeNode(typescript("bench/previewInLab.ts", "8", state));
      assert.ok(peakMiB > 0);
    } finally {
      await rm(state, { recursive: true });
    }
  });

  it("reports the output of a command that fails", async () => {
    await assert.rejects(timeNode(["-e", "throw new Error('no such bench')"]), /no such bench/);
  });
});
