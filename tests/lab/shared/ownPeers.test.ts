import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import { isOwnByLsof, isOwnPeer } from "../../../lab/shared/ownPeers.cjs";
import { asAnotherUser, printedByAnother } from "../anotherUser";

describe("who is at the other end of a connection", () => {
  const verdicts: boolean[] = [];
  const byLsof: boolean[] = [];
  let delayMs = 0;
  let asksLsof = false;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    void sleep(delayMs).then(() => {
      verdicts.push(isOwnPeer(socket));
      if (asksLsof) byLsof.push(isOwnByLsof(endsOf(socket), process.geteuid?.() ?? 0));
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
    byLsof.length = 0;
    delayMs = 0;
    asksLsof = false;
  });

  const visit = async (host: string) => {
    const socket = connect(port, host);
    await once(socket.resume(), "close");
  };

  it("is this process's user, however the address is written", async () => {
    await visit("127.0.0.1");
    await visit("::ffff:127.0.0.1");
    assert.deepEqual(verdicts, [true, true]);
  });

  it("is known for each connection in a burst", async () => {
    await Promise.all(Array.from({ length: 100 }, () => visit("127.0.0.1")));
    assert.deepEqual(new Set(verdicts), new Set([true]));
    assert.equal(verdicts.length, 100);
  });

  // The kernel reports root for a socket whose process has closed it: a request could be sent that way.
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
    asksLsof = true;
    assert.equal(await printedByAnother(script, String(port)), "seen");
    assert.deepEqual([verdicts, byLsof], [[false], [false]]);
  });

  it("is found by lsof where there is no /proc", async () => {
    asksLsof = true;
    await visit("127.0.0.1");
    assert.deepEqual(byLsof, [true]);
    // lsof lists neither end of a connection that does not exist, so its silence proves nothing.
    const nowhere = { from: ["127.0.0.1", 1], to: ["127.0.0.1", 2] } as const;
    assert.equal(isOwnByLsof(nowhere, process.geteuid?.() ?? 0), true);
  });
});

function endsOf(socket: Socket) {
  const { remoteAddress = "", remotePort = 0, localAddress = "", localPort = 0 } = socket;
  return { from: [remoteAddress, remotePort], to: [localAddress, localPort] } as const;
}
