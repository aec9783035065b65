import assert from "node:assert/strict";
import { Agent, createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { LoadBalancers } from "../../../../lab/runtime/dataplane/alb/alb";
import type { TargetHealth } from "../../../../lab/runtime/dataplane/alb/targetGroup";
import { PATIENCE_MS } from "../patience";
import { albBench, resetUpgrades } from "./albBench";

describe("LoadBalancers", function () {
  this.timeout(PATIENCE_MS);
  const bench = albBench();
  const { fixed, forward, get, ok, open, port, register, target } = bench;

  describe("rules", () => {
    it("tries them by priority and falls back to the default action", async () => {
      const listener = bench.account.listener(bench.account.loadBalancer("site"));
      bench.account.rule(listener, 20, [{ pathPattern: { values: ["/*"] } }], [fixed("all")]);
      bench.account.rule(listener, 10, [{ pathPattern: { values: ["/a*"] } }], [fixed("a")]);
      bench.account.rule(listener, 5, [{ httpRequestMethod: { values: ["PUT"] } }], [fixed("put")]);
      const balancers = await open();
      assert.equal(await (await get(balancers, "/abc")).text(), "a");
      assert.equal(await (await get(balancers, "/b?x=/a")).text(), "all");
      assert.equal(await (await get(balancers, "/abc", { method: "PUT" })).text(), "put");
      bench.account.remove(
        "aws:lb/listenerRule:ListenerRule",
        bench.account.list("aws:lb/listenerRule:ListenerRule")[0]?.id ?? "",
      );
      await balancers.sync();
      const fallback = await get(balancers, "/b");
      assert.equal(fallback.status, 404);
      assert.equal(await fallback.text(), "no rule");
      assert.equal(fallback.headers.get("content-type"), "text/plain; charset=utf-8");
    });

    it("redirects, to the port on this machine of the load balancer's own listeners", async () => {
      const balancer = bench.account.loadBalancer("site");
      const listener = bench.account.listener(balancer);
      bench.account.listener(balancer, { port: 18_250 });
      const redirect = { type: "redirect", redirect: { port: "18250", statusCode: "HTTP_301" } };
      const https = {
        type: "redirect",
        redirect: { port: "443", protocol: "HTTPS", statusCode: "HTTP_302" },
      };
      bench.account.rule(listener, 1, [{ pathPattern: { values: ["/s"] } }], [https]);
      bench.account.rule(listener, 2, [{ pathPattern: { values: ["*"] } }], [redirect]);
      const balancers = await open();
      const moved = await get(balancers, "/a?b=c");
      assert.equal(moved.status, 301);
      assert.equal(moved.headers.get("location"), `http://127.0.0.1:${port(balancers, 1)}/a?b=c`);
      const secure = await get(balancers, "/s");
      assert.equal(secure.status, 302);
      assert.equal(secure.headers.get("location"), "https://127.0.0.1:443/s");
    });

    it("shares requests between target groups by their weights", async () => {
      const listener = bench.account.listener(bench.account.loadBalancer("site"));
      const [blue, green] = [bench.account.targetGroup("blue"), bench.account.targetGroup("green")];
      const targetGroups = [
        { arn: blue, weight: 3 },
        { arn: green, weight: 1 },
      ];
      const weighted = { type: "forward", forward: { targetGroups } };
      bench.account.rule(listener, 1, [{ pathPattern: { values: ["*"] } }], [weighted]);
      const balancers = await open();
      const [blueAddress, greenAddress] = await Promise.all([
        target((_, response) => response.end("blue")),
        target((_, response) => response.end("green")),
      ]);
      await register(balancers, blue, blueAddress, "healthy");
      await register(balancers, green, greenAddress, "healthy");
      const answers: string[] = [];
      for (let index = 0; index < 8; index++) answers.push(await (await get(balancers)).text());
      assert.equal(answers.filter((answer) => answer === "blue").length, 6);
    });
  });

  describe("forwarding", () => {
    let group: string;
    beforeEach(() => {
      const listener = bench.account.listener(bench.account.loadBalancer("site"));
      group = bench.account.targetGroup("site");
      bench.account.rule(listener, 1, [{ pathPattern: { values: ["*"] } }], [forward(group)]);
    });

    it("alternates between healthy targets over connections that it keeps open", async () => {
      const balancers = await open();
      const sockets = new Set<unknown>();
      for (const name of ["a", "b"]) {
        const address = await target((incoming, response) => {
          if (incoming.url !== "/health") sockets.add(incoming.socket);
          response.end(name);
        });
        await register(balancers, group, address, "healthy");
      }
      const answers: string[] = [];
      for (let index = 0; index < 6; index++) answers.push(await (await get(balancers)).text());
      assert.deepEqual(answers.toSorted(), ["a", "a", "a", "b", "b", "b"]);
      assert.equal(sockets.size, 2);
    });

    it("tells the target the client's address, protocol and port, and keeps the rest of the request", async () => {
      const balancers = await open();
      let seen: IncomingMessage | undefined;
      let body = "";
      const address = await target((incoming, response) => {
        if (incoming.url === "/health") return response.end();
        seen = incoming;
        incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
        incoming.on("end", () => response.writeHead(201, { "X-Own": "1" }).end("made"));
      });
      await register(balancers, group, address, "healthy");
      const response = await get(balancers, "/p%20q?x=%2F", {
        method: "POST",
        body: "hello",
        headers: { "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https" },
      });
      assert.equal(response.status, 201);
      assert.equal(response.headers.get("x-own"), "1");
      assert.equal(await response.text(), "made");
      assert.equal(body, "hello");
      assert.equal(seen?.url, "/p%20q?x=%2F");
      assert.equal(seen.headers.host, `127.0.0.1:${port(balancers)}`);
      assert.equal(seen.headers["x-forwarded-for"], "203.0.113.9, 127.0.0.1");
      assert.equal(seen.headers["x-forwarded-proto"], "http");
      assert.equal(seen.headers["x-forwarded-port"], String(port(balancers)));
      assert.match(String(seen.headers["x-amzn-trace-id"]), /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    });

    it("passes on neither side's headers about the connection", async () => {
      const balancers = await open();
      let connection: string | undefined;
      const address = await target((incoming, response) => {
        if (incoming.url !== "/health") connection = incoming.headers.connection;
        response.writeHead(200, { "Keep-Alive": "timeout=1234" }).end();
      });
      await register(balancers, group, address, "healthy");
      await new Promise<void>((done) => {
        const headers = { Connection: "close" };
        request({ port: port(balancers), agent: false, headers }, (response) => {
          response.resume().once("end", done);
        }).end();
      });
      assert.equal(connection, "keep-alive");
      const response = await get(balancers);
      assert.doesNotMatch(response.headers.get("keep-alive") ?? "", /1234/);
    });

    it("answers 503 without targets and while a new one has not been checked", async () => {
      const balancers = await open();
      assert.equal((await get(balancers)).status, 503);
      let release = (): void => undefined;
      const address = await target((_, response) => {
        release = () => response.end();
      });
      const healthy = register(balancers, group, address, "healthy");
      assert.equal((await get(balancers)).status, 503);
      while (balancers.status().targetGroups[0]?.targets[0]?.state === "initial") {
        release();
        await new Promise(setImmediate);
      }
      await healthy;
    });

    it("answers 502 when the target breaks the connection", async () => {
      const balancers = await open();
      const address = await target((incoming, response) => {
        if (incoming.url === "/health") response.end();
        else incoming.socket.destroy();
      });
      await register(balancers, group, address, "healthy");
      assert.equal((await get(balancers)).status, 502);
    });

    it("answers 504 when the target stays silent for the idle timeout", async () => {
      bench.account.loadBalancer("site", { idleTimeout: 0.2 });
      const balancers = await open();
      const address = await target((incoming, response) => {
        if (incoming.url === "/health") response.end();
      });
      await register(balancers, group, address, "healthy");
      assert.equal((await get(balancers)).status, 504);
    });

    it("fails open to unhealthy targets when there is no healthy one", async () => {
      const balancers = await open();
      const address = await target((incoming, response) =>
        response.writeHead(incoming.url === "/health" ? 500 : 200).end("still here"),
      );
      const health = await register(balancers, group, address, "unhealthy");
      assert.equal(health.reason, "Target.ResponseCodeMismatch");
      assert.equal(health.description, "Health checks failed with these codes: [500]");
      assert.equal(await (await get(balancers)).text(), "still here");
    });

    it("passes WebSockets through both ways", async () => {
      const balancers = await open();
      const server = createServer(ok);
      server.on("upgrade", (incoming, socket) => {
        const from = String(incoming.headers["x-forwarded-for"]);
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-From: ${from}\r\n\r\n`,
        );
        socket.on("data", (data: Buffer) => socket.write(data.toString().toUpperCase()));
        // A server's sockets stay half open otherwise.
        socket.on("end", () => socket.end());
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      bench.cleanUps.push(() => {
        server.close();
        server.closeAllConnections();
      });
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      await register(balancers, group, address, "healthy");

      const upgraded = request({
        port: port(balancers),
        headers: { Connection: "Upgrade", Upgrade: "websocket" },
      });
      const answer = await new Promise<string>((done) => {
        upgraded.once("upgrade", (response, socket) => {
          assert.equal(response.headers["x-from"], "127.0.0.1");
          socket.once("data", (data: Buffer) => {
            done(data.toString());
            socket.destroy();
          });
          socket.write("hello");
        });
        upgraded.end();
      });
      assert.equal(answer, "HELLO");
    });

    it("survives WebSocket clients that disconnect at any moment", async () => {
      const balancers = await open();
      const server = createServer(ok);
      server.on("upgrade", (_, socket) => {
        socket.on("error", () => undefined);
        socket.write(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        );
        socket.resume();
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      bench.cleanUps.push(() => {
        server.close();
        server.closeAllConnections();
      });
      // Nothing is healthy at first, so that the load balancer answers by itself.
      await resetUpgrades(port(balancers));
      const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      await register(balancers, group, address, "healthy");
      await resetUpgrades(port(balancers));
      assert.equal(await (await get(balancers)).text(), "ok");
    });

    it("ignores requests to upgrade to anything but WebSocket, such as HTTP/2 without TLS", async () => {
      const balancers = await open();
      const address = await target(({ headers }, response) =>
        response.end(`upgrade ${String(headers.upgrade)}`),
      );
      await register(balancers, group, address, "healthy");
      const headers = {
        Connection: "Upgrade, HTTP2-Settings",
        Upgrade: "h2c",
        "HTTP2-Settings": "AAMAAABkAAQAoAAAAAIAAAAA",
      };
      const answer = await new Promise<IncomingMessage>((done, fail) => {
        request({ port: port(balancers), headers, agent: false }, done)
          .on("error", fail)
          .end();
      });
      assert.equal(answer.statusCode, 200);
      assert.equal((await answer.setEncoding("utf8").toArray()).join(""), "upgrade undefined");
    });

    it("keeps using a connection whose request was answered before its body was read", async () => {
      const balancers = await open();
      const address = await target((incoming, response) => {
        if (incoming.method === "POST") response.writeHead(413).end("too large");
        else response.end("ok");
      });
      await register(balancers, group, address, "healthy");
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      bench.cleanUps.push(() => {
        agent.destroy();
      });
      const ask = (method: string, body?: Buffer) =>
        new Promise<number | undefined>((done, fail) => {
          request({ port: port(balancers), method, agent }, (response) => {
            response.resume().once("end", () => {
              done(response.statusCode);
            });
          })
            .on("error", fail)
            .end(body);
        });
      assert.equal(await ask("POST", Buffer.alloc(8_000_000)), 413);
      assert.equal(await ask("GET"), 200);
    });

    it("closes a client's connection if the client asks for that", async () => {
      const balancers = await open();
      await register(balancers, group, await target(ok), "healthy");
      const answer = await new Promise<string>((done) => {
        const socket = connect(port(balancers), "127.0.0.1", () => {
          socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        });
        let text = "";
        socket.on("data", (data: Buffer) => (text += data.toString()));
        socket.on("close", () => {
          done(text);
        });
      });
      assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/);
      assert.match(answer, /\r\nconnection: close\r\n/i);
      assert.doesNotMatch(answer, /keep-alive/i);
    });

    it("lets a draining target finish its request and sends it no other", async () => {
      const balancers = await open({ maximumDrainMs: 60_000 });
      let finish = (): void => undefined;
      const arrived = new Promise<void>((done) => {
        void target((incoming, response) => {
          if (incoming.url === "/health") return response.end();
          finish = () => response.end("finished");
          done();
        }).then((address) => register(balancers, group, address, "healthy").then(begin));
      });
      let inFlight: Promise<Response> | undefined;
      let address = "";
      const begin = (health: TargetHealth) => {
        address = health.address;
        inFlight = get(balancers);
      };
      await arrived;
      let drained = false;
      const deregistered = balancers
        .targetGroup(group)
        ?.deregister(`task ${address}`)
        .then(() => (drained = true));
      assert.equal((await get(balancers)).status, 503);
      assert.equal(drained, false);
      finish();
      assert.equal(await (await inFlight)?.text(), "finished");
      await deregistered;
      assert.deepEqual(balancers.status().targetGroups[0]?.targets, []);
    });

    it("stops waiting for a draining target when the delay is over", async () => {
      bench.account.loadBalancer("site", { idleTimeout: 0.2 });
      const balancers = await open({ maximumDrainMs: 10 });
      let arrived = (): void => undefined;
      const arrival = new Promise<void>((done) => (arrived = done));
      const address = await target((incoming, response) => {
        if (incoming.url === "/health") response.end();
        else arrived();
      });
      await register(balancers, group, address, "healthy");
      const hanging = get(balancers);
      await arrival;
      await balancers.targetGroup(group)?.deregister(`task ${address}`);
      assert.deepEqual(balancers.status().targetGroups[0]?.targets, []);
      assert.equal((await hanging).status, 504);
    });
  });

  describe("health checks", () => {
    it("give the reason for each way to fail", async () => {
      const group = bench.account.targetGroup("site", { matcher: "200-299,404" });
      const impatient = bench.account.targetGroup("impatient", { timeout: 0.05 });
      const balancers = await open();
      const silent = await target(() => undefined);
      const closed = "127.0.0.1:1";
      const wrong = await target((_, response) => response.writeHead(302).end());
      const accepted = await target((_, response) => response.writeHead(404).end());
      const [timeout, refused, code] = await Promise.all([
        register(balancers, impatient, silent, "unhealthy"),
        register(balancers, group, closed, "unhealthy"),
        register(balancers, group, wrong, "unhealthy"),
        register(balancers, group, accepted, "healthy"),
      ]);
      assert.equal(timeout.reason, "Target.Timeout");
      assert.equal(refused.reason, "Target.FailedHealthChecks");
      assert.equal(code.reason, "Target.ResponseCodeMismatch");
    });

    it("need the configured number of results in a row to change their mind", async () => {
      const group = bench.account.targetGroup("site", {
        healthyThreshold: 3,
        unhealthyThreshold: 2,
      });
      const balancers = await open();
      let checks = 0;
      const failing = new Set([2, 4, 5, 7, 8]);
      const states: string[] = [];
      const changed = new Promise<void>((done) => {
        bench.onHealth = (_, { state }) => {
          states.push(`${checks} ${state}`);
          if (states.length === 3) done();
        };
      });
      const address = await target((_, response) =>
        response.writeHead(failing.has(++checks) ? 500 : 200).end(),
      );
      balancers.targetGroup(group)?.register("task", address);
      await changed;
      // One success makes a new target healthy; then 2 failures in a row, then 3 successes.
      assert.deepEqual(states, ["1 healthy", "5 unhealthy", "11 healthy"]);
    });
  });

  describe("ports", () => {
    it("takes the next free port, and the same one again after a restart", async () => {
      const taken = createServer(ok);
      await new Promise<void>((done) => taken.listen(0, "127.0.0.1", done));
      const { port: takenPort } = taken.address() as AddressInfo;
      bench.account.listener(bench.account.loadBalancer("site"));
      const balancers = await open({ port: takenPort });
      const next = port(balancers);
      assert.ok(next > takenPort);
      await balancers.closeListeners(0);
      await new Promise((done) => taken.close(done));
      assert.equal(port(await open({ port: takenPort })), next);
    });

    it("gives each of two listeners its own port again, even if only one is opened", async () => {
      bench.account.listener(bench.account.loadBalancer("one"));
      bench.account.listener(bench.account.loadBalancer("two"));
      const ports = (balancers: LoadBalancers) =>
        balancers
          .status()
          .loadBalancers.map(({ url }) => (url === undefined ? undefined : new URL(url).port));
      const balancers = await open();
      const before = ports(balancers);
      assert.notEqual(before[0], before[1]);
      await balancers.closeListeners(0);
      const first = bench.account.list("aws:lb/listener:Listener")[0];
      bench.account.remove("aws:lb/listener:Listener", first?.id ?? "");
      const alone = await open();
      assert.equal(ports(alone)[1], before[1]);
    });

    it("prefers a requested port over the previous one", async () => {
      bench.account.listener(bench.account.loadBalancer("site"));
      const balancers = await open();
      const before = port(balancers);
      await balancers.closeListeners(0);
      assert.ok(port(await open({ port: before + 100 })) >= before + 100);
    });

    it("reports its address both by the load balancer's name and by IP address", async () => {
      bench.account.listener(bench.account.loadBalancer("site"));
      const balancers = await open();
      const [balancer] = balancers.status().loadBalancers;
      assert.equal(balancer?.url, `http://site.localhost:${port(balancers)}/`);
      assert.equal(balancer.listeners[0]?.url, balancer.url);
      assert.equal(balancer.listeners[0].localUrl, `http://127.0.0.1:${port(balancers)}/`);
      assert.deepEqual(balancer.listeners[0].rules, [
        { priority: "default", conditions: "otherwise", action: "answer 404", targetGroups: [] },
      ]);
    });

    it("stops listening when the listener is deleted", async () => {
      const listener = bench.account.listener(bench.account.loadBalancer("site"));
      const balancers = await open();
      const local = port(balancers);
      bench.account.remove("aws:lb/listener:Listener", listener);
      await balancers.sync();
      const refused = await new Promise<string | undefined>((done) => {
        connect(local, "127.0.0.1", () => {
          done(undefined);
        }).once("error", (error: NodeJS.ErrnoException) => {
          done(error.code);
        });
      });
      assert.equal(refused, "ECONNREFUSED");
    });
  });
});
