import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";

import { Account } from "../../../lab/account/account";
import { serveProviders } from "../../../lab/provider/server";
import { asAnotherUser, OPEN_GRPC, printedByAnother, printedByOwn } from "../anotherUser";

describe("the offline providers' server", () => {
  it("closes even if an engine never closes its end of the connection", async () => {
    const server = await serveProviders(Account.inMemory());
    const engine = connect({ host: "127.0.0.1", port: server.port, allowHalfOpen: true });
    await once(engine, "connect");
    try {
      await server.close();
    } finally {
      engine.destroy();
    }
  });

  asAnotherUser("lets no other user of the machine in", async () => {
    const server = await serveProviders(Account.inMemory());
    try {
      assert.equal(await printedByAnother(OPEN_GRPC, String(server.port)), "closed");
      assert.equal(await printedByOwn(OPEN_GRPC, String(server.port)), "answered");
    } finally {
      await server.close();
    }
  });
});
