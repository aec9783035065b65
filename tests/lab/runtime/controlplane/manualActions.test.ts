import assert from "node:assert/strict";

import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import { PATIENCE_MS } from "../patience";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, runningTasks, service, startPlane, steady, until } from "./plane";

const target = (plane: ControlPlane) => plane.status().targetGroups[0]?.targets[0];

describe("changing a service by hand", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  describe("breaking the health of a task", () => {
    it("makes its target unhealthy, until it is repaired", async () => {
      const account = new MemoryAccount();
      account.site({ healthCheckGracePeriodSeconds: 60 });
      const plane = await startPlane(account);
      await steady(plane);
      const [task] = runningTasks(plane);

      plane.breakHealth(task?.arn ?? "", true);
      await until(plane, () => target(plane)?.state === "unhealthy");
      assert.match(target(plane)?.description ?? "", /broken on purpose, in the lab/);
      assert.equal(target(plane)?.isBroken, true);
      plane.breakHealth(task?.arn ?? "", false);
      await until(plane, () => target(plane)?.state === "healthy");
      assert.equal(target(plane)?.isBroken, undefined);
      assert.equal(target(plane)?.taskArn, task?.arn);
    });

    it("makes the service replace the task", async () => {
      const account = new MemoryAccount();
      account.site();
      const plane = await startPlane(account);
      await steady(plane);
      const [ill] = runningTasks(plane);

      plane.breakHealth(ill?.arn ?? "", true);
      await until(plane, () => {
        const arns = runningTasks(plane).map(({ arn }) => arn);
        return arns.length === 1 && arns[0] !== ill?.arn && target(plane)?.state === "healthy";
      });
      await until(plane, () => service(plane).notSteadyBecause === undefined);
    });

    it("is noticed at the pace of a new target, whatever the configured interval", async () => {
      const account = new MemoryAccount();
      const { targetGroup } = account.site({ healthCheckGracePeriodSeconds: 60 });
      const type = "aws:lb/targetGroup:TargetGroup";
      const healthCheck = { ...(account.get(type, targetGroup)?.outputs.healthCheck as object) };
      account.put(type, targetGroup, { healthCheck: { ...healthCheck, interval: 300 } });
      const plane = await startPlane(account, { times: { healthCheckSpeed: 5000 } });
      await steady(plane);

      plane.breakHealth(runningTasks(plane)[0]?.arn ?? "", true);
      await until(plane, () => target(plane)?.state === "unhealthy");
    });

    it("is refused for a task that no target group checks", async () => {
      const account = new MemoryAccount();
      account.service("web", { taskDefinition: account.taskDefinition("web") });
      const plane = await startPlane(account);
      await steady(plane);
      const [task] = runningTasks(plane, "web");
      assert.throws(() => {
        plane.breakHealth(task?.arn ?? "", true);
      }, /is not a target whose health a target group checks/);
    });
  });

  describe("setting the desired count", () => {
    it("starts or stops tasks until that many run", async () => {
      const account = new MemoryAccount();
      const { service: arn } = account.site();
      const plane = await startPlane(account);
      await steady(plane);
      for (const count of [3, 0]) {
        plane.setDesiredCount(arn, count);
        await steady(plane);
        assert.equal(service(plane).desiredCount, count);
        assert.equal(runningTasks(plane).length, count);
      }
    });

    it("is refused for a service that does not exist, and for a daemon", async () => {
      const account = new MemoryAccount();
      const daemon = account.service("agent", {
        taskDefinition: account.taskDefinition("agent"),
        schedulingStrategy: "DAEMON",
        launchType: "EC2",
      });
      const plane = await startPlane(account);
      assert.throws(() => {
        plane.setDesiredCount(daemon, 2);
      }, /A daemon has a task on each instance/);
      assert.throws(() => {
        plane.setDesiredCount(`${daemon}-2`, 2);
      }, /There is no service arn:.*agent-2/);
    });
  });

  it("shows where each listener rule forwards to, and with which weights", async () => {
    const account = new MemoryAccount();
    const listener = account.listener(account.loadBalancer("site"));
    const [blue, green] = [account.targetGroup("blue"), account.targetGroup("green")];
    const weights = [
      { arn: blue, weight: 90 },
      { arn: green, weight: 10 },
    ];
    account.rule(
      listener,
      1,
      [{ pathPattern: { values: ["/a"] } }],
      [{ type: "forward", forward: { targetGroups: weights } }],
    );
    account.rule(
      listener,
      2,
      [{ pathPattern: { values: ["/b"] } }],
      [{ type: "forward", targetGroupArn: blue }],
    );
    const plane = await startPlane(account);
    assert.deepEqual(
      plane.status().loadBalancers[0]?.listeners[0]?.rules.map((rule) => rule.targetGroups),
      [weights, [{ arn: blue, weight: 1 }], []],
    );
  });
});
