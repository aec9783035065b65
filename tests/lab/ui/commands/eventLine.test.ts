import assert from "node:assert/strict";

import { eventLine } from "../../../../lab/ui/commands/eventLine";

describe("an event's line in the terminal that serves", () => {
  const resource = "arn:aws:ecs:ap-northeast-1:123456789012:task/handson-dev/8046b348506f1830";
  const ofTask = (message: string) => eventLine({ source: "task", resource, message });

  it("has the id of a task that runs or has stopped, and the reason", () => {
    assert.equal(ofTask("RUNNING"), "task 8046b348506f1830: RUNNING");
    assert.equal(ofTask("STOPPED: no image"), "task 8046b348506f1830: STOPPED: no image");
  });

  it("is left out for the other states that a task goes through, which the status shows", () => {
    for (const state of ["PROVISIONING", "PENDING", "ACTIVATING", "DEACTIVATING", "STOPPING"]) {
      assert.equal(ofTask(state), undefined);
    }
  });

  it("has a service's own message", () => {
    const message = "(service handson-dev) has reached a steady state.";
    const line = eventLine({ source: "service", resource: "handson-dev", message });
    assert.equal(line, `handson-dev: ${message}`);
  });
});
