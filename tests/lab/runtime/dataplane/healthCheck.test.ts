import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { probe } from "../../../../lab/runtime/dataplane/alb/healthCheck";
import { toTargetGroup } from "../../../../lab/runtime/dataplane/alb/elb";
import { MemoryAccount } from "../controlplane/memoryAccount";
import { PATIENCE_MS } from "../patience";

const PATH = "/grpc.health.v1.Health/Check";

// ELB user guide, "Health checks for Application Load Balancer target groups"; gRPC over HTTP2.
describe("health checks over HTTP/2", function () {
  this.timeout(PATIENCE_MS);
  const servers: ReturnType<typeof createServer>[] = [];
  const asked: IncomingHttpHeaders[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    asked.splice(0);
  });

  /** A server without TLS; returns its address. */
  async function serve(answer: (stream: ServerHttp2Stream) => void): Promise<string> {
    const server = createServer();
    server.on("stream", (stream, headers) => {
      asked.push(headers);
      answer(stream);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    servers.push(server);
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Answers a call with a message, and its status in the trailers. */
  const withTrailers = (status: number) => (stream: ServerHttp2Stream) => {
    stream.respond({ "content-type": "application/grpc" }, { waitForTrailers: true });
    stream.once("wantTrailers", () => {
      stream.sendTrailers({ "grpc-status": String(status) });
    });
    stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 1]));
  };

  function check(matcher: string, timeout = 10) {
    const account = new MemoryAccount();
    const arn = account.targetGroup("grpc", { path: PATH, matcher, timeout });
    const record = account.get("aws:lb/targetGroup:TargetGroup", arn);
    assert.ok(record);
    return toTargetGroup(record).healthCheck;
  }

  it("call the method that the path names, and match the code against the call's status", async () => {
    assert.equal(await probe(await serve(withTrailers(0)), check("0"), "GRPC"), undefined);
    assert.equal(asked[0]?.[":method"], "POST");
    assert.equal(asked[0][":path"], PATH);
    assert.equal(asked[0]["content-type"], "application/grpc");
    assert.deepEqual(await probe(await serve(withTrailers(14)), check("0-5,12"), "GRPC"), {
      reason: "Target.ResponseCodeMismatch",
      description: "Health checks failed with these codes: [14]",
    });
  });

  it("take the status from the headers when there are no trailers", async () => {
    const address = await serve((stream) => {
      const headers = { "content-type": "application/grpc", "grpc-status": "12" };
      stream.respond(headers, { endStream: true });
    });
    assert.equal(await probe(address, check("12"), "GRPC"), undefined);
  });

  it("request a page from HTTP/2 targets", async () => {
    const address = await serve((stream) => {
      stream.respond({ ":status": 204 }, { endStream: true });
    });
    assert.equal(await probe(address, check("200-299"), "HTTP2"), undefined);
    assert.equal(asked[0]?.[":method"], "GET");
  });

  it("fail when nothing listens, when an answer has no status, and when there is no answer", async () => {
    const failed = { reason: "Target.FailedHealthChecks", description: "Health checks failed" };
    assert.deepEqual(await probe("127.0.0.1:1", check("0"), "GRPC"), failed);
    const plain = await serve((stream) => {
      stream.respond({ ":status": 200 }, { endStream: true });
    });
    assert.deepEqual(await probe(plain, check("0"), "GRPC"), failed);
    const silent = await serve(() => undefined);
    assert.deepEqual(await probe(silent, check("0", 0.05), "GRPC"), {
      reason: "Target.Timeout",
      description: "Request timed out",
    });
  });
});
