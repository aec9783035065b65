const http = require("node:http");
const http2 = require("node:http2");

const [work = "serve", ...rest] = process.argv.slice(2);
console.log(`${work} ${rest.join(" ")} for ${process.env.QUEUE_URL}`);
if (work === "worker") setInterval(() => undefined, 1000);
if (work === "serve") {
  const { LOG_LEVEL, QUEUE_URL, SIGNING_KEY = "" } = process.env;
  const answer = JSON.stringify({ LOG_LEVEL, QUEUE_URL, key: SIGNING_KEY.length });
  http.createServer((_request, response) => response.end(answer)).listen(8080);
  // Just enough gRPC to answer that it does not implement what was called.
  http2
    .createServer()
    .on("stream", (stream) => {
      stream.respond(
        { "content-type": "application/grpc", "grpc-status": "12" },
        { endStream: true },
      );
    })
    .listen(50051);
}
