import assert from "node:assert/strict";
import { PATIENCE_MS } from "../patience";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, runningTasks, service, siteUrl, startPlane, steady, until } from "./plane";

describe("a deployment that fails", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  it("rolls a broken revision back while the old one keeps serving", async () => {
    const account = new MemoryAccount();
    account.site({ deploymentCircuitBreaker: { enable: true, rollback: true } });
    const plane = await startPlane(account);
    await steady(plane);
    const [before] = runningTasks(plane);

    const broken = account.taskDefinition("handson", { image: "typo:1" });
    account.service("site", { taskDefinition: broken });
    await steady(plane);

    assert.equal((await fetch(siteUrl(plane))).status, 200);
    assert.equal(runningTasks(plane)[0]?.arn, before?.arn);
    const { deployments, events, tasks } = service(plane);
    assert.deepEqual(
      deployments.map((deployment) => [
        deployment.status,
        deployment.rolloutState,
        deployment.taskDefinition,
        deployment.failedTasks,
      ]),
      [
        ["PRIMARY", "COMPLETED", "handson:1", 0],
        ["INACTIVE", "FAILED", "handson:2", 3],
      ],
    );
    const said = events.map(({ message }) => message).join("\n");
    assert.match(said, /deployment failed: tasks failed to start\./);
    assert.match(said, /rolling back to \(deployment ecs-svc\/\d+\)\./);
    const failed = tasks.filter(({ stopCode }) => stopCode === "TaskFailedToStart");
    assert.equal(failed.length, 3);
    assert.match(failed[0]?.stoppedReason ?? "", /^CannotPullContainerError: .*typo:1/);
  });

  // terraform-provider-aws, internal/service/ecs/service.go, resourceServiceRead: a refresh takes the
  // task definition from DescribeServices, which returns the one that a rollback restored.
  it("reports the old revision after a rollback, so that the same update tries again", async () => {
    const account = new MemoryAccount();
    const { taskDefinition, service: arn } = account.site({
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
    const plane = await startPlane(account);
    await plane.whenSteady(5000);
    const [before] = runningTasks(plane);
    const reported = () => account.get("aws:ecs/service:Service", arn)?.outputs.taskDefinition;
    const failures = () =>
      service(plane).events.filter(({ message }) => message.includes("rolling back to")).length;

    const broken = account.taskDefinition("handson", { image: "typo:1" });
    for (const attempt of [1, 2]) {
      account.service("site", { taskDefinition: broken });
      await plane.whenSteady(5000);
      assert.equal(reported(), taskDefinition);
      assert.equal(failures(), attempt);
      assert.equal(runningTasks(plane)[0]?.arn, before?.arn);
    }
  });

  it("rolls back a revision whose tasks run but fail their health checks", async () => {
    const account = new MemoryAccount();
    const { targetGroup } = account.site({
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
    const plane = await startPlane(account);
    await steady(plane);
    const sick = account.targetGroup("sick", { path: "/missing" });
    const loadBalancers = (targetGroupArn: string) => [
      { targetGroupArn, containerName: "nginx", containerPort: 80 },
    ];
    account.service("site", { loadBalancers: loadBalancers(sick) });
    await until(plane, () => service(plane).deployments.some((one) => one.status === "INACTIVE"));
    await steady(plane);

    const unhealthy = service(plane).tasks.find(({ stoppedReason }) =>
      stoppedReason?.startsWith("Task failed ELB health checks in (target-group"),
    );
    assert.equal(unhealthy?.stopCode, "ServiceSchedulerInitiated");
    const said = service(plane)
      .events.map(({ message }) => message)
      .join("\n");
    assert.match(
      said,
      /is unhealthy in .* due to \(reason Health checks failed with these codes: \[404\]\)/,
    );
    const groups = plane.status().targetGroups;
    assert.deepEqual(
      groups.map(({ arn, targets }) => [arn, targets.length]),
      [
        [targetGroup, 1],
        [sick, 0],
      ],
    );
  });

  it("keeps a task that hangs until its replacement is healthy, then kills it", async () => {
    const account = new MemoryAccount();
    account.site({ healthCheckGracePeriodSeconds: 0.05 });
    account.targetGroup("site", { timeout: 0.5 });
    const plane = await startPlane(account, { runtime: "static", times: { maximumStopMs: 100 } });
    await steady(plane);
    const [hanging] = runningTasks(plane);
    assert.ok(hanging?.pid);
    let mostRunning = 0;
    plane.onEvent(() => (mostRunning = Math.max(mostRunning, service(plane).runningCount)));

    process.kill(hanging.pid, "SIGSTOP");
    await until(plane, () => service(plane).runningCount === 2);
    await steady(plane);

    assert.equal(mostRunning, 2);
    const stopped = service(plane).tasks.find(({ arn }) => arn === hanging.arn);
    assert.match(stopped?.stoppedReason ?? "", /^Task failed ELB health checks in \(target-group/);
    const said = service(plane).events.map(({ message }) => message);
    assert.ok(said.some((message) => message.includes("due to (reason Request timed out)")));
  });

  it("spares an unhealthy task during its grace period, and no longer", async () => {
    const account = new MemoryAccount();
    account.site({ healthCheckGracePeriodSeconds: 0.4 });
    account.targetGroup("site", { path: "/missing" });
    const plane = await startPlane(account);
    const [group] = plane.status().targetGroups;
    const health = () =>
      plane.status().targetGroups.find(({ arn }) => arn === group?.arn)?.targets[0]?.state;
    await until(plane, () => health() === "unhealthy");
    const [spared] = runningTasks(plane);
    assert.equal(spared?.health, "UNHEALTHY");
    await until(plane, () =>
      service(plane).tasks.some(
        ({ arn, stoppedReason }) =>
          arn === spared.arn && stoppedReason?.startsWith("Task failed ELB health checks"),
      ),
    );
  });

  it("stalls, and says why, when there is nothing to roll back to", async () => {
    const account = new MemoryAccount();
    account.site({ deploymentCircuitBreaker: { enable: true, rollback: true } });
    const broken = account.taskDefinition("handson", { image: "typo:1" });
    account.service("site", { taskDefinition: broken });
    const plane = await startPlane(account);
    await assert.rejects(steady(plane), /site: .*circuit breaker.*CannotPullContainerError/s);
    assert.equal(service(plane).tasks.length, 3);

    account.service("site", { taskDefinition: account.taskDefinition("handson") });
    await steady(plane);
    assert.equal(runningTasks(plane)[0]?.revision, 3);
  });
});
