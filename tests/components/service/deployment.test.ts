import assert from "node:assert/strict";

import fc from "fast-check";

import { deploymentProblems } from "../../../components/service/deployment";

const percents = (minimumHealthyPercent: number, maximumPercent: number) => ({
  minimumHealthyPercent,
  maximumPercent,
});

/** Whether a scheduler that may move one task at a time replaces all of `desired`. */
function replacesAll(desired: number, minimum: number, maximum: number, room: number): boolean {
  let [old, fresh] = [desired, 0];
  for (;;) {
    const running = old + fresh;
    if (fresh === desired) return true;
    const mayStart = (running + 1) * 100 <= desired * maximum && running + 1 <= room;
    const mayStop = old > 0 && (running - 1) * 100 >= desired * minimum;
    if (mayStart) fresh += 1;
    else if (mayStop) old -= 1;
    else return false;
  }
}

describe("a rolling deployment", () => {
  it("is accepted exactly if a scheduler that obeys the limits can finish it", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 100, max: 200 }),
        fc.nat(30),
        (desired, minimum, maximum, spare) => {
          const tasks = desired + spare;
          const problems = deploymentProblems(desired, percents(minimum, maximum), {
            tasks,
            reason: "",
          });
          assert.equal(problems.length === 0, replacesAll(desired, minimum, maximum, tasks));
        },
      ),
    );
  });

  it("of one task with min 100 / max 200 needs room for a second", () => {
    const reason = "1 t3.micro holds 1 task, limited by network interfaces";
    assert.deepEqual(deploymentProblems(1, percents(100, 200), { tasks: 2, reason }), []);
    const [problem] = deploymentProblems(1, percents(100, 200), { tasks: 1, reason });
    assert.match(
      problem ?? "",
      /could never proceed: minimumHealthyPercent 100 of 1 task .* but 1 t3\.micro holds 1 task, limited by network interfaces; allow more instances/,
    );
  });

  it("may stop the only task first where the minimum allows it", () => {
    assert.deepEqual(deploymentProblems(1, percents(0, 100), { tasks: 1, reason: "" }), []);
  });

  it("cannot proceed with min 100 / max 100, or if rounding leaves no room", () => {
    assert.match(
      deploymentProblems(2, percents(100, 100)).join(),
      /minimumHealthyPercent 100 and maximumPercent 100 of 2 tasks allow neither one task less nor one more/,
    );
    assert.match(deploymentProblems(1, percents(50, 150)).join(), /could never proceed/);
  });

  it("has nothing to replace without tasks", () => {
    assert.deepEqual(deploymentProblems(0, percents(100, 100)), []);
  });

  it("is refused for more tasks than there is room for", () => {
    assert.deepEqual(
      deploymentProblems(7, percents(0, 200), { tasks: 6, reason: "6 t3.micro hold 1 task each" }),
      [
        "desiredCount 7 has no room: 6 t3.micro hold 1 task each; allow more instances or take a larger type",
      ],
    );
  });

  it("is refused for percentages that ECS does not accept", () => {
    assert.match(
      deploymentProblems(1, percents(101, 99)).join(),
      /minimumHealthyPercent 101 .* from 0 to 100,maximumPercent 99 .* from 100 to 200/,
    );
  });

  it("that moves requests needs room for twice the tasks, whatever the percentages", () => {
    const room = { tasks: 5, reason: "5 instances hold 1 task each" };
    const blueGreen = { ...percents(100, 100), strategy: "BLUE_GREEN" as const };
    assert.deepEqual(deploymentProblems(2, blueGreen, room), []);
    assert.deepEqual(deploymentProblems(3, blueGreen), []);
    assert.deepEqual(deploymentProblems(3, blueGreen, room), [
      "deployment.strategy BLUE_GREEN has no room for twice 3 tasks: 5 instances hold 1 task each; " +
        "allow more instances or use ROLLING",
    ]);
  });
});
