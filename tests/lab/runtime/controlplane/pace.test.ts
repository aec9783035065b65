import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Pace, PACE_NAMES, PACES } from "../../../../lab/runtime/controlplane/pace";
import { PATIENCE_MS } from "../patience";
import { siteFolders, startLoad } from "./load";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, service, siteUrl, startPlane, steady, until } from "./plane";

/** Long enough for a test to see, at every pace. */
const waitsButOverlap = { taskStartMs: 300, firstCheckMs: 300, minimumDrainMs: 300 };
const times = { ...waitsButOverlap, overlapMs: 600 };

describe("the pace of the lab", function () {
  this.timeout(PATIENCE_MS);
  let sites: ReturnType<typeof siteFolders>;

  beforeEach(() => {
    sites = siteFolders({ old: "old page", new: "new page" });
  });
  afterEach(async () => {
    await endPlanes();
    sites.remove();
  });

  /** A site of `count` tasks, and a function that deploys another page. */
  async function site(count: number, options: Parameters<typeof startPlane>[1] = {}) {
    const account = new MemoryAccount();
    const taskDefinition = account.taskDefinition("handson", { image: "old" });
    const arns = account.site({ taskDefinition, desiredCount: count });
    const plane = await startPlane(account, { images: sites.images, times, ...options });
    const deploy = () => {
      const next = account.taskDefinition("handson", { image: "new" });
      account.put("aws:ecs/service:Service", arns.service, { taskDefinition: next });
    };
    return { account, plane, deploy, ...arns };
  }

  it("is never slower than AWS, and in a lesson takes seconds where learners would otherwise miss a step", () => {
    const { real, lesson, fast } = PACES;
    for (const key of ["taskStartMs", "firstCheckMs", "overlapMs", "minimumDrainMs"] as const) {
      assert.equal(fast[key], 0);
      assert.ok(lesson[key] >= 2000 && lesson[key] <= 10_000, key);
      assert.ok(real[key] >= lesson[key], key);
    }
    assert.equal(real.deploymentSpeed, 1);
    assert.equal(60 / lesson.deploymentSpeed, 4, "a minute of a deployment is four seconds");
    assert.deepEqual(PACE_NAMES, Object.keys(PACES));
  });

  it("ends current waits at a new pace, counted from when they began", async () => {
    const pace = new Pace("real");
    const ended: string[] = [];
    pace.after(
      ({ taskStartMs }) => taskStartMs,
      () => ended.push("task"),
    );
    const cancelled = pace.after(
      () => 0,
      () => ended.push("cancelled"),
    );
    const never = pace.after(
      ({ minimumDrainMs }) => minimumDrainMs,
      () => ended.push("drained"),
    );
    assert.equal(never.endsAt(), Infinity);
    cancelled.cancel();
    await sleep(20);
    assert.deepEqual(ended, []);
    pace.change("fast");
    await sleep(20);
    assert.deepEqual(ended, ["task", "drained"]);
    assert.equal(pace.name, "fast");
  });

  it("shows beforehand when a task will start, be checked and have drained", async () => {
    const { plane, deploy } = await site(1);
    const seen = new Set<string>();
    const look = () => {
      const { targetGroups, services } = plane.status();
      const now = new Date().toISOString();
      const waiting = [
        ...(services[0]?.tasks ?? []).map(({ lastStatus, until: at }) => [lastStatus, at]),
        ...(targetGroups[0]?.targets ?? []).map(({ state, until: at }) => [state, at]),
        ["overlap", services[0]?.deployments[0]?.until],
      ];
      for (const [state, at] of waiting) if (at !== undefined && at > now) seen.add(state ?? "");
    };
    plane.onEvent(look);
    await steady(plane);
    deploy();
    await until(plane, () => {
      look();
      return seen.has("overlap");
    });
    await steady(plane);
    assert.deepEqual([...seen].sort(), ["PENDING", "draining", "initial", "overlap"]);
    assert.equal(service(plane).deployments[0]?.until, undefined);
  });

  it("lets old and new tasks answer side by side during a rolling deployment", async () => {
    // The overlap ends with the change of pace, once both versions have answered often enough.
    const { plane, deploy } = await site(2, { pace: "real", times: waitsButOverlap });
    await steady(plane);
    const load = startLoad(siteUrl(plane), 1);
    deploy();
    const ofNew = () => load.answers.filter(({ body }) => body === "new page").length;
    await until(plane, () => ofNew() > 300);
    plane.changePace("fast");
    await steady(plane);
    const pages = (await load.stop()).map(({ body }) => body);
    const mixed = pages.slice(pages.indexOf("new page"), pages.lastIndexOf("old page"));
    const share = mixed.filter((page) => page === "new page").length / mixed.length;
    assert.ok(mixed.length > 20, `${mixed.length} answers while both versions answered`);
    assert.ok(Math.abs(share - 0.5) < 0.05, `${share} of them new`);
  });

  it("skips all waits after a change to fast, even those under way", async () => {
    const { plane } = await site(1, { pace: "real", times: {} });
    await until(plane, () => service(plane).tasks[0]?.lastStatus === "PENDING");
    assert.equal(plane.status().pace, "real");
    plane.changePace("fast");
    await steady(plane);
    assert.equal(plane.status().pace, "fast");
  });

  it("immediately stops a task that is still waiting to start", async () => {
    const { plane, service: arn } = await site(1, { pace: "real", times: {} });
    await until(plane, () => service(plane).tasks[0]?.lastStatus === "PENDING");
    plane.setDesiredCount(arn, 0);
    await steady(plane);
    assert.equal(service(plane).tasks[0]?.lastStatus, "STOPPED");
  });
});
