import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { NginxRuntime } from "../../../../lab/runtime/dataplane/tasks/nginxRuntime";
import type { RuntimeName } from "../../../../lab/runtime/dataplane/tasks/runtime";
import { PATIENCE_MS } from "../patience";
import { healthCheckSpeed, openBlueGreenSite } from "./blueGreenSite";
import { InProcessRuntime } from "./inProcess";
import { MemoryAccount } from "./memoryAccount";
import {
  endPlanes,
  NGINX_FOLDER,
  nginxOnly,
  runningTasks,
  service,
  siteUrl,
  startPlane,
  steady,
  turns,
  until,
} from "./plane";

describe("ControlPlane", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  it("serves the tutorial's page through the load balancer", async () => {
    const account = new MemoryAccount();
    account.site();
    const plane = await startPlane(account);
    await steady(plane);

    const response = await fetch(siteUrl(plane));
    const page = readFileSync(join(NGINX_FOLDER, "html/index.html"), "utf8");
    assert.equal(response.status, 200);
    assert.equal(await response.text(), page);
  });

  it("keeps what a task wrote, even after it ends", async () => {
    const account = new MemoryAccount();
    account.site();
    const plane = await startPlane(account);
    await steady(plane);
    const [task] = runningTasks(plane);
    await fetch(`${siteUrl(plane)}missing`);
    await plane.stopTask(task?.arn ?? "", "done");
    const lines = plane.logs(task?.arn ?? "");
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.match(lines[0] ?? "", /"GET \/missing" 404$/);
    assert.throws(() => plane.logs("arn:none"), /No service has a task arn:none/);
  });

  it("replaces a task whose process dies", async () => {
    const account = new MemoryAccount();
    account.site();
    const plane = await startPlane(account, { runtime: "static" });
    await steady(plane);
    const [before] = runningTasks(plane);
    assert.ok(before?.pid);

    process.kill(before.pid, "SIGKILL");
    await until(plane, () => service(plane).runningCount === 0);
    await steady(plane);

    const [after] = runningTasks(plane);
    assert.notEqual(after?.arn, before.arn);
    assert.equal(service(plane).deployments[0]?.failedTasks, 0);
    const dead = service(plane).tasks.find(({ arn }) => arn === before.arn);
    assert.equal(dead?.stoppedReason, "Essential container in task exited");
    assert.equal((await fetch(siteUrl(plane))).status, 200);
  });

  it("scales out and in with the desired count", async () => {
    const account = new MemoryAccount();
    account.site();
    const plane = await startPlane(account);
    await steady(plane);

    for (const desiredCount of [3, 1, 0, 2]) {
      account.service("site", { desiredCount });
      await steady(plane);
      assert.equal(runningTasks(plane).length, desiredCount);
      const [group] = plane.status().targetGroups;
      assert.equal(group?.targets.length, desiredCount);
    }
  });

  for (const runtime of ["static", "nginx"] satisfies RuntimeName[]) {
    it(`updates ${runtime} tasks one by one without losing a request`, async function () {
      if (runtime === "nginx" && (await NginxRuntime.find()) === undefined) {
        console.log("      skipped: there is no nginx on this machine");
        this.skip();
      }
      const account = new MemoryAccount();
      account.site({ desiredCount: 2 });
      const plane = await startPlane(account, { runtime });
      await steady(plane);
      const before = runningTasks(plane).map(({ arn }) => arn);
      const statuses: number[] = [];
      const url = siteUrl(plane);
      const traffic = new AbortController();
      const clients = [1, 2, 3, 4].map(async () => {
        while (!traffic.signal.aborted) statuses.push((await fetch(url)).status);
      });

      account.service("site", { taskDefinition: account.taskDefinition("handson") });
      await steady(plane);
      traffic.abort();
      await Promise.all(clients);

      assert.deepEqual([...new Set(statuses)], [200]);
      const after = runningTasks(plane);
      assert.deepEqual(
        after.map(({ revision }) => revision),
        [2, 2],
      );
      assert.ok(after.every(({ arn }) => !before.includes(arn)));
      assert.deepEqual(
        service(plane).deployments.map(({ status, rolloutState }) => `${status} ${rolloutState}`),
        ["PRIMARY COMPLETED"],
      );
    });
  }

  it("becomes steady with the right tasks after any mix of changes and crashes", async () => {
    const change = fc.oneof(
      fc.record({ kind: fc.constant("scale" as const), count: fc.integer({ min: 0, max: 4 }) }),
      fc.record({ kind: fc.constantFrom("deploy", "deploy broken", "kill", "delete") }),
      fc.record({ kind: fc.constant("pause" as const), turns: fc.integer({ min: 1, max: 20 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 8 }), async (changes) => {
        const account = new MemoryAccount();
        const { targetGroup, taskDefinition, service: arn } = account.site();
        const wanted = {
          desiredCount: 1,
          taskDefinition,
          loadBalancers: [
            { targetGroupArn: targetGroup, containerName: "nginx", containerPort: 80 },
          ],
          deploymentCircuitBreaker: { enable: true, rollback: true },
        };
        account.service("site", wanted);
        const runtime = new InProcessRuntime(nginxOnly);
        const plane = await startPlane(account, { runtime, times: { backoffFirstMs: 1 } });
        const tasks = () => plane.status().services.flatMap((one) => one.tasks);
        await steady(plane);

        let exists = true;
        let good = taskDefinition;
        for (const one of changes) {
          if ("turns" in one) {
            await turns(one.turns);
          } else if (one.kind === "kill") {
            const victims = tasks().filter(({ address }) => address !== undefined);
            for (const { address = "" } of victims) runtime.kill(address);
            const alive = () => tasks().filter(({ lastStatus }) => lastStatus !== "STOPPED");
            await until(
              plane,
              () => !alive().some(({ arn }) => victims.some((one) => one.arn === arn)),
            );
          } else if (one.kind === "delete") {
            if (exists) account.remove("aws:ecs/service:Service", arn);
            exists = false;
          } else {
            if ("count" in one) wanted.desiredCount = one.count;
            const image = one.kind === "deploy broken" ? "typo:1" : "nginx";
            if (one.kind !== "scale") {
              wanted.taskDefinition = account.taskDefinition("handson", { image });
              if (image === "nginx") good = wanted.taskDefinition;
            }
            account.service("site", wanted);
            exists = true;
          }
        }
        if (exists && wanted.taskDefinition !== good) {
          // A broken revision with none to roll back to never becomes steady; a good one must fix that.
          await steady(plane).catch(() => {
            wanted.taskDefinition = account.taskDefinition("handson");
            account.service("site", wanted);
          });
        }
        await steady(plane);
        const count = exists ? wanted.desiredCount : 0;
        assert.equal(tasks().filter(({ lastStatus }) => lastStatus === "RUNNING").length, count);
        assert.equal((await fetch(siteUrl(plane))).status, count === 0 ? 503 : 200);
        await endPlanes();
        assert.deepEqual(runtime.addresses, []);
      }),
      // Shrinking a failure would exceed the test's timeout, which would hide the failure.
      { numRuns: 8, endOnFailure: true },
    );
  });

  it("lists every service that is not steady when the timeout expires", async () => {
    const account = new MemoryAccount();
    account.site();
    const broken = account.taskDefinition("broken", { image: "typo:1" });
    account.service("broken", { taskDefinition: broken });
    const plane = await startPlane(account, { times: { backoffFirstMs: 60_000 } });
    await until(plane, () => service(plane).notSteadyBecause === undefined);
    await until(plane, () => service(plane, "broken").tasks[0]?.lastStatus === "STOPPED");
    await assert.rejects(plane.whenSteady(1), (error: Error) => {
      assert.match(error.message, /broken: 0 of 1 tasks are healthy.*typo:1/);
      assert.doesNotMatch(error.message, /site:/);
      return true;
    });
    // The next attempt is a minute away.
    assert.equal(service(plane, "broken").tasks.length, 1);
    await assert.rejects(plane.whenSteady(5000, AbortSignal.abort(new Error("Ctrl-C"))), /Ctrl-C/);
  });

  it("deploys the revision that a pipeline registers, outside of any stack", async () => {
    const { account } = await openBlueGreenSite("nginx", {});
    const plane = await startPlane(account, { times: { healthCheckSpeed } });
    await steady(plane);
    const to = { cluster: "handson", service: "site" };
    const images = { nginx: "nginx:next" };
    const revision = await plane.registerTaskDefinition({ from: "site", images });
    await plane.updateService({ ...to, taskDefinition: revision });
    await steady(plane);
    assert.equal(service(plane).deployments[0]?.taskDefinition, "site:2");
    assert.equal(runningTasks(plane)[0]?.revision, 2);
    await assert.rejects(
      plane.registerTaskDefinition({ from: "site", images: { web: "x" } }),
      /site:2 has no container web, only nginx/,
    );
    await assert.rejects(
      plane.registerTaskDefinition({ from: "none", images }),
      /no task definition none/,
    );
    await assert.rejects(
      plane.updateService({ ...to, service: "none", taskDefinition: "site:1" }),
      /There is no service none in handson/,
    );
  });

  it("says so when tasks keep failing to start", async () => {
    const account = new MemoryAccount();
    const taskDefinition = account.taskDefinition("broken", { image: "typo:1" });
    account.service("broken", { taskDefinition });
    const plane = await startPlane(account, { times: { backoffFirstMs: 1 } });
    const said = "(service broken) is unable to consistently start tasks successfully.";
    await until(plane, () =>
      service(plane, "broken").events.some(({ message }) => message.startsWith(said)),
    );
    assert.ok(service(plane, "broken").tasks.length >= 3);
  });

  it("says what a service asks for that the lab does not support", async () => {
    const account = new MemoryAccount();
    account.site({
      placementConstraints: [{ type: "memberOf", expression: "task:group == service:site" }],
    });
    const sidecar = { name: "log-router", image: "fluent-bit" };
    const [definition] = account.list("aws:ecs/taskDefinition:TaskDefinition");
    account.put("aws:ecs/taskDefinition:TaskDefinition", definition?.id ?? "", {
      containerDefinitions: JSON.stringify([sidecar, { name: "nginx", image: "nginx" }]),
    });
    const plane = await startPlane(account);
    await steady(plane);
    const said = service(plane)
      .events.map(({ message }) => message)
      .join("\n");
    assert.match(said, /ignores the constraint memberOf "task:group == service:site"/);
    assert.match(
      said,
      /runs without the container log-router, since the lab has no image fluent-bit\./,
    );
  });

  it("runs a service without a load balancer", async () => {
    const account = new MemoryAccount();
    const taskDefinition = account.taskDefinition("worker");
    account.service("worker", { taskDefinition, desiredCount: 2 });
    const plane = await startPlane(account);
    await steady(plane);
    assert.equal(runningTasks(plane, "worker").length, 2);
    assert.ok(runningTasks(plane, "worker").every(({ health }) => health === "HEALTHY"));
  });

  it("says when the percentages block a deployment", async () => {
    const account = new MemoryAccount();
    account.site({ deploymentMinimumHealthyPercent: 100, deploymentMaximumPercent: 100 });
    const plane = await startPlane(account);
    await steady(plane);
    account.service("site", { taskDefinition: account.taskDefinition("handson") });
    await until(plane, () =>
      service(plane).events.some(({ message }) =>
        message.includes("unable to stop or start tasks"),
      ),
    );
    assert.equal(runningTasks(plane)[0]?.revision, 1);

    account.service("site", { deploymentMinimumHealthyPercent: 0 });
    await steady(plane);
    assert.equal(runningTasks(plane)[0]?.revision, 2);
  });

  it("replaces a task that a user stops, and keeps the user's reason", async () => {
    const account = new MemoryAccount();
    account.site();
    const plane = await startPlane(account);
    await steady(plane);
    const [task] = runningTasks(plane);
    await plane.stopTask(task?.arn ?? "", "trying things out");
    await steady(plane);
    const stopped = service(plane).tasks.find(({ arn }) => arn === task?.arn);
    assert.equal(stopped?.stoppedReason, "trying things out");
    assert.equal(stopped.stopCode, "UserInitiated");
    assert.notEqual(runningTasks(plane)[0]?.arn, task?.arn);
    await assert.rejects(plane.stopTask("arn:none", "x"), /No service has a task arn:none/);
  });

  it("takes every task through ECS's states and reports what ECS reports", async () => {
    const account = new MemoryAccount();
    const { service: arn } = account.site();
    const plane = await startPlane(account);
    const states: string[] = [];
    const stop = plane.onEvent(({ source, message }) => {
      if (source === "task") states.push(message.replace(/:.*/, ""));
    });
    await steady(plane);
    const messages = service(plane)
      .events.map(({ message }) => message)
      .reverse();
    account.remove("aws:ecs/service:Service", arn);
    await steady(plane);
    await until(plane, () => plane.status().services.length === 0);
    stop();

    assert.deepEqual(states.slice(-6), [
      "PENDING",
      "ACTIVATING",
      "RUNNING",
      "DEACTIVATING",
      "STOPPING",
      "STOPPED",
    ]);
    const task = "[0-9a-f]{32}";
    const expected = [
      `^\\(service site\\) has started 1 tasks: \\(task ${task}\\)\\.$`,
      "^\\(service site\\) registered 1 targets in \\(target-group arn:.*/site/1\\)$",
      "^\\(service site\\) \\(deployment ecs-svc/\\d+\\) deployment completed\\.$",
      "^\\(service site\\) has reached a steady state\\.$",
    ];
    assert.equal(messages.length, expected.length);
    for (const [index, pattern] of expected.entries()) {
      assert.match(messages[index] ?? "", new RegExp(pattern));
    }
  });

  it("follows services that are created and deleted while it runs", async () => {
    const account = new MemoryAccount();
    const plane = await startPlane(account);
    await steady(plane);
    const { service: arn } = account.site();
    await steady(plane);
    const [task] = runningTasks(plane);
    assert.ok(task?.address);

    account.remove("aws:ecs/service:Service", arn);
    await until(plane, () => plane.status().services.length === 0);
    assert.equal((await fetch(siteUrl(plane))).status, 503);
    await assert.rejects(fetch(`http://${task.address}/`));
  });

  it("waits for a task definition that does not exist yet, even in an update", async () => {
    const account = new MemoryAccount();
    const { taskDefinition } = account.site();
    const plane = await startPlane(account);
    await steady(plane);
    const next = taskDefinition.replace(/:1$/, ":2");
    account.service("site", { taskDefinition: next });
    await assert.rejects(plane.whenSteady(1), /site: no task definition .*handson:2/);
    await until(plane, () =>
      service(plane).events.some(({ message }) => message.includes("has no task definition")),
    );
    assert.equal(account.taskDefinition("handson"), next);
    await steady(plane);
    assert.equal(runningTasks(plane)[0]?.revision, 2);
  });

  it("leaves no process and no port behind when it stops", async () => {
    const account = new MemoryAccount();
    account.site({ desiredCount: 2 });
    const plane = await startPlane(account, { runtime: "static" });
    await steady(plane);
    const url = siteUrl(plane);
    const tasks = runningTasks(plane);
    account.service("site", { desiredCount: 3 }); // one more is just starting
    await plane.stop();

    await assert.rejects(fetch(url));
    // A process that is gone cannot listen; whatever listens on its port by now is not the lab's.
    for (const { pid } of tasks) {
      assert.throws(() => process.kill(pid ?? 0, 0), { code: "ESRCH" });
    }
    assert.deepEqual(plane.status().services, []);
  });
});
