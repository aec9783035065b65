import assert from "node:assert/strict";
import { request } from "node:https";
import { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import type { Properties } from "../../../../lab/account/resourceType";
import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import { create, TYPES } from "../../account/fixtures";
import {
  createExpressWorld,
  type ExpressWorld,
  goodExpress,
} from "../../account/types/expressWorld";
import { PATIENCE_MS } from "../patience";
import { healthCheckSpeed } from "./blueGreenSite";
import { CRASH, InProcessRuntime } from "./inProcess";
import { siteFolders } from "./load";
import { endPlanes, runningTasks, service, startPlane, steady, until } from "./plane";

/** A minute of bake time is a tenth of a second here. */
const deploymentSpeed = 600;

describe("a running Express service", function () {
  this.timeout(PATIENCE_MS);
  let sites: ReturnType<typeof siteFolders>;
  let account: Account;
  let world: ExpressWorld;

  before(() => {
    sites = siteFolders({ old: "old", new: "new" });
  });

  after(() => {
    sites.remove();
  });

  beforeEach(async () => {
    account = Account.inMemory();
    world = await createExpressWorld(account);
  });

  afterEach(endPlanes);

  const open = () =>
    startPlane(account, {
      runtime: new InProcessRuntime(sites.images),
      times: { deploymentSpeed, healthCheckSpeed },
    });

  const express = (serviceName: string, image: string, more: Properties = {}) =>
    create(account, "expressService", {
      ...goodExpress(world),
      serviceName,
      healthCheckPath: "/",
      primaryContainer: { image },
      ...more,
    });

  const change = ({ id, inputs, urn }: ResourceRecord, news: Properties) =>
    account.update(TYPES.expressService, id, urn, { ...inputs, ...news });

  it("answers over HTTPS under its own name, next to others behind the same load balancer", async () => {
    const shop = await express("shop", "old");
    const blog = await express("blog", "new");
    const plane = await open();
    await steady(plane);
    assert.equal(await ask(plane, shop), "old");
    assert.equal(await ask(plane, blog), "new");
    assert.equal(await ask(plane), "Not Found");
    const [{ endpoint } = { endpoint: "" }] = shop.outputs.ingressPaths as { endpoint: string }[];
    const { url = "" } = plane.status().loadBalancers[0] ?? {};
    assert.equal(new URL(url).hostname, new URL(endpoint).hostname);
  });

  it("shifts requests to a new image with a canary, and then runs no old task", async () => {
    const shop = await express("shop", "old");
    const plane = await open();
    await steady(plane);
    await change(shop, { primaryContainer: { image: "new" } });
    await plane.sync();
    assert.equal(service(plane, "shop").deployments[0]?.strategy, "CANARY");
    await steady(plane);
    assert.equal(await ask(plane, shop), "new");
    assert.equal(runningTasks(plane, "shop").length, 1);
  });

  it("keeps its old tasks when the new ones do not start", async () => {
    const shop = await express("shop", "old");
    const plane = await open();
    await steady(plane);
    await change(shop, { primaryContainer: { image: CRASH } });
    await plane.sync();
    await until(plane, () =>
      service(plane, "shop").deployments.some(({ rolloutState }) => rolloutState === "FAILED"),
    );
    await steady(plane);
    assert.equal(await ask(plane, shop), "old");
  });

  it("runs its minimum number of tasks", async () => {
    const shop = await express("shop", "old");
    const plane = await open();
    await steady(plane);
    await change(shop, { scalingTargets: [{ minTaskCount: 3, maxTaskCount: 4 }] });
    await plane.sync();
    await steady(plane);
    assert.equal(runningTasks(plane, "shop").length, 3);
  });

  it("stops its tasks and removes its load balancer when it is deleted", async () => {
    const shop = await express("shop", "old");
    const plane = await open();
    await steady(plane);
    await account.delete(TYPES.expressService, shop.id);
    await plane.sync();
    await until(plane, () => plane.status().services.length === 0);
    assert.deepEqual(plane.status().loadBalancers, []);
  });
});

/** What the load balancer answers under the service's name; without a service, under an unknown name. */
function ask(plane: ControlPlane, service?: ResourceRecord): Promise<string> {
  const [path] = (service?.outputs.ingressPaths ?? []) as { endpoint: string }[];
  const host = path === undefined ? "nobody" : new URL(path.endpoint).host;
  const url = plane.status().loadBalancers[0]?.listeners[0]?.localUrl ?? assert.fail("closed");
  return new Promise((resolve, reject) => {
    const options = { headers: { host }, servername: host, rejectUnauthorized: false };
    request(url, options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => {
        resolve(text.trim());
      });
    })
      .on("error", reject)
      .end();
  });
}
