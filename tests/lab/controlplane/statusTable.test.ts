import assert from "node:assert/strict";
import { describeStatus } from "../../../lab/commands/status";
import { MemoryAccount } from "./memoryAccount";
import { endPlanes, startPlane } from "./plane";

describe("describeStatus", () => {
  afterEach(endPlanes);

  it("shows instances as simulated, what they have left, and where each task is", async () => {
    const account = new MemoryAccount();
    account.cluster();
    account.service("nginx", {
      taskDefinition: account.instanceTask("nginx-task"),
      capacityProviderStrategies: [{ capacityProvider: "nginx", weight: 1, base: 0 }],
    });
    account.service("web", { taskDefinition: account.taskDefinition("web") });
    const plane = await startPlane(account);
    await plane.whenSteady(5000);
    const text = describeStatus({ stacks: { dev: 40 }, plane: plane.status() });
    const [task] = plane.status().services.find(({ name }) => name === "nginx")?.tasks ?? [];
    const id = task?.instanceId ?? assert.fail("it was not placed");

    assert.match(text, /instance \(simulated\)/);
    assert.match(
      text,
      new RegExp(`│ ${id} +│ nginx +│ t3.micro .*│ ACTIVE +│ 1 +│ 1 of 1 +│ 128 of`),
    );
    assert.match(text, new RegExp(`HEALTHY +│ nginx: ${id} +│ 127`));
    assert.match(text, /HEALTHY +│ FARGATE +│ 127/);
  });

  it("has no table of instances where there are none", async () => {
    const plane = await startPlane(new MemoryAccount());
    const text = describeStatus({ stacks: { dev: 1 }, plane: plane.status() });
    assert.doesNotMatch(text, /instance/);
  });
});
