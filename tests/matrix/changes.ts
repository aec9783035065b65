import assert from "node:assert/strict";

import { pulumiCli } from "../lab/cli/harness";
import { type Chapters, type Row, rows, standing, type Step } from "./rows";
import { ofShard } from "./shard";
import { reasons, StandingStack } from "./standingStack";

/** Long enough for one operation of the engine on a busy machine, in milliseconds. */
const operationTimeout = 180_000;

describe(`settings of a deployed stack (shard ${process.env.SHARD ?? "1/1"})`, () => {
  before(pulumiCli);

  const mine = ofShard(rows, process.env.SHARD);
  for (const chapters of new Set(mine.map((row) => row.chapters))) {
    describe(`on a stack of ${chapters}`, () => {
      changesOn(
        chapters,
        mine.filter((row) => row.chapters === chapters),
      );
    });
  }
});

function changesOn(chapters: Chapters, list: readonly Row[]): void {
  let stack: StandingStack;

  before(async function () {
    this.timeout(operationTimeout);
    const steps = list.flatMap((row) => row.steps);
    const besideClass = steps.some(({ values }) => values.sharedNetwork !== undefined);
    stack = await StandingStack.deploy(standing(chapters), besideClass);
  });
  after(() => stack.remove());

  // The rows share the stack: after a failure it is restored to what it was at first.
  afterEach(async function () {
    if (this.currentTest?.state !== "passed") await stack.putBack();
  });

  for (const { title, steps } of list) {
    it(title, async function () {
      this.timeout((steps.length + 1) * operationTimeout);
      for (const step of steps) await take(stack, step);
      const { values } = steps.at(-1) ?? { values: standing(chapters) };
      const report = await stack.preview(values);
      assert.deepEqual(Object.keys(report.changes), ["same"], `at the end\n${reasons(report)}`);
    });
  }
}

/** A change either works, or the preview says why it does not; an update never fails. */
async function take(stack: StandingStack, { values, refused }: Step): Promise<void> {
  const report = await stack.up(values);
  const { operation, result } = report;
  const what = `${JSON.stringify(values)}: ${operation} ${result}\n${reasons(report)}`;
  if (refused === undefined) {
    assert.equal(result, "succeeded", what);
    return;
  }
  assert.deepEqual([operation, result], ["preview", "failed"], what);
  assert.match(reasons(report), refused);
}
