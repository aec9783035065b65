import assert from "node:assert/strict";
import fc from "fast-check";
import { daemon } from "../../../../lab/runtime/controlplane/ecs/scheduler/daemon";
import type { TaskSnapshot } from "../../../../lab/runtime/controlplane/ecs/scheduler/schedulingStrategy";

const service = { desiredCount: 0, maximumPercent: 100, primaryId: "new" };

function on(instanceId: string, deploymentId: string, changes: Partial<TaskSnapshot> = {}) {
  return {
    arn: `${deploymentId} on ${instanceId}`,
    deploymentId,
    healthy: true,
    unhealthy: false,
    unplaced: false,
    draining: false,
    instanceId,
    ...changes,
  };
}

describe("daemon", () => {
  it("starts one task on each instance that has none, and stops tasks that drain or have no place", () => {
    const step = daemon.next({
      ...service,
      minimumHealthyPercent: 0,
      instances: ["i-1", "i-2"],
      tasks: [
        on("i-1", "new"),
        on("i-7", "old"), // its instance drains, but still has other tasks
        on("i-8", "new", { draining: true }),
        on("i-9", "new", { unplaced: true, healthy: false }),
      ],
    });
    assert.deepEqual(step.startOn, ["i-2"]);
    assert.deepEqual(step.stop, ["new on i-8", "new on i-9"]);
  });

  it("is blocked when no healthy old task may stop for its successor", () => {
    const next = (minimumHealthyPercent: number) =>
      daemon.next({
        ...service,
        minimumHealthyPercent,
        instances: ["i-1", "i-2"],
        tasks: [on("i-1", "old"), on("i-2", "old")],
      });
    assert.deepEqual(next(100), { start: 0, startOn: [], stop: [], blocked: true });
    assert.deepEqual(next(50).stop, ["old on i-1"]);
    assert.deepEqual(next(0).stop, ["old on i-1", "old on i-2"]);
  });

  it("ends with one new task on each instance, never two, and keeps the minimum", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 99 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        (count, minimumHealthyPercent, hasOld) => {
          // With one instance, any minimum above 0 % is that instance's task.
          fc.pre(Math.ceil((count * minimumHealthyPercent) / 100) < count || count === 0);
          const instances = Array.from({ length: count }, (_, index) => `i-${index}`);
          const least = Math.ceil((count * minimumHealthyPercent) / 100);
          let tasks: TaskSnapshot[] = instances
            .filter((_, index) => hasOld[index])
            .map((id) => on(id, "old"));
          for (let round = 0; round < 50; round++) {
            const before = tasks.filter(({ healthy }) => healthy).length;
            const step = daemon.next({ ...service, minimumHealthyPercent, instances, tasks });
            assert.equal(step.blocked, false);
            if (step.start + step.stop.length === 0) break;
            tasks = tasks.filter(({ arn }) => !step.stop.includes(arn));
            const healthy = tasks.filter((task) => task.healthy).length;
            assert.ok(healthy >= Math.min(before, least), "stopped a task that was needed");
            tasks = [...tasks, ...(step.startOn ?? []).map((id) => on(id, "new"))];
            assert.equal(new Set(tasks.map((task) => task.instanceId)).size, tasks.length);
          }
          assert.deepEqual(
            tasks.map(({ arn }) => arn).sort(),
            instances.map((id) => `new on ${id}`),
          );
        },
      ),
    );
  });
});
