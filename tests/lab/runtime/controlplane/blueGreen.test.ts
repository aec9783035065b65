import assert from "node:assert/strict";
import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import type { DeploymentStatus } from "../../../../lab/runtime/controlplane/ecs/status";
import { PATIENCE_MS } from "../patience";
import { type BlueGreenSite, healthCheckSpeed, openBlueGreenSite } from "./blueGreenSite";
import { CRASH, InProcessRuntime } from "./inProcess";
import { type Answer, siteFolders, startLoad } from "./load";
import { endPlanes, runningTasks, service, siteUrl, startPlane, steady, until } from "./plane";

/** A minute of bake time is a tenth of a second here. */
const deploymentSpeed = 600;

const strategies = {
  rolling: undefined,
  "blue/green": { strategy: "BLUE_GREEN", bakeTimeInMinutes: "1" },
  linear: {
    strategy: "LINEAR",
    bakeTimeInMinutes: "1",
    linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: "2" },
  },
  canary: {
    strategy: "CANARY",
    bakeTimeInMinutes: "1",
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: "3" },
  },
} as const;

/** Wait in the middle of the shift for longer than any test lasts. */
const middle = {
  linear: {
    ...strategies.linear,
    linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: "1440" },
  },
  canary: {
    ...strategies.canary,
    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: "1440" },
  },
};

describe("a deployment under load", function () {
  this.timeout(PATIENCE_MS);
  let sites: ReturnType<typeof siteFolders>;
  let site: BlueGreenSite;
  let runtime: InProcessRuntime;

  before(() => {
    sites = siteFolders({ old: "old", new: "new", newer: "newer", sick: undefined });
  });

  after(() => {
    sites.remove();
  });

  afterEach(endPlanes);

  async function serve(
    configuration: Record<string, unknown> | undefined,
    changes: Record<string, unknown> = {},
  ): Promise<ControlPlane> {
    site = await openBlueGreenSite("old", {
      deploymentConfiguration: configuration ?? { strategy: "ROLLING" },
      deploymentCircuitBreaker: { enable: true, rollback: true },
      desiredCount: 2,
      ...changes,
    });
    const plane = await open();
    await steady(plane);
    return plane;
  }

  const open = () => {
    runtime = new InProcessRuntime(sites.images);
    return startPlane(site.account, { runtime, times: { deploymentSpeed, healthCheckSpeed } });
  };

  const primary = (plane: ControlPlane): DeploymentStatus =>
    service(plane).deployments[0] ?? assert.fail("no deployment");

  const reaches = (plane: ControlPlane, stage: DeploymentStatus["lifecycleStage"]) =>
    until(plane, () => primary(plane).lifecycleStage === stage);

  const failed = (answers: readonly Answer[]) => answers.filter(({ status }) => status !== 200);

  const bodies = (answers: readonly Answer[]) =>
    [...new Set(answers.map(({ body }) => body))].sort();

  /** Whether some client saw the old page again after the new one. */
  const wentBack = (answers: readonly Answer[]) =>
    answers.some(
      ({ client, body }, index) =>
        body === "old" &&
        answers.slice(0, index).some((other) => other.client === client && other.body === "new"),
    );

  const shown = (plane: ControlPlane) =>
    service(plane)
      .events.map(({ message }) => message)
      .reverse();

  for (const [name, configuration] of Object.entries(strategies)) {
    it(`changes the page without losing a request (${name})`, async () => {
      const plane = await serve(configuration);
      const load = startLoad(siteUrl(plane));
      await until(plane, () => load.answers.length > 20);
      await site.deploy("new");
      await steady(plane);
      const before = load.answers.length;
      await until(plane, () => load.answers.length > before + 20);
      const answers = await load.stop();

      assert.deepEqual(failed(answers), []);
      assert.deepEqual(bodies(answers), ["new", "old"]);
      assert.deepEqual(bodies(answers.filter(({ after }) => after >= before)), ["new"]);
      if (name === "blue/green") assert.equal(wentBack(answers), false);
      assert.deepEqual(
        runningTasks(plane).map(({ revision }) => revision),
        [2, 2],
      );
      assert.equal(primary(plane).rolloutState, "COMPLETED");
      assert.equal(primary(plane).strategy, configuration?.strategy ?? "ROLLING");
      assert.equal(primary(plane).lifecycleStage, undefined);
    });

    for (const [image, why] of [
      ["sick", "fails its health checks"],
      ["typo:1", "cannot be pulled"],
      [CRASH, "exits at once"],
    ] as const) {
      it(`rolls back an image that ${why} without losing a request (${name})`, async () => {
        const plane = await serve(configuration);
        const load = startLoad(siteUrl(plane));
        const before = site.weights();
        const tasks = runningTasks(plane).map(({ arn }) => arn);
        await site.deploy(image);
        await until(plane, () =>
          service(plane).deployments.some((one) => one.status === "INACTIVE"),
        );
        await steady(plane);
        const answers = await load.stop();

        assert.deepEqual(failed(answers), []);
        assert.deepEqual(bodies(answers), ["old"]);
        assert.deepEqual(
          runningTasks(plane).map(({ arn }) => arn),
          tasks,
        );
        assert.deepEqual(site.weights(), before);
        const [current, broken] = service(plane).deployments;
        assert.equal(current?.rolloutState, "COMPLETED");
        assert.equal(broken?.rolloutState, "FAILED");
      });
    }
  }

  it("goes through ECS's lifecycle stages in order, with the weights of each step", async () => {
    const plane = await serve(strategies.linear);
    const stages: string[] = [];
    const weights: number[] = [];
    const stop = plane.onEvent(() => {
      const { lifecycleStage, trafficWeights } = primary(plane);
      if (lifecycleStage !== undefined && lifecycleStage !== stages.at(-1)) {
        stages.push(lifecycleStage);
      }
      const weight = trafficWeights?.find(
        ({ targetGroupArn }) => targetGroupArn === site.alternate,
      );
      if (weight !== undefined && weight.weight !== weights.at(-1)) weights.push(weight.weight);
    });
    await site.deploy("new");
    await steady(plane);
    stop();

    assert.deepEqual(weights, [0, 25, 50, 75, 100]);
    const said = shown(plane).flatMap(
      (message) => /lifecycle stage (\w+)/.exec(message)?.[1] ?? [],
    );
    assert.deepEqual(said, [
      "PRE_SCALE_UP",
      "SCALE_UP",
      "POST_SCALE_UP",
      "TEST_TRAFFIC_SHIFT",
      "POST_TEST_TRAFFIC_SHIFT",
      ...Array<string>(4).fill("PRODUCTION_TRAFFIC_SHIFT"),
      "POST_PRODUCTION_TRAFFIC_SHIFT",
      "BAKE_TIME",
      "CLEAN_UP",
    ]);
    assert.deepEqual(
      stages.filter((stage) => !said.includes(stage)),
      [],
    );
    assert.ok(
      shown(plane).some((message) => message.includes("bakes 600 times faster in the lab")),
    );
  });

  it("sends test traffic to the new tasks before any other requests", async () => {
    const little = { canaryPercent: 0.1, canaryBakeTimeInMinutes: "1440" };
    const plane = await serve({ ...strategies.canary, canaryConfiguration: little });
    const tested = startLoad(siteUrl(plane), 1, { "x-test": "true" });
    const load = startLoad(siteUrl(plane));
    await until(plane, () => tested.answers.some(({ body }) => body === "old"));
    await site.deploy("new");
    await until(plane, () => tested.answers.some(({ body }) => body === "new"));
    assert.equal(wentBack(tested.answers), false);
    assert.deepEqual(failed(await tested.stop()), []);
    const answers = await load.stop();
    assert.deepEqual(failed(answers), []);
    const seen = answers.filter(({ body }) => body === "new").length;
    assert.ok(seen * 20 <= answers.length, `${seen} of ${answers.length} saw the new page`);
  });

  it("alternates between the target groups, even across a restart of the lab", async () => {
    const plane = await serve(strategies["blue/green"]);
    await site.deploy("new");
    await steady(plane);
    assert.deepEqual(site.weights(), { [site.first]: 0, [site.alternate]: 100 });
    await endPlanes();

    const again = await open();
    await steady(again);
    assert.deepEqual(site.weights(), { [site.first]: 0, [site.alternate]: 100 });
    assert.equal(await (await fetch(siteUrl(again))).text(), "new");
    await site.deploy("newer");
    await steady(again);
    assert.deepEqual(site.weights(), { [site.first]: 100, [site.alternate]: 0 });
    assert.equal(await (await fetch(siteUrl(again))).text(), "newer");
  });

  it("sends all requests to the running tasks after a restart of the lab in the middle of the shift", async () => {
    const plane = await serve(middle.canary);
    await site.deploy("new");
    await reaches(plane, "PRODUCTION_TRAFFIC_SHIFT");
    await until(plane, () => site.weights()[site.alternate] === 10);
    await endPlanes();
    const again = await open();
    await steady(again);
    assert.deepEqual(site.weights(), { [site.first]: 100, [site.alternate]: 0 });
    assert.equal(await (await fetch(siteUrl(again))).text(), "new");
  });

  for (const [how, undo] of [
    [
      "someone stops it",
      (plane: ControlPlane) => {
        plane.stopServiceDeployment({ cluster: "handson", service: "site" });
      },
    ],
    [
      "an alarm goes off",
      (plane: ControlPlane) => {
        plane.setAlarmState("errors", "ALARM");
      },
    ],
  ] as const) {
    it(`rolls back at once when ${how} in the middle of the shift`, async () => {
      const alarms = { alarmNames: ["errors"], enable: true, rollback: true };
      const plane = await serve(middle.canary, { alarms });
      const tasks = runningTasks(plane).map(({ arn }) => arn);
      const load = startLoad(siteUrl(plane));
      await site.deploy("new");
      await until(plane, () => load.answers.some(({ body }) => body === "new"));
      undo(plane);
      await steady(plane);
      const before = load.answers.length;
      await until(plane, () => load.answers.length > before + 20);
      const answers = await load.stop();

      assert.deepEqual(failed(answers), []);
      assert.deepEqual(bodies(answers.filter(({ after }) => after >= before)), ["old"]);
      assert.deepEqual(site.weights(), { [site.first]: 100, [site.alternate]: 0 });
      assert.deepEqual(
        runningTasks(plane).map(({ arn }) => arn),
        tasks,
      );
      assert.throws(() => {
        plane.stopServiceDeployment({ cluster: "handson", service: "site" });
      }, /site has no deployment in progress/);
    });
  }

  it("gives way to a newer one in the middle of the shift", async () => {
    const plane = await serve(middle.linear);
    const load = startLoad(siteUrl(plane));
    await site.deploy("new");
    await until(plane, () => load.answers.some(({ body }) => body === "new"));
    await site.change({ deploymentConfiguration: strategies.linear });
    await site.deploy("newer");
    await reaches(plane, "RECONCILE_SERVICE");
    await steady(plane);
    const answers = await load.stop();

    assert.deepEqual(failed(answers), []);
    assert.equal(answers.at(-1)?.body, "newer");
    assert.deepEqual(
      runningTasks(plane).map(({ revision }) => revision),
      [3, 3],
    );
    assert.deepEqual(site.weights(), { [site.first]: 0, [site.alternate]: 100 });
  });

  it("replaces a task of either revision that dies during the bake time", async () => {
    const plane = await serve({ ...strategies["blue/green"], bakeTimeInMinutes: "1440" });
    await site.deploy("new");
    await reaches(plane, "BAKE_TIME");
    for (const revision of [1, 2]) {
      const victim =
        runningTasks(plane).find((task) => task.revision === revision) ?? assert.fail("no task");
      runtime.kill(victim.address ?? assert.fail("no address"));
      await until(plane, () => {
        const own = runningTasks(plane).filter((task) => task.revision === revision);
        return own.length === 2 && own.every(({ arn }) => arn !== victim.arn);
      });
    }
    assert.equal(primary(plane).lifecycleStage, "BAKE_TIME");
  });

  it("leaves nothing behind when its service is deleted in the middle of the shift", async () => {
    const plane = await serve(middle.canary);
    await site.deploy("new");
    await reaches(plane, "PRODUCTION_TRAFFIC_SHIFT");
    assert.equal(runtime.addresses.length, 4);
    await site.account.delete("aws:ecs/service:Service", site.service);
    await until(plane, () => plane.status().services.length === 0);
    assert.deepEqual(runtime.addresses, []);
    assert.equal((await fetch(siteUrl(plane))).status, 503);
  });
});
