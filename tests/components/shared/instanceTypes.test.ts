import assert from "node:assert/strict";

import fc from "fast-check";

import {
  cpuArchitectureOf,
  instanceTypeProblem,
  instanceTypes,
  memoryForTasks,
  roomFor,
  taskSizeProblem,
  tasksPerInstance,
} from "../../../components/shared/instanceTypes";

const nginx = { cpu: 0, memory: 128 };
const pool = (instanceType: string, eniTrunking = false) => ({
  instanceType,
  eniTrunking,
  minInstances: 1,
  maxInstances: 6,
});

describe("an instance", () => {
  it("of the tutorial's type holds one task, limited by its network interfaces", () => {
    assert.deepEqual(tasksPerInstance(pool("t3.micro"), nginx), {
      tasks: 1,
      limit: "network interfaces",
    });
  });

  it("holds as many tasks as AWS's table says, without and with ENI trunking", () => {
    const limits = ["c5.large", "m5.large", "m6i.large", "m6g.medium", "m7g.medium"].map((type) =>
      [false, true].map((trunking) => tasksPerInstance(pool(type, trunking), nginx).tasks),
    );
    assert.deepEqual(limits, [
      [2, 10],
      [2, 10],
      [2, 10],
      [1, 4],
      [1, 4],
    ]);
  });

  it("is limited by memory or CPU if tasks reserve much of it", () => {
    assert.deepEqual(tasksPerInstance(pool("t3.small"), { cpu: 0, memory: 1000 }), {
      tasks: 1,
      limit: "memory",
    });
    assert.deepEqual(tasksPerInstance(pool("m5.large", true), { cpu: 1024, memory: 128 }), {
      tasks: 2,
      limit: "CPU",
    });
  });

  it("never takes more tasks than it has memory, CPU and network interfaces for", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(instanceTypes)),
        fc.boolean(),
        fc.nat(4096),
        fc.integer({ min: 6, max: 9000 }),
        (type, trunking, cpu, memory) => {
          const { tasks } = tasksPerInstance(pool(type, trunking), { cpu, memory });
          const { vcpu, interfaces, trunkedTasks = 0 } = instanceTypes[type] ?? assert.fail();
          assert.ok(tasks * memory <= memoryForTasks(type));
          assert.ok(tasks * cpu <= vcpu * 1024);
          assert.ok(tasks <= Math.max(interfaces - 1, trunking ? trunkedTasks : 0));
        },
      ),
    );
  });

  it("has its room counted together with that of others, with the reason for the limit", () => {
    assert.deepEqual(roomFor(nginx, pool("t3.micro"), 6), {
      tasks: 6,
      reason: "6 t3.micro hold 1 task each, limited by network interfaces",
    });
    assert.deepEqual(roomFor(nginx, pool("t3.small"), 1), {
      tasks: 2,
      reason: "1 t3.small holds 2 tasks, limited by network interfaces",
    });
  });

  it("refuses a task that is larger than itself", () => {
    assert.match(
      taskSizeProblem({ cpu: 0, memory: 2048 }, pool("t3.micro")) ?? "",
      /memory 2048 and cpu 0 fits on no t3\.micro, which has about 921 MiB and 2048 CPU units/,
    );
    assert.equal(taskSizeProblem(nginx, pool("t3.nano")), undefined);
  });

  it("has the processor that its image must be built for", () => {
    assert.equal(cpuArchitectureOf("t3.micro"), "X86_64");
    assert.equal(cpuArchitectureOf("t4g.micro"), "ARM64");
  });
});

describe("an instance type", () => {
  it("may be any in the table", () => {
    for (const type of Object.keys(instanceTypes)) {
      assert.equal(instanceTypeProblem(type, false), undefined);
    }
  });

  it("must be in the table", () => {
    assert.match(
      instanceTypeProblem("t1.micro", false) ?? "",
      /instanceType "t1\.micro" unknown; choose from t3\.nano, t3\.micro/,
    );
  });

  it("must support ENI trunking if it is asked for, which burstable ones do not", () => {
    assert.match(
      instanceTypeProblem("t3.micro", true) ?? "",
      /eniTrunking is not available on t3\.micro; choose from c5\.large/,
    );
    assert.equal(instanceTypeProblem("m6i.large", true), undefined);
  });
});
