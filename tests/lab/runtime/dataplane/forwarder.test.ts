import assert from "node:assert/strict";
import { once } from "node:events";
import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type RequestListener,
  type RequestOptions,
} from "node:http";
import { type AddressInfo, connect } from "node:net";
import { buffer, text } from "node:stream/consumers";

import * as fc from "fast-check";

import { Forwarder } from "../../../../lab/runtime/dataplane/forwarder";
import { PATIENCE_MS } from "../patience";

describe("Forwarder", function () {
  this.timeout(PATIENCE_MS);
  const cleanUps: (() => unknown)[] = [];

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function listen(listener: RequestListener): Promise<number> {
    const server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanUps.push(() => {
      server.close();
      server.closeAllConnections();
    });
    return (server.address() as AddressInfo).port;
  }

  /** A port whose requests go to this target; a refused one is answered with the status and no body. */
  async function forwardTo(target: RequestListener, { idleMs = PATIENCE_MS, headers = {} } = {}) {
    const address = `127.0.0.1:${await listen(target)}`;
    const forwarder = new Forwarder(idleMs);
    cleanUps.push(() => forwarder.close());
    return listen((incoming, response) => {
      forwarder.forward(incoming, response, { address, headers, idleMs }, (status) => {
        response.writeHead(status).end();
      });
    });
  }

  const ask = (port: number, options: RequestOptions = {}, body?: string | Buffer) => {
    const asked = request({ host: "127.0.0.1", port, agent: false, ...options });
    asked.end(body);
    return answerTo(asked);
  };

  const answerTo = (asked: ClientRequest) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      asked.once("response", resolve).once("error", reject);
    });

  it("passes on a request and its answer unchanged, whatever they contain", async () => {
    const port = await forwardTo(
      (incoming, response) => {
        void buffer(incoming).then((body) => {
          const { method, url, headers } = incoming;
          response.setHeader(
            "X-Asked",
            JSON.stringify([method, url, headers["x-own"], headers["x-mine"]]),
          );
          response.writeHead(Number(headers["x-status"]), { "X-Text": headers["x-text"] ?? "" });
          response.end(body);
        });
      },
      { headers: { "x-mine": "balancer" } },
    );
    const agent = new Agent({ keepAlive: true });
    cleanUps.push(() => {
      agent.destroy();
    });
    const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    const path = fc.webPath().map((part) => `/${part.replace(/^\//, "")}`);
    const field = fc.stringMatching(/^[\x21-\x7e\xa0-\xff]{1,60}$/);
    const status = fc.constantFrom(200, 201, 302, 404, 418, 500);
    const body = fc.uint8Array({ maxLength: 200_000 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(
        fc.record({ method, path, field, status, body, isChunked: fc.boolean() }),
        async (sent) => {
          const headers = {
            "X-Own": sent.field,
            "X-Mine": "client",
            "X-Text": sent.field,
            "X-Status": sent.status,
            ...(sent.isChunked
              ? { "Transfer-Encoding": "chunked" }
              : { "Content-Length": sent.body.length }),
          };
          const answer = await ask(
            port,
            { method: sent.method, path: sent.path, headers, agent },
            sent.body,
          );
          assert.equal(answer.statusCode, sent.status);
          assert.equal(answer.headers["x-text"], sent.field);
          assert.deepEqual(JSON.parse(String(answer.headers["x-asked"])), [
            sent.method,
            sent.path,
            sent.field,
            "balancer",
          ]);
          assert.ok((await buffer(answer)).equals(sent.body));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps headers of the same name apart", async () => {
    const port = await forwardTo((incoming, response) => {
      response.setHeader("Set-Cookie", ["a=1", "b=2; Path=/"]);
      response.end(
        JSON.stringify(incoming.rawHeaders.filter((_, i, all) => all[i - 1] === "X-Many")),
      );
    });
    const answer = await ask(port, { headers: { "X-Many": ["1", "2"] } });
    assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2; Path=/"]);
    assert.deepEqual(JSON.parse(await text(answer)), ["1", "2"]);
  });

  it("passes on answers without a body, and keeps using the connection", async () => {
    const port = await forwardTo((incoming, response) => {
      response.writeHead(Number(incoming.url?.slice(1)), { ETag: '"1"' }).end();
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    cleanUps.push(() => {
      agent.destroy();
    });
    for (const [method, status] of [
      ["HEAD", 200],
      ["GET", 204],
      ["GET", 304],
      ["HEAD", 404],
    ] as const) {
      const answer = await ask(port, { method, path: `/${status}`, agent });
      assert.deepEqual(
        [answer.statusCode, answer.headers.etag, await text(answer)],
        [status, '"1"', ""],
      );
    }
  });

  it("streams both ways: neither side waits for the other to finish", async () => {
    const port = await forwardTo((incoming, response) => {
      incoming.pipe(response);
    });
    const asked = request({ host: "127.0.0.1", port, method: "POST", agent: false });
    const answered = answerTo(asked);
    asked.write("first");
    const answer = await answered;
    const [first] = (await once(answer, "data")) as [Buffer];
    assert.equal(first.toString(), "first");
    asked.end("second");
    assert.equal(await text(answer), "second");
  });

  it("holds back a sender that is faster than its reader", async () => {
    const size = 100 * 1024 * 1024;
    let sent = 0;
    const port = await forwardTo((incoming, response) => {
      if (incoming.method === "HEAD") return response.end();
      const chunk = Buffer.alloc(1024 * 1024);
      const send = () => {
        while (sent < size) {
          sent += chunk.length;
          if (response.write(chunk)) continue;
          response.once("drain", send);
          return;
        }
        response.end();
      };
      send();
    });
    const answer = await ask(port);
    await once(answer, "readable");
    // Nobody reads yet: while others are answered, no more is sent than sockets and buffers hold.
    for (let other = 0; other < 50; other += 1) await ask(port, { method: "HEAD" });
    assert.ok(sent < size / 2, `${sent} bytes were sent to a client that reads none`);
    let received = 0;
    for await (const chunk of answer) received += (chunk as Buffer).length;
    assert.equal(received, size);
  });

  it("ends its request to the target when the client is gone", async () => {
    let gone: Promise<unknown> | undefined;
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const port = await forwardTo((incoming) => {
      gone = once(incoming.socket, "close");
      arrived();
    });
    const asked = request({ host: "127.0.0.1", port, agent: false }).on("error", () => undefined);
    asked.end();
    await arrival;
    asked.destroy();
    await gone;
  });

  it("does not pass on informational responses", async () => {
    const port = await forwardTo((_, response) => {
      response.writeEarlyHints({ link: "</style.css>; rel=preload" });
      response.writeProcessing();
      response.end("answer");
    });
    const asked = request({ host: "127.0.0.1", port, agent: false });
    const hints: unknown[] = [];
    asked.on("information", (hint) => hints.push(hint)).end();
    assert.equal(await text(await answerTo(asked)), "answer");
    assert.deepEqual(hints, []);
  });

  it("refuses a request that it cannot pass on to any target", async () => {
    const port = await forwardTo((_, response) => response.end("asked"));
    const socket = connect(port, "127.0.0.1");
    socket.end("OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert.match(await text(socket), /^HTTP\/1\.1 400 /);
  });

  it("lets the client see that an answer broke off or stalled", async () => {
    const port = await forwardTo(
      (incoming, response) => {
        response.writeHead(200, { "Content-Length": 100 }).write("beginning");
        if (incoming.url === "/breaks") setImmediate(() => incoming.socket.destroy());
      },
      { idleMs: 200 },
    );
    for (const path of ["/breaks", "/stops"]) {
      const answer = await ask(port, { path });
      await assert.rejects(text(answer), { code: "ECONNRESET" });
    }
  });
});
