import assert from "node:assert/strict";

import { ServiceHistory } from "../../../../lab/ui/dashboard/serviceHistory";
import { rolloutOf, sharesOf } from "../../../../lab/ui/dashboard/rollout";
import { MemoryAccount } from "../../runtime/controlplane/memoryAccount";
import { endPlanes, service, startPlane, steady, until } from "../../runtime/controlplane/plane";

describe("what the dashboard shows of a deployment", () => {
  afterEach(endPlanes);

  /** The steps that a deployment with this configuration goes through, and its share of the requests at the end. */
  async function follow(configuration: Record<string, unknown>) {
    const account = new MemoryAccount();
    account.blueGreenSite(configuration);
    const plane = await startPlane(account, {
      times: {
        deploymentSpeed: 120,
        stageMs: 200,
        taskStartMs: 200,
        overlapMs: 400,
        firstCheckMs: 200,
        minimumDrainMs: 200,
      },
    });
    await steady(plane);
    const seen: string[] = [];
    account.service("site", { taskDefinition: account.taskDefinition("handson") });
    const look = () => {
      const now = service(plane);
      const rollout = rolloutOf(now);
      const step = rollout?.steps.find(({ state }) => state === "now")?.name;
      if (step !== undefined && seen.at(-1) !== step) seen.push(step);
      return rollout === undefined && seen.length > 0;
    };
    await until(plane, look);
    const [share] = sharesOf(service(plane), plane.status().targetGroups);
    return { seen, share };
  }

  it("includes each step of a rolling one, in order", async () => {
    const { seen, share } = await follow({ strategy: "ROLLING" });
    assert.deepEqual(
      seen.filter((step) => step !== "steady"),
      ["start new tasks", "health checks", "old and new side by side", "drain and stop old tasks"],
    );
    assert.deepEqual(share, { taskDefinition: "handson:2", running: 1, configured: 100 });
  });

  it("includes each step of one that moves the requests gradually, in order", async () => {
    const linearConfiguration = { stepPercent: 50, stepBakeTimeInMinutes: "1" };
    const { seen } = await follow({ strategy: "LINEAR", linearConfiguration });
    assert.deepEqual(seen.slice(seen.lastIndexOf("start new tasks"), -1), [
      "start new tasks",
      "new tasks are healthy",
      "test traffic to new tasks",
      "test traffic has moved",
      "50 % of requests to new tasks",
      "100 % of requests to new tasks",
      "requests have moved",
      "bake time: a way back",
    ]);
  });

  it("includes a sample for each change in the last minutes, and none while nothing happens", async () => {
    const account = new MemoryAccount();
    const { service: arn } = account.site();
    const plane = await startPlane(account);
    await steady(plane);
    const history = new ServiceHistory();
    history.note(plane.status(), 1_000_000);
    history.note(plane.status(), 2_000_000);
    plane.setDesiredCount(arn, 2);
    await steady(plane);
    history.note(plane.status(), 2_001_000);
    assert.deepEqual(history.byService[arn], [
      { at: 1000, requests: 0, running: 1, desired: 1 },
      { at: 2001, requests: 0, running: 2, desired: 2 },
    ]);
  });
});
