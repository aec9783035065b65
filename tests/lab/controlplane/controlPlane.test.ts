import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MemoryAccount } from "./memoryAccount";
import {
  endPlanes,
  NGINX_FOLDER,
  runningTasks,
  service,
  siteUrl,
  startPlane,
  until,
} from "./plane";

describe("ControlPlane", () => {
  afterEach(endPlanes);

  it("serves the tutorial's page through the load balancer", async () => {
    const account = new MemoryAccount();
    account.site();
    const plane = await startPlane(account);
    await plane.whenSteady(5000);

    const response = await fetch(siteUrl(plane));
    const page = readFileSync(join(NGINX_FOLDER, "html/index.html"), "utf8");
    assert.equal(response.status, 200);
    assert.equal(await response.text(), page);
  });

  it("replaces a task whose process dies", async () => {
    const account = new MemoryAccount();
    account.site();
    const plane = await startPlane(account);
    await plane.whenSteady(5000);
    const [before] = runningTasks(plane);
    assert.ok(before?.pid);

    process.kill(before.pid, "SIGKILL");
    await until(plane, () => service(plane).runningCount === 0);
    await plane.whenSteady(5000);

    const [after] = runningTasks(plane);
    assert.notEqual(after?.arn, before.arn);
    const dead = service(plane).tasks.find(({ arn }) => arn === before.arn);
    assert.equal(dead?.stoppedReason, "Essential container in task exited");
    assert.equal((await fetch(siteUrl(plane))).status, 200);
  });

  it("scales out and in with the desired count", async () => {
    const account = new MemoryAccount();
    account.site();
    const plane = await startPlane(account);
    await plane.whenSteady(5000);

    for (const desiredCount of [3, 1, 0, 2]) {
      account.service("site", { desiredCount });
      await plane.whenSteady(5000);
      assert.equal(runningTasks(plane).length, desiredCount);
      const [group] = plane.status().targetGroups;
      assert.equal(group?.targets.length, desiredCount);
    }
  });
});
