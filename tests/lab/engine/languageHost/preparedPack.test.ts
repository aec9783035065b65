import * as assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { PreparedPack } from "../../../../lab/engine/languageHost/preparedPack";
import { policyPack } from "../../../../lab/shared/repository";
import { asAnotherUser, OPEN_GRPC, printedByAnother, printedByOwn } from "../../anotherUser";

describe("a policy pack that is started early", () => {
  it("listens on this machine until it is closed", async () => {
    const pack = new PreparedPack(policyPack);
    const port = await pack.port;
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    // The pack is killed: the connection may be reset.
    socket.on("error", () => undefined);
    const closed = new Promise((resolve) => socket.on("close", resolve));
    // The socket closes only once what the pack sent has been read.
    socket.resume();
    pack.close();
    await closed;
  });

  asAnotherUser("listens to no other user of the machine", async () => {
    const pack = new PreparedPack(policyPack);
    try {
      const port = String(await pack.port);
      assert.equal(await printedByAnother(OPEN_GRPC, port), "closed");
      assert.equal(await printedByOwn(OPEN_GRPC, port), "answered");
    } finally {
      pack.close();
    }
  });

  it("is for its own folder only", () => {
    const pack = new PreparedPack(policyPack);
    assert.equal(pack.runs(`${policyPack}${path.sep}`), true);
    assert.equal(pack.runs(path.dirname(policyPack)), false);
    pack.close();
  });

  it("reports what the pack printed if it does not start", async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "pack-"));
    try {
      await writeFile(path.join(dir, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: broken.cjs\n");
      await writeFile(path.join(dir, "broken.cjs"), 'throw new Error("no rules today");\n');
      const pack = new PreparedPack(dir);
      await assert.rejects(pack.port, /the policy pack failed to start: [^]*no rules today/);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
