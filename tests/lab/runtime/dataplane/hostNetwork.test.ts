import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { HostNetwork } from "../../../../lab/runtime/dataplane/tasks/hostNetwork";

describe("a task's network on this machine", () => {
  let workDir: string;
  let network: HostNetwork;

  beforeEach(() => {
    workDir = mkdtempSync(join(tmpdir(), "ecs-handson-network-"));
    network = HostNetwork.open(workDir);
  });
  afterEach(() => {
    rmSync(workDir, { recursive: true });
  });

  it("gives a port to one container at a time", () => {
    assert.equal(network.claim(80, "one"), true);
    assert.equal(network.claim(80, "one"), true);
    assert.equal(network.claim(80, "other"), false);
    network.release("one");
    assert.equal(network.claim(80, "other"), true);
  });

  it("gives no container a port whose file cannot be read", () => {
    writeFileSync(join(network.folder, "80"), "");
    assert.equal(network.claim(80, "one"), false);
    assert.equal(network.address(80), undefined);
  });

  it("gives no container a port once it is closed", async () => {
    await network.close();
    assert.equal(network.claim(80, "one"), false);
  });
});
