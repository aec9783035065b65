import assert from "node:assert/strict";

import { engineTimeout, leftWhenDestroyed, ServedLab, servedPlane, updated } from "./harness";

describe("a stack of the managedInstances chapter alone", function () {
  this.timeout(3 * engineTimeout);
  const served = new ServedLab("chapters=managedInstances");
  const status = () => servedPlane(served.state);
  const update = (...config: string[]) => updated(served.state, ...config);

  it("serves the page from a task on an instance that ECS launched for it", async () => {
    const answer = await fetch(served.url);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /It runs on Amazon ECS/);
    const { instances, services } = await status();
    assert.equal(instances.length, 1);
    assert.deepEqual(
      services.map(({ name, runningCount }) => [name, runningCount]),
      [["managed-dev", 1]],
    );
    const hosts = services[0]?.tasks.map(({ instanceId }) => instanceId);
    assert.deepEqual(hosts, [instances[0]?.id]);
  });

  it("is not changed by a second update", async () => {
    const { result, changes } = await update("chapters=managedInstances");
    assert.equal(result, "succeeded");
    assert.deepEqual(Object.keys(changes), ["same"]);
  });

  it("runs a second task when configured to, and changes nothing else", async () => {
    const { result, changes } = await update(
      "chapters=managedInstances",
      "managedInstancesDesiredCount=2",
    );
    assert.equal(result, "succeeded");
    const { same, ...changed } = changes;
    assert.ok(same);
    assert.deepEqual(changed, { update: 1 });
    const { instances, services } = await status();
    assert.equal(services[0]?.runningCount, 2);
    const hosts = services[0].tasks.map(({ instanceId }) => instanceId);
    const ids = instances.map(({ id }) => id);
    assert.ok(hosts.every((host) => host !== undefined && ids.includes(host)));
  });

  it("leaves an empty account when it is destroyed", async () => {
    assert.deepEqual(await leftWhenDestroyed(served.state, served.process), []);
  });
});
