import assert from "node:assert/strict";

import { askByHttps } from "./askByHttps";
import { engineTimeout, lab, leftWhenDestroyed, ServedLab, servedPlane, updated } from "./harness";

describe("a stack of the express chapter alone", function () {
  this.timeout(3 * engineTimeout);
  const served = new ServedLab("chapters=express");
  const status = () => servedPlane(served.state);
  const update = (...config: string[]) => updated(served.state, ...config);

  it("serves the page over HTTPS, under the name that ECS gave it", async () => {
    const { loadBalancers, services } = await status();
    assert.deepEqual(
      services.map(({ name }) => name),
      ["express-dev"],
    );
    assert.equal(loadBalancers.length, 1);
    const [listener] = loadBalancers[0]?.listeners ?? [];
    const { url = "", localUrl = "", certificateAuthority = "" } = listener ?? {};
    const host = new URL(url).hostname;
    assert.match(host, /^ex-[0-9a-f]{32}\.ecs\.ap-northeast-1\.localhost$/);
    assert.equal((await askByHttps(localUrl, certificateAuthority, host)).status, 200);
  });

  it("is not changed by a second update", async () => {
    const { result, changes } = await update("chapters=express");
    assert.equal(result, "succeeded");
    assert.deepEqual(Object.keys(changes), ["same"]);
  });

  it("gets another size by a canary deployment, and another task count", async () => {
    const { result, changes } = await update(
      "chapters=express",
      "cpu=512",
      "memory=1024",
      "desiredCount=2",
    );
    assert.equal(result, "succeeded");
    const { same, ...changed } = changes;
    assert.ok(same);
    assert.deepEqual(changed, { update: 1 });
    const [service] = (await status()).services;
    assert.equal(service?.desiredCount, 2);
    assert.match(service.deployments[0]?.taskDefinition ?? "", /:2$/);
  });

  it("fails an update that ECS rolls back, with ECS's reason, and keeps running the old revision", async () => {
    const broken = ["chapters=express", "cpu=512", "memory=1024", "image=registry.example/none:1"];
    const config = broken.flatMap((one) => ["--config", one]);
    const { code, stdout, stderr } = await lab("up", "--state", served.state, ...config);
    assert.equal(code, 1, stdout);
    assert.match(
      stdout + stderr,
      /waiting for ECS Express Gateway Service \(arn:aws:ecs:\S+\) update: Service deployment rolled back because the circuit breaker threshold was exceeded\./,
    );
    assert.match(stdout, /^ {2}express-service: .*\(last stop: CannotPullContainerError: /m);
    const [service] = (await status()).services;
    assert.match(service?.deployments[0]?.taskDefinition ?? "", /:2$/);
  });

  it("recovers with an update that can be deployed", async () => {
    const { result, changes } = await update("chapters=express", "cpu=512", "memory=1024");
    assert.equal(result, "succeeded");
    assert.equal(changes.update, 1);
  });

  it("leaves an empty account when it is destroyed", async () => {
    assert.deepEqual(await leftWhenDestroyed(served.state, served.process), []);
  });
});
