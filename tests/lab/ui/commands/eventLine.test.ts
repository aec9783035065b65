import assert from "node:assert/strict";

import { eventLine } from "../../../../lab/ui/commands/eventLine";

describe("what the terminal that serves says", () => {
  const resource = "arn:aws:ecs:ap-northeast-1:123456789012:task/handson-dev/8046b348506f1830";
  const ofTask = (message: string) => eventLine({ source: "task", resource, message });

  it("names a task that runs or has stopped by its id, with why", () => {
    assert.equal(ofTask("RUNNING"), "task 8046b348506f1830: RUNNING");
    assert.equal(ofTask("STOPPED: no image"), "task 8046b348506f1830: STOPPED: no image");
  });

  it("leaves the other states that a task passes to the status", () => {
    for (const state of ["PROVISIONING", "PENDING", "ACTIVATING", "DEACTIVATING", "STOPPING"]) {
      assert.equal(ofTask(state), undefined);
    }
  });

  it("is a service's own words", () => {
    const message = "(service handson-dev) has reached a steady state.";
    const line = eventLine({ source: "service", resource: "handson-dev", message });
    assert.equal(line, `handson-dev: ${message}`);
  });
});
