import assert from "node:assert/strict";

import type { LabStatus } from "../../../lab/host/host";
import { engineTimeout, lab, ServedLab } from "./harness";

describe("an update whose deployment is rolled back", function () {
  this.timeout(engineTimeout);
  const served = new ServedLab();

  const runs = async () => {
    const { stdout } = await lab("status", "--state", served.state, "--json");
    const { plane } = JSON.parse(stdout) as LabStatus;
    return plane?.services[0]?.deployments[0]?.taskDefinition;
  };

  it("follows a first update, which waits for its tasks and says so", () => {
    assert.match(
      served.process.stdout,
      /^ {2}fargate-service: handson-dev: 0 of 1 tasks are healthy/m,
    );
    assert.match(served.process.stdout, /^52 created in /m);
  });

  it("fails with ECS's reason, and the old revision keeps running", async () => {
    const broken = ["--config", "image=registry.example/none:1"];
    const { code, stdout, stderr } = await lab("up", "--state", served.state, ...broken);
    assert.equal(code, 1);
    assert.match(
      stdout + stderr,
      /waiting for ECS Service \(arn:aws:ecs:\S+\) update: Service deployment rolled back because the circuit breaker threshold was exceeded\./,
    );
    assert.match(stdout, /^ {2}fargate-service: .*\(last stop: CannotPullContainerError: /m);
    assert.equal(await runs(), "handson-dev:1");
  });

  it("makes the next preview warn that the service runs another revision", async () => {
    // The update's settings were not kept, as it failed; pulumi keeps those that it is given.
    const again = ["--config", "image=registry.example/none:1"];
    const { stdout } = await lab("pulumi", "--state", served.state, "preview", ...again);
    assert.match(
      stdout,
      /warning: the service handson-dev runs handson-dev:1, not handson-dev:2, which the stack deployed last/,
    );
    assert.match(stdout, /~ {2}aws:ecs:Service fargate-service update *$/m);
  });

  it("leaves a difference that a preview shows after a refresh", async () => {
    const { stdout } = await lab(
      "pulumi",
      "--state",
      served.state,
      "preview",
      "--refresh",
      "--diff",
    );
    assert.match(stdout, /~ taskDefinition: ".*handson-dev:1" => ".*handson-dev:2"/);
  });

  it("is repaired by an update that can be deployed", async () => {
    const good = ["--config", "image=public.ecr.aws/docker/library/nginx:1.30.6-alpine"];
    const { code, stdout } = await lab("up", "--state", served.state, ...good);
    assert.equal(code, 0, stdout);
    assert.equal(await runs(), "handson-dev:3");
    const { stdout: after } = await lab("pulumi", "--state", served.state, "preview");
    assert.doesNotMatch(after, /warning: the service/);
    assert.match(after, /^ +52 unchanged$/m);
  });
});
