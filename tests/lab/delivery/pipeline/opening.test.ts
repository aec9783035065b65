import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout } from "node:timers/promises";

import { Account } from "../../../../lab/account/account";
import { Delivery, type DeliveryOptions } from "../../../../lab/delivery/pipeline/delivery";

const servers = () => process.getActiveResourcesInfo().filter((one) => one === "TCPServerWrap");

describe("delivery that cannot be opened", () => {
  let stateDir: string;
  const options = (): DeliveryOptions => ({
    account: Account.inMemory(),
    plane: {} as DeliveryOptions["plane"],
    stateDir,
    report: () => undefined,
    onChange: () => undefined,
  });
  beforeEach(async () => (stateDir = await mkdtemp(path.join(tmpdir(), "lab-"))));
  afterEach(async () => {
    await rm(stateDir, { recursive: true });
  });

  it("leaves no server open, which would keep the lab from ending, if a file is damaged", async () => {
    const before = servers().length;
    await writeFile(path.join(stateDir, "git-server.json"), "{");
    await assert.rejects(Delivery.open(options()), /git-server\.json is damaged: remove it/);
    assert.equal(servers().length, before);
  });

  it("leaves no server open if its executions cannot be read", async () => {
    const before = servers().length;
    const unreadable = { list: () => assert.fail("cannot be read") };
    const account = unreadable as unknown as DeliveryOptions["account"];
    await assert.rejects(Delivery.open({ ...options(), account }), /cannot be read/);
    // A closed server may still be listed for a while.
    for (let turn = 0; turn < 100 && servers().length > before; turn++) await setTimeout(10);
    assert.equal(servers().length, before);
  });
});
