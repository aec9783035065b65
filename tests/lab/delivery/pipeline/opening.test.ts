import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { Account } from "../../../../lab/account/account";
import { Delivery, type DeliveryOptions } from "../../../../lab/delivery/pipeline/delivery";
import { Pipelines } from "../../../../lab/delivery/pipeline/pipelines";

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
  const { recover } = Pipelines.prototype;

  beforeEach(async () => (stateDir = await mkdtemp(path.join(tmpdir(), "lab-"))));
  afterEach(async () => {
    Pipelines.prototype.recover = recover;
    await rm(stateDir, { recursive: true });
  });

  it("leaves no server, which would keep the lab from ending, where a file is damaged", async () => {
    const before = servers().length;
    await writeFile(path.join(stateDir, "git-server.json"), "{");
    await assert.rejects(Delivery.open(options()), /git-server\.json is damaged: remove it/);
    assert.equal(servers().length, before);
  });

  it("leaves none where an execution cannot be read", async () => {
    const before = servers().length;
    Pipelines.prototype.recover = () => Promise.reject(new Error("run.json is damaged"));
    await assert.rejects(Delivery.open(options()), /run\.json is damaged/);
    assert.equal(servers().length, before);
  });
});
