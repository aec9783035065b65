import { once } from "node:events";
import { connect } from "node:net";

import { Account } from "../../../lab/account/account";
import { serveProviders } from "../../../lab/provider/server";

describe("the offline providers' server", () => {
  it("closes though an engine never answers that its connection is closed", async () => {
    const server = await serveProviders(Account.inMemory());
    const engine = connect({ host: "127.0.0.1", port: server.port, allowHalfOpen: true });
    await once(engine, "connect");
    try {
      await server.close();
    } finally {
      engine.destroy();
    }
  });
});
