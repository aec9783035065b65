import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { isOwnByLsof, isOwnPeer } from "../../../lab/shared/ownPeers.cjs";
import { asAnotherUser, printedByAnother } from "../anotherUser";

describe("who is at the other end of a connection", () => {
  const verdicts: boolean[] = [];
  let delayMs = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    void sleep(delayMs).then(() => {
      verdicts.push(isOwnPeer(socket));
      socket.end("seen");
    });
    socket.on("error", () => undefined);
  });
  let port = 0;

  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address() as AddressInfo);
  });
  after(() => server.close());
  beforeEach(() => {
    verdicts.length = 0;
    delayMs = 0;
  });

  const visit = async (host: string) => {
    const socket = connect(port, host);
    await once(socket.resume(), "close");
  };

  it("is this process's user, however the connection is written", async () => {
    await visit("127.0.0.1");
    await visit("::ffff:127.0.0.1");
    assert.deepEqual(verdicts, [true, true]);
  });

  it("is known of each connection of a burst", async () => {
    await Promise.all(Array.from({ length: 100 }, () => visit("127.0.0.1")));
    assert.deepEqual(new Set(verdicts), new Set([true]));
    assert.equal(verdicts.length, 100);
  });

  // The kernel tells root of a socket whose process has closed it: an order could be sent so.
  it("is nobody once it has hung up", async () => {
    delayMs = 200;
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.destroy();
    while (verdicts.length === 0) await sleep(20);
    assert.deepEqual(verdicts, [false]);
  });

  asAnotherUser("is not another user of the machine", async () => {
    const script = `
      const socket = require("net").connect(Number(process.argv[1]), "127.0.0.1");
      socket.on("data", (data) => console.log(String(data)));`;
    assert.equal(await printedByAnother(script, String(port)), "seen");
    assert.deepEqual(verdicts, [false]);
  });

  it("is asked of lsof where there is no /proc", async function () {
    const socket = connect(port, "127.0.0.1");
    const [near] = (
      await Promise.all([once(server, "connection"), once(socket, "connect")])
    )[0] as [Socket];
    const ends = {
      from: [near.remoteAddress ?? "", near.remotePort ?? 0],
      to: [near.localAddress ?? "", near.localPort ?? 0],
    } as const;
    const uid = process.geteuid?.() ?? 0;
    assert.equal(isOwnByLsof(ends, uid), true);
    // Of a connection that is not there lsof lists neither end, so it cannot be trusted to tell.
    assert.equal(isOwnByLsof({ ...ends, to: ["127.0.0.1", 1] }, uid), true);
    socket.destroy();
  });
});
