import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { Pace } from "../../../../lab/runtime/controlplane/pace";
import { LoadBalancers } from "../../../../lab/runtime/dataplane/alb/alb";
import { MemoryAccount } from "../controlplane/memoryAccount";
import { PATIENCE_MS } from "../patience";

/** A request that hides in another's body, where readers disagree about the end of that one. */
const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
const chunked = `0\r\n\r\n${SMUGGLED}`;

/** Headers and body of requests that two readers could end at different places. */
const ambiguous: Readonly<Record<string, readonly [fields: string, body: string]>> = {
  "a length and chunks": [
    `Content-Length: ${chunked.length}\r\nTransfer-Encoding: chunked`,
    chunked,
  ],
  "chunks and a length": [`Transfer-Encoding: chunked\r\nContent-Length: 4`, chunked],
  "two lengths": [`Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}`, SMUGGLED],
  "a list of lengths": [`Content-Length: 0, ${SMUGGLED.length}`, SMUGGLED],
  "a length with a sign": [`Content-Length: +${SMUGGLED.length}`, SMUGGLED],
  "a space before the colon": [`Transfer-Encoding : chunked`, chunked],
  "chunks that are not the last encoding": [`Transfer-Encoding: chunked, identity`, chunked],
  "an unknown encoding": [`Transfer-Encoding: xchunked`, chunked],
  "a chunk size that is not a number": ["Transfer-Encoding: chunked", `0x0\r\n\r\n${SMUGGLED}`],
  "a folded header": [`X: a\r\n Transfer-Encoding: chunked\r\nContent-Length: a`, SMUGGLED],
};

describe("a load balancer with a hostile client", function () {
  this.timeout(PATIENCE_MS);
  let balancers: LoadBalancers;
  let server: Server;
  let port: number;
  let workDir: string;
  let asked: string[];

  before(async () => {
    workDir = mkdtempSync(join(tmpdir(), "ecs-handson-hostile-"));
    const account = new MemoryAccount();
    const listener = account.listener(account.loadBalancer("site"));
    const group = account.targetGroup("site");
    const action = { type: "forward", targetGroupArn: group };
    account.rule(listener, 1, [{ pathPattern: { values: ["*"] } }], [action]);
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      request.resume().once("end", () => response.end("ok"));
    });
    asked = [];
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const healthy = new Promise<void>((done) => {
      balancers = new LoadBalancers(
        account,
        { port: 18_400, workDir, pace: new Pace("fast", { healthCheckSpeed: 1 }) },
        () => undefined,
        (_, { state }) => {
          if (state === "healthy") done();
        },
      );
    });
    await balancers.sync();
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    balancers.targetGroup(group)?.register("task", address);
    await healthy;
    const url = balancers.status().loadBalancers[0]?.listeners[0]?.localUrl ?? "";
    port = Number(new URL(url).port);
  });
  after(async () => {
    await balancers.closeListeners(100);
    balancers.closeTargetGroups();
    server.close();
    server.closeAllConnections();
    rmSync(workDir, { recursive: true });
  });

  /** All that is answered until the connection ends; the client closes its half after the request. */
  async function answered(request: string): Promise<string> {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    socket.end(request);
    return text(socket);
  }

  const page = async () => (await fetch(`http://127.0.0.1:${port}/page`)).text();

  for (const [what, [fields, body]] of Object.entries(ambiguous)) {
    it(`refuses a request with ${what}, and passes on none that hides in it`, async () => {
      const answer = await answered(`POST /first HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${body}`);
      assert.match(answer, /^HTTP\/1\.1 400 /);
      assert.equal(answer.split("HTTP/1.1").length, 2, answer);
      assert.ok(!asked.includes("/smuggled"), asked.join(" "));
      assert.equal(await page(), "ok");
    });
  }

  it("ends the connection of a client that has closed its half, and answers others", async () => {
    await answered("GET /half HTTP/1.1\r\nHost: a\r\n\r\n");
    assert.equal(await page(), "ok");
  });

  it("answers others while a client never finishes its request", async () => {
    const slow = connect(port, "127.0.0.1");
    slow.write("GET /slow HTTP/1.1\r\nHost: a\r\nX: ");
    assert.equal(await page(), "ok");
    slow.destroy();
  });
});
