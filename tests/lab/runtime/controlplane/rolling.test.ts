import assert from "node:assert/strict";
import fc from "fast-check";
import { failureThreshold } from "../../../../lab/runtime/controlplane/ecs/scheduler/failureDetection";
import { backoffMs } from "../../../../lab/runtime/controlplane/ecs/scheduler/throttle";
import { rolling } from "../../../../lab/runtime/controlplane/ecs/scheduler/rolling";

interface Fake {
  readonly arn: string;
  readonly deploymentId: string;
  healthy: boolean;
  unhealthy: boolean;
  unplaced: boolean;
  draining: boolean;
}

/** As on Fargate, which has room for every task. */
const placed = { unplaced: false, draining: false };

const deployment = fc.record({
  desiredCount: fc.integer({ min: 0, max: 12 }),
  minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
  maximumPercent: fc.integer({ min: 100, max: 300 }),
  oldCount: fc.integer({ min: 0, max: 12 }),
  oldHealthy: fc.integer({ min: 0, max: 0xfff }),
});

describe("rolling", () => {
  it("stays within minimum and maximum, and ends with only new tasks or blocked", () => {
    fc.assert(
      fc.property(deployment, fc.infiniteStream(fc.boolean()), (given, coin) => {
        const { desiredCount, minimumHealthyPercent, maximumPercent } = given;
        const most = Math.floor((desiredCount * maximumPercent) / 100);
        const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
        let tasks: Fake[] = Array.from({ length: given.oldCount }, (_, index) => ({
          arn: `old ${index}`,
          deploymentId: "old",
          healthy: ((given.oldHealthy >> index) & 1) === 1,
          unhealthy: false,
          ...placed,
        }));
        const healthy = () => tasks.filter((task) => task.healthy).length;

        for (let round = 0; round < 1000; round++) {
          const step = rolling.next({ ...given, primaryId: "new", instances: [], tasks });
          const before = healthy();
          if (step.start > 0) assert.ok(tasks.length + step.start <= most);
          tasks = tasks.filter(({ arn }) => !step.stop.includes(arn));
          assert.ok(healthy() >= Math.min(before, least), "stopped a task that was needed");
          for (let index = 0; index < step.start; index++) {
            tasks.push({
              arn: `new ${round} ${index}`,
              deploymentId: "new",
              healthy: false,
              unhealthy: false,
              ...placed,
            });
          }
          const waiting = tasks.filter(
            (task) => task.deploymentId === "new" && !task.healthy && !task.unhealthy,
          );
          if (step.start + step.stop.length + waiting.length === 0) {
            const isDone =
              tasks.length === desiredCount &&
              tasks.every(({ deploymentId }) => deploymentId === "new");
            assert.equal(step.blocked, !isDone);
            return;
          }
          assert.equal(step.blocked, false);
          if (coin.next().value === true) continue; // asked again before anything changed
          // The first waiting task gets its health, the others may; in the first rounds some are unhealthy.
          for (const [index, task] of waiting.entries()) {
            if (index > 0 && coin.next().value === true) continue;
            task.unhealthy = round < 5 && coin.next().value === true;
            task.healthy = !task.unhealthy;
          }
        }
        assert.fail("it never settled");
      }),
    );
  });

  it("is never blocked when the limits allow one task more or one fewer", () => {
    fc.assert(
      fc.property(deployment, (given) => {
        const { desiredCount, minimumHealthyPercent, maximumPercent } = given;
        const most = Math.floor((desiredCount * maximumPercent) / 100);
        const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
        fc.pre(most > desiredCount || least < desiredCount);
        const tasks = Array.from({ length: desiredCount }, (_, index) => ({
          arn: `old ${index}`,
          deploymentId: "old",
          healthy: true,
          unhealthy: false,
          ...placed,
        }));
        const step = rolling.next({ ...given, primaryId: "new", instances: [], tasks });
        assert.equal(step.blocked, false);
        assert.ok(desiredCount === 0 || step.start + step.stop.length > 0);
      }),
    );
  });

  it("stops unhealthy tasks before healthy ones when it scales in", () => {
    const step = rolling.next({
      desiredCount: 1,
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      primaryId: "new",
      tasks: [
        { arn: "a", deploymentId: "new", healthy: false, unhealthy: false, ...placed },
        { arn: "b", deploymentId: "new", healthy: true, unhealthy: false, ...placed },
      ],
      instances: [],
    });
    assert.deepEqual(step.stop, ["a"]);
  });

  it("stops old tasks to make room for new ones on the instances, as far as the minimum allows", () => {
    const old = ["a", "b", "c", "d"].map((arn) => ({
      arn,
      deploymentId: "old",
      healthy: true,
      unhealthy: false,
      ...placed,
    }));
    const waiting = ["e", "f", "g", "h"].map((arn) => ({
      arn,
      deploymentId: "new",
      healthy: false,
      unhealthy: false,
      draining: false,
      unplaced: true,
    }));
    const next = (minimumHealthyPercent: number) =>
      rolling.next({
        desiredCount: 4,
        minimumHealthyPercent,
        maximumPercent: 200,
        primaryId: "new",
        tasks: [...old, ...waiting],
        instances: ["i-1", "i-2", "i-3", "i-4"],
      });
    assert.deepEqual(next(50), { start: 0, stop: ["a", "b"], blocked: false });
    assert.deepEqual(next(100), { start: 0, stop: [], blocked: false });
  });

  it("replaces a healthy task on a draining instance before stopping it", () => {
    const task = { deploymentId: "new", unhealthy: false, unplaced: false };
    const leaving = { ...task, arn: "a", healthy: true, draining: true };
    const next = (successors: boolean[]) =>
      rolling.next({
        desiredCount: 1,
        minimumHealthyPercent: 100,
        maximumPercent: 200,
        primaryId: "new",
        tasks: [
          leaving,
          ...successors.map((healthy) => ({ ...task, arn: "b", healthy, draining: false })),
        ],
        instances: ["i-2"],
      });
    assert.deepEqual(next([]), { start: 1, stop: [], blocked: false });
    assert.deepEqual(next([false]), { start: 0, stop: [], blocked: false });
    assert.deepEqual(next([true]), { start: 0, stop: ["a"], blocked: false });
  });
});

describe("failureThreshold", () => {
  it("is half the desired count, between 3 and 200", () => {
    assert.deepEqual([0, 1, 6, 7, 25, 400, 1000].map(failureThreshold), [3, 3, 3, 4, 13, 200, 200]);
  });
});

describe("backoffMs", () => {
  it("doubles after each failure up to the limit", () => {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 99].map((n) => backoffMs(n, 100, 500)),
      [0, 100, 200, 400, 500, 500],
    );
  });
});
