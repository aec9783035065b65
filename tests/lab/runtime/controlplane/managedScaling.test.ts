import assert from "node:assert/strict";
import fc from "fast-check";
import {
  capacityProviderReservation,
  desiredInstances,
  fits,
  instancesNeeded,
} from "../../../../lab/runtime/controlplane/ec2/managedScaling";

const micro = { cpu: 2048, memory: 921, interfaces: 1 };
const task = { cpu: 0, memory: 128, interfaces: 1 };

describe("instancesNeeded", () => {
  it("counts an instance for each waiting task when interfaces run out", () => {
    const waiting = [task, task, task].map((size) => ({ size, distinct: false }));
    assert.equal(instancesNeeded(2, waiting, micro), 5);
    assert.equal(instancesNeeded(2, waiting, { ...micro, interfaces: 2 }), 4);
  });

  it("counts an instance for each task that must be alone, and none for one that never fits", () => {
    const size = { ...task, interfaces: 0 };
    const waiting = [1, 2, 3].map(() => ({ size, distinct: true }));
    assert.equal(instancesNeeded(0, waiting, micro), 3);
    const huge = { size: { ...task, memory: 5000 }, distinct: false };
    assert.equal(instancesNeeded(1, [huge], micro), 1);
  });

  it("makes room for all waiting tasks that fit, with no more instances than tasks", () => {
    const sizes = fc.record({
      cpu: fc.integer({ min: 0, max: 2500 }),
      memory: fc.integer({ min: 6, max: 1000 }),
      interfaces: fc.integer({ min: 0, max: 1 }),
    });
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 12 }), fc.nat({ max: 5 }), (all, busy) => {
        const room = { cpu: 2048, memory: 921, interfaces: 3 };
        const waiting = all.map((size) => ({ size, distinct: false }));
        const added = instancesNeeded(busy, waiting, room) - busy;
        const fitting = all.filter((size) => fits(size, room));
        assert.ok(added <= fitting.length);
        for (const resource of ["cpu", "memory", "interfaces"] as const) {
          const wanted = fitting.reduce((sum, size) => sum + size[resource], 0);
          assert.ok(added * room[resource] >= wanted, resource);
        }
      }),
    );
  });
});

describe("capacityProviderReservation", () => {
  it("follows AWS's formula, even without instances", () => {
    assert.equal(capacityProviderReservation(3, 2), 150);
    assert.equal(capacityProviderReservation(0, 2), 0);
    assert.equal(capacityProviderReservation(0, 0), 100);
    assert.equal(capacityProviderReservation(1, 0), 200);
  });
});

describe("desiredInstances", () => {
  const scaling = {
    targetCapacity: 100,
    minimumScalingStepSize: 1,
    maximumScalingStepSize: 10_000,
  };
  const limits = { minSize: 1, maxSize: 6 };

  it("follows the need within the group's limits and the allowed step sizes", () => {
    assert.equal(desiredInstances(5, 2, limits, scaling), 5);
    assert.equal(desiredInstances(9, 2, limits, scaling), 6);
    assert.equal(desiredInstances(0, 2, limits, scaling), 1);
    assert.equal(desiredInstances(5, 2, limits, { ...scaling, maximumScalingStepSize: 2 }), 4);
    assert.equal(desiredInstances(3, 2, limits, { ...scaling, minimumScalingStepSize: 3 }), 5);
    assert.equal(desiredInstances(2, 5, limits, { ...scaling, maximumScalingStepSize: 1 }), 2);
  });

  it("hits the target exactly if a whole number of instances can", () => {
    const wide = { minSize: 0, maxSize: 10_000 };
    const desired = desiredInstances(42, 0, wide, { ...scaling, targetCapacity: 28 });
    assert.equal(desired, 150);
    assert.equal(capacityProviderReservation(42, desired), 28);
  });

  it("keeps just as much in reserve as the target asks for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 100 }),
        (needed, target) => {
          const wide = { minSize: 0, maxSize: 10_000 };
          const desired = desiredInstances(needed, 0, wide, { ...scaling, targetCapacity: target });
          assert.ok(capacityProviderReservation(needed, desired) <= target);
          assert.ok(capacityProviderReservation(needed, desired - 1) > target);
        },
      ),
    );
  });
});
