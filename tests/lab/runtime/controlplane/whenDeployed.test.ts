import assert from "node:assert/strict";
import type { ControlPlane } from "../../../../lab/runtime/controlplane/controlPlane";
import { PATIENCE_MS } from "../patience";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, runningTasks, service, startPlane, steady } from "./plane";

const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };

// What the provider waits for with waitForSteadyState: terraform-provider-aws,
// internal/service/ecs/service.go, statusServiceWaitForStable, findDeploymentStatus.
describe("waiting for a service's deployment", function () {
  this.timeout(PATIENCE_MS);
  afterEach(endPlanes);

  async function site(more: Record<string, unknown> = breaker): Promise<{
    account: MemoryAccount;
    plane: ControlPlane;
    arn: string;
  }> {
    const account = new MemoryAccount();
    const { service: arn } = account.site(more);
    return { account, arn, plane: await startPlane(account) };
  }

  const wait = (more: object = {}) => ({
    timeoutMs: PATIENCE_MS / 2,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...more,
  });

  it("ends when the tasks are healthy, and reports what is missing until then", async () => {
    const { arn, plane } = await site();
    const reported: string[] = [];
    await plane.whenDeployed(arn, wait({ onProgress: (text: string) => reported.push(text) }));
    assert.equal(runningTasks(plane).length, 1);
    assert.match(reported[0] ?? "", /^site: 0 of 1 tasks are healthy/);
    assert.deepEqual(reported, [...new Set(reported)]);
  });

  it("waits for the tasks of a new desired count, though nothing is deployed", async () => {
    const { account, arn, plane } = await site();
    await steady(plane);
    account.service("site", { desiredCount: 3 });
    await plane.whenDeployed(arn, wait());
    assert.equal(runningTasks(plane).length, 3);
  });

  // The messages are those of the provider's acceptance tests, internal/service/ecs/service_test.go.
  it("fails with ECS's reason once a deployment has been rolled back", async () => {
    const { account, arn, plane } = await site();
    await steady(plane);
    account.service("site", {
      taskDefinition: account.taskDefinition("handson", { image: "no:1" }),
    });
    await assert.rejects(plane.whenDeployed(arn, wait()), {
      message: "Service deployment rolled back because the circuit breaker threshold was exceeded.",
    });
    assert.equal(service(plane).deployments[0]?.taskDefinition, "handson:1");
    assert.equal(service(plane).deployments[0]?.rolloutState, "COMPLETED");
  });

  it("fails when the first deployment has nothing to roll back to", async () => {
    const account = new MemoryAccount();
    const { service: arn } = account.site(breaker);
    account.service("site", {
      taskDefinition: account.taskDefinition("handson", { image: "no:1" }),
    });
    const plane = await startPlane(account);
    await assert.rejects(plane.whenDeployed(arn, wait()), {
      message: "No rollback candidate was found to run the rollback.",
    });
  });

  it("fails with the reason when a user stops the deployment", async () => {
    const { account, arn, plane } = await site();
    await steady(plane);
    account.service("site", {
      taskDefinition: account.taskDefinition("handson", { image: "nginx:2" }),
      desiredCount: 2,
    });
    const waiting = plane.whenDeployed(
      arn,
      wait({
        onProgress: () => {
          const [{ rolloutState, id } = {}] = service(plane).deployments;
          if (rolloutState !== "IN_PROGRESS" || stopped === id) return;
          stopped = id;
          plane.stopServiceDeployment({ cluster: "handson", service: "site" });
        },
      }),
    );
    let stopped: string | undefined;
    await assert.rejects(waiting, { message: /stopped by user request/ });
  });

  it("fails when a newer deployment replaces the awaited one", async () => {
    const { account, arn, plane } = await site();
    await steady(plane);
    const deploy = (image: string) => {
      account.service("site", { taskDefinition: account.taskDefinition("handson", { image }) });
    };
    deploy("no:1");
    let isFirst = true;
    const onProgress = () => {
      if (isFirst) deploy("nginx:3");
      isFirst = false;
    };
    await assert.rejects(plane.whenDeployed(arn, wait({ onProgress })), {
      message: "a newer deployment replaced it",
    });
  });

  it("fails with what is missing when the timeout expires", async () => {
    const { account, arn, plane } = await site({});
    await steady(plane);
    account.service("site", {
      taskDefinition: account.taskDefinition("handson", { image: "no:1" }),
    });
    await assert.rejects(
      plane.whenDeployed(arn, wait({ timeoutMs: 50 })),
      /^Error: not steady after 0\.05 s: site: 0 of 1 tasks are healthy/,
    );
  });

  it("ends when the operation is cancelled or the service is deleted", async () => {
    const { account, arn, plane } = await site({});
    await steady(plane);
    account.service("site", {
      taskDefinition: account.taskDefinition("handson", { image: "no:1" }),
    });
    const operation = new AbortController();
    const cut = plane.whenDeployed(arn, wait({ signal: operation.signal }));
    operation.abort(new Error("cancelled"));
    await assert.rejects(cut, { message: "cancelled" });

    const orphan = plane.whenDeployed(arn, wait());
    account.remove("aws:ecs/service:Service", arn);
    await assert.rejects(orphan, { message: "the service was deleted" });
  });
});
