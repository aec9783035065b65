import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { request } from "node:https";

import type { LabStatus } from "../../../lab/host/host";
import {
  accountOf,
  engineTimeout,
  lab,
  labReport,
  type LabProcess,
  pulumiCli,
  startServed,
  stateFolder,
} from "./harness";

describe("a stack of the express chapter alone", function () {
  this.timeout(3 * engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let served: LabProcess;

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    ({ served } = await startServed(state, "chapters=express"));
  });
  after(async () => {
    served.child.kill("SIGKILL");
    await remove();
  });

  const status = async () => {
    const { stdout } = await lab("status", "--state", state, "--json");
    return (JSON.parse(stdout) as LabStatus).plane ?? assert.fail("nothing is served");
  };

  const update = (...config: string[]) =>
    labReport("up", "--state", state, ...config.flatMap((one) => ["--config", one]));

  it("serves the page by HTTPS, under the name that ECS gave it", async () => {
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
    const ca = await readFile(certificateAuthority);
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      request(localUrl, { ca, servername: host, headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
    assert.equal(answer, 200);
  });

  it("is left alone by a second update", async () => {
    const { result, changes } = await update("chapters=express");
    assert.equal(result, "succeeded");
    assert.deepEqual(Object.keys(changes), ["same"]);
  });

  it("gets another size by a canary, and other counts", async () => {
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

  it("leaves an empty account when it is destroyed", async () => {
    const { code, stdout, stderr } = await lab("destroy", "--yes", "--state", state);
    assert.equal(code, 0, stdout + stderr);
    served.child.kill("SIGTERM");
    await served.exit();
    assert.deepEqual(await accountOf(state), []);
  });
});
