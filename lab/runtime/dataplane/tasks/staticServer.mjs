// Plays the nginx image without nginx: `node staticServer.mjs HTML_FOLDER DEFAULT_CONF`.
// Plain JavaScript, because a task should start in a blink and a TypeScript loader takes longer
// than the rest of this file.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import process from "node:process";
import sirv from "sirv";

const [html, conf] = process.argv.slice(2);
const headers = [
  ...readFileSync(conf, "utf8").matchAll(/^\s*add_header\s+(\S+)\s+"([^"]*)"\s+always;/gm),
].map(([, name, value]) => [name, value]);

const pages = sirv(html, {
  dev: true, // reads the folder at each request, as nginx does
  etag: true,
  dotfiles: true,
  onNoMatch: (_request, response) => {
    response.writeHead(404, { "Content-Type": "text/html; charset=utf-8" });
    response.end(
      "<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>\n",
    );
  },
});

const server = createServer((request, response) => {
  for (const [name, value] of headers) response.setHeader(name, value);
  const path = request.url.split("?", 1)[0];
  if (path === "/health") {
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.end("ok\n");
    return;
  }
  response.on("finish", () => {
    process.stdout.write(
      `${request.socket.remoteAddress ?? "-"} "${request.method} ${request.url}" ${response.statusCode}\n`,
    );
  });
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { "Content-Type": "text/html; charset=utf-8" });
    response.end("405 Not Allowed\n");
    return;
  }
  pages(request, response);
});
server.keepAliveTimeout = 75_000; // nginx's default: longer than a load balancer keeps idle ones

const finish = () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
};
process.once("SIGTERM", finish);
process.once("SIGQUIT", finish);
process.once("disconnect", () => process.exit(0)); // the lab is gone

server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
