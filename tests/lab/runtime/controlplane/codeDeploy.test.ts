import assert from "node:assert/strict";
import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import { codeDeploySteps } from "../../../../lab/runtime/controlplane/traffic/codeDeploy";
import { PATIENCE_MS } from "../patience";
import {
  type BlueGreenSite,
  createDeploymentGroup,
  healthCheckSpeed,
  openBlueGreenSite,
} from "./blueGreenSite";
import { siteFolders, startLoad } from "./load";
import { endPlanes, runningTasks, service, siteUrl, startPlane, steady, until } from "./plane";

const GROUP = { applicationName: "site", deploymentGroupName: "site" };

describe("a deployment by CodeDeploy", function () {
  this.timeout(PATIENCE_MS);
  let sites: ReturnType<typeof siteFolders>;
  let site: BlueGreenSite;

  before(() => {
    sites = siteFolders({ old: "old", new: "new", newer: "newer" });
  });

  after(() => {
    sites.remove();
  });

  afterEach(endPlanes);

  async function serve(
    deploymentConfigName = "CodeDeployDefault.ECSAllAtOnce",
    deploymentSpeed = 400, // the hour that tasks have to become healthy is nine seconds
  ): Promise<ControlPlane> {
    site = await openBlueGreenSite("old", {}, "CODE_DEPLOY");
    await createDeploymentGroup(site, deploymentConfigName);
    const plane = await startPlane(site.account, {
      images: sites.images,
      times: { deploymentSpeed, healthCheckSpeed },
    });
    await steady(plane);
    return plane;
  }

  for (const configuration of ["ECSAllAtOnce", "ECSLinear10PercentEvery1Minutes"]) {
    it(`with ${configuration} changes the page, loses no request and updates the service's record`, async () => {
      const plane = await serve(`CodeDeployDefault.${configuration}`);
      const load = startLoad(siteUrl(plane));
      const taskDefinition = await site.register("new");
      const { deploymentId, ended } = plane.codeDeploy({ ...GROUP, taskDefinition });
      assert.match(deploymentId, /^d-[A-Z0-9]{9}$/);
      assert.throws(
        () => plane.codeDeploy({ ...GROUP, taskDefinition }),
        /^Error: DeploymentLimitExceededException/,
      );
      assert.deepEqual(await ended, { status: "Succeeded", message: "" });
      await steady(plane);
      const before = load.answers.length;
      await until(plane, () => load.answers.length > before + 20);
      const answers = await load.stop();
      assert.deepEqual(
        answers.filter(({ status }) => status !== 200),
        [],
      );
      assert.deepEqual(
        [...new Set(answers.filter(({ after }) => after >= before).map(({ body }) => body))],
        ["new"],
      );
      const record = site.account.get("aws:ecs/service:Service", site.service);
      assert.equal(record?.outputs.taskDefinition, taskDefinition);
      assert.deepEqual(
        (record.outputs.loadBalancers as { targetGroupArn: string }[])[0]?.targetGroupArn,
        site.alternate,
      );
      await endPlanes();

      const again = await startPlane(site.account, {
        images: sites.images,
        times: { healthCheckSpeed },
      });
      await steady(again);
      assert.equal(await (await fetch(siteUrl(again))).text(), "new");
    });
  }

  it("fails after an hour if its tasks do not become healthy, and keeps the old ones", async () => {
    const plane = await serve(undefined, 60 * 60 * 4); // an hour is a quarter of a second
    const before = runningTasks(plane).map(({ arn }) => arn);
    const load = startLoad(siteUrl(plane));
    const { ended } = plane.codeDeploy({ ...GROUP, taskDefinition: await site.register("typo:1") });
    const { status, message } = await ended;
    await steady(plane);
    assert.equal(status, "Failed");
    assert.match(message, /timed out while waiting for the replacement task set/);
    assert.deepEqual(
      (await load.stop()).filter((answer) => answer.status !== 200),
      [],
    );
    assert.deepEqual(
      runningTasks(plane).map(({ arn }) => arn),
      before,
    );
  });

  it("is undone when it is stopped", async () => {
    const plane = await serve("CodeDeployDefault.ECSCanary10Percent5Minutes", 60);
    const { ended } = plane.codeDeploy({ ...GROUP, taskDefinition: await site.register("new") });
    await until(
      plane,
      () => service(plane).deployments[0]?.lifecycleStage === "PRODUCTION_TRAFFIC_SHIFT",
    );
    plane.stopServiceDeployment({ cluster: "handson", service: "site" });
    assert.equal((await ended).status, "Stopped");
    await steady(plane);
    assert.equal(runningTasks(plane)[0]?.revision, 1);
    assert.deepEqual(site.weights(), { [site.first]: 100, [site.alternate]: 0 });
  });

  it("is undone at the next start if the lab was killed in the middle, and pages answer", async () => {
    const plane = await serve("CodeDeployDefault.ECSCanary10Percent5Minutes", 1);
    plane.codeDeploy({ ...GROUP, taskDefinition: await site.register("new") });
    await until(
      plane,
      () => service(plane).deployments[0]?.lifecycleStage === "PRODUCTION_TRAFFIC_SHIFT",
    );
    // The weights that a lab leaves when it is killed after the last step.
    await endPlanes();
    const targetGroups = [
      { arn: site.first, weight: 0 },
      { arn: site.alternate, weight: 100 },
    ];
    await site.account.modify("aws:lb/listenerRule:ListenerRule", site.production, {
      actions: [{ type: "forward", forward: { targetGroups } }],
    });

    const again = await startPlane(site.account, {
      images: sites.images,
      times: { healthCheckSpeed },
    });
    await steady(again);
    assert.deepEqual(site.weights(), { [site.first]: 100, [site.alternate]: 0 });
    const answer = await fetch(siteUrl(again));
    assert.deepEqual([answer.status, await answer.text()], [200, "old"]);
  });

  it("is the only way to deploy another revision", async () => {
    const plane = await serve();
    const taskDefinition = await site.register("new");
    await assert.rejects(
      plane.updateService({ cluster: "handson", service: "site", taskDefinition }),
      /^Error: InvalidParameterException: Unable to update task definition on services with a CODE_DEPLOY/,
    );
    assert.throws(
      () => plane.codeDeploy({ ...GROUP, deploymentGroupName: "none", taskDefinition }),
      /DeploymentGroupDoesNotExistException/,
    );
    assert.throws(
      () => plane.codeDeploy({ ...GROUP, taskDefinition: "none:1" }),
      /no task definition none:1/,
    );
    assert.equal(service(plane).deployments.length, 1);
  });
});

describe("codeDeploySteps", () => {
  it("follows the names of CodeDeploy's configurations", () => {
    const summary = (name: string) => {
      const { strategy, steps } = codeDeploySteps(`CodeDeployDefault.${name}`);
      return [strategy, steps.length, steps[0]?.percent, steps[0]?.bakeMinutes];
    };
    assert.deepEqual(summary("ECSAllAtOnce"), ["BLUE_GREEN", 1, 100, 0]);
    assert.deepEqual(summary("ECSLinear10PercentEvery3Minutes"), ["LINEAR", 10, 10, 3]);
    assert.deepEqual(summary("ECSCanary10Percent15Minutes"), ["CANARY", 2, 10, 15]);
  });
});
