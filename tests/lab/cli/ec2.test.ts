import assert from "node:assert/strict";
import { request } from "node:http";

import type { LabStatus } from "../../../lab/host/host";
import {
  accountOf,
  engineTimeout,
  lab,
  labReport,
  LabProcess,
  pulumiCli,
  stateFolder,
} from "./harness";

describe("npm start with the fargate and ec2 chapters", function () {
  this.timeout(engineTimeout);
  let state: string;
  let remove: () => Promise<void>;
  let served: LabProcess;
  let port: string;

  before(pulumiCli);
  before(async () => {
    ({ state, remove } = await stateFolder());
    const config = ["--config", "chapters=fargate,ec2", "--config", "ec2DesiredCount=5"];
    const how = ["--runtime", "static", "--port", "0"];
    served = new LabProcess(["start", "--state", state, ...config, ...how]);
    [, port = ""] = await served.prints(/http:\/\/\S+elb\.localhost:(\d+)[^]*Ctrl-C stops/);
  });
  after(async () => {
    served.child.kill("SIGKILL");
    await remove();
  });

  const status = async () => {
    const { stdout } = await lab("status", "--state", state, "--json");
    const { plane } = JSON.parse(stdout) as LabStatus;
    assert.ok(plane);
    return plane;
  };

  /** Requests the load balancer as a browser does for this host. */
  const ask = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      request({ host: "127.0.0.1", port, headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });

  it("serves both services on one load balancer, by host", async () => {
    assert.equal(await ask("nginx.example"), 200);
    assert.equal(await ask("anything.else"), 200);
    const { loadBalancers } = await status();
    assert.equal(loadBalancers.length, 1);
    const conditions = loadBalancers[0]?.listeners[0]?.rules.map((rule) => rule.conditions) ?? [];
    assert.ok(
      conditions.some((text) => text.includes("nginx.*")),
      conditions.join(),
    );
  });

  it("scales out to one t3.micro instance for each of five tasks", async () => {
    const { instances, services } = await status();
    const ec2 = services.find(({ name }) => name === "nginx-dev");
    assert.equal(ec2?.runningCount, 5);
    const hosts = ec2.tasks
      .filter(({ lastStatus }) => lastStatus === "RUNNING")
      .map(({ instanceId }) => instanceId);
    assert.equal(new Set(hosts).size, 5, "no instance runs two tasks");
    const ids = instances.map(({ id }) => id);
    assert.ok(hosts.every((host) => host !== undefined && ids.includes(host)));
  });

  it("rejects an image that nobody has pushed, before anything is changed", async () => {
    const report = await labReport("up", "--state", state, "--config", "nginxImage=2.0");
    assert.deepEqual([report.operation, report.result], ["preview", "failed"]);
    assert.match(
      report.errors.join("\n"),
      /nginxImage 2\.0: the repository ecs-handson-dev\/nginx has no image with this tag; first push it: aws ecr/,
    );
  });

  it("rejects such an image on a new stack too, and says what to deploy first", async () => {
    const elsewhere = await stateFolder();
    const tagged = ["--config", "chapters=ec2", "--config", "nginxImage=2.0"];
    const { code, stdout } = await lab("up", "--state", elsewhere.state, ...tagged);
    assert.deepEqual(await accountOf(elsewhere.state), []);
    await elsewhere.remove();
    assert.equal(code, 1);
    assert.match(
      stdout,
      /nginxImage 2\.0: the repository ecs-handson-dev\/nginx does not exist yet; first update with nginxImage=public/,
    );
  });

  it("is destroyed while its tasks run, and leaves the account empty", async () => {
    const report = await labReport("destroy", "--state", state);
    assert.deepEqual(report.errors, []);
    assert.equal(report.result, "succeeded");
    served.child.kill("SIGINT");
    assert.equal((await served.exit()).code, 0);
    assert.deepEqual(await accountOf(state), []);
  });
});
