import * as assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { PolicyServer } from "../../../lab/engine/policyServer";
import { policyPack } from "../../../lab/repository";

describe("policy server", function () {
  this.timeout(60_000);

  it("has the pack listening on this machine, and ends it", async () => {
    const server = await PolicyServer.start(policyPack);
    const port = await server.port;
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    // The pack is ended without ceremony: the connection may be reset.
    socket.on("error", () => undefined);
    const closed = new Promise((resolve) => socket.on("close", resolve));
    // It ends only when what the pack sent was read.
    socket.resume();
    server.close();
    await closed;
  });

  it("tells what a pack said that does not start", async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "pack-"));
    try {
      await writeFile(path.join(dir, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: broken.cjs\n");
      await writeFile(path.join(dir, "broken.cjs"), 'throw new Error("no rules today");\n');
      const server = await PolicyServer.start(dir);
      await assert.rejects(server.port, /the policy pack does not start: [^]*no rules today/);
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
