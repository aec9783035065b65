// Plays the nginx image without nginx: `node staticServer.mjs HTML_FOLDER DEFAULT_CONF [NETWORK [TASK]]`. Of the
// configuration it supports headers, `ssi on` for the facts on the page about its task (TASK, as HTML), and
// `proxy_pass` to the task's other containers. Written in plain JavaScript so that a task starts fast: a TypeScript
// loader would take longer than the rest of this file.
import { Buffer } from "node:buffer";
import { existsSync, readFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import { join, normalize } from "node:path";
import { pipeline } from "node:stream";
import process from "node:process";
import sirv from "sirv";
import { siblingPort } from "./siblings.mjs";

const [html, conf, network = "", task = ""] = process.argv.slice(2);
const text = readFileSync(conf, "utf8");
const headers = [...text.matchAll(/^\s*add_header\s+(\S+)\s+"([^"]*)"\s+always;/gm)].map(
  ([, name, value]) => [name, value],
);

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

/** A page with its includes resolved, as by nginx's SSI module; undefined for anything else. */
function included(path) {
  if (!/^\s*ssi on;/m.test(text)) return undefined;
  let decoded;
  try {
    decoded = normalize(decodeURIComponent(path));
  } catch {
    return undefined;
  }
  const file = join(html, decoded.endsWith("/") ? `${decoded}index.html` : decoded);
  if (!file.endsWith(".html") || !file.startsWith(html) || !existsSync(file)) return undefined;
  return readFileSync(file, "utf8")
    .replace(/<!--# include virtual="\/task"[^]*?-->/g, () => task)
    .replace(/<!--#[^]*?-->/g, "");
}

// `location /api { proxy_pass http://127.0.0.1:8080; }`, the longest first, as nginx chooses.
const proxied = [
  ...text.matchAll(
    /location\s+(=\s+)?(\/\S*)\s*\{[^}]*?proxy_pass\s+http:\/\/(?:localhost|127\.0\.0\.1)(?::(\d+))?(\/[^\s;]*)?\s*;/g,
  ),
]
  .map(([, exact, path, port = "80", uri]) => ({
    exact: exact !== undefined,
    path,
    port: Number(port),
    uri,
  }))
  .sort((one, other) => other.path.length - one.path.length);

/** Forwards a request to another container of the task, as nginx does by default. */
function proxy({ path, port, uri }, request, response) {
  const badGateway = () => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.writeHead(502, { "Content-Type": "text/html; charset=utf-8" });
    response.end("<html><head><title>502 Bad Gateway</title></head></html>\n");
  };
  const to = siblingPort(network, port);
  if (to === undefined) return badGateway();
  const sent = httpRequest(
    {
      host: "127.0.0.1",
      port: to,
      method: request.method,
      path: uri === undefined ? request.url : `${uri}${request.url.slice(path.length)}`,
      headers: { ...request.headers, host: `127.0.0.1:${port}`, connection: "close" },
    },
    (answer) => {
      const kept = Object.entries(answer.headers).filter(
        ([name]) => name !== "connection" && name !== "keep-alive",
      );
      response.writeHead(answer.statusCode, Object.fromEntries(kept));
      pipeline(answer, response, () => undefined);
    },
  );
  sent.on("error", badGateway);
  pipeline(request, sent, () => undefined);
}

/** A line of the nginx image's access log; the length of a body is "-" where no header says it. */
function logLine({ headers: sent, httpVersion, method, socket, url }, response) {
  const [, day, month, year, time] = new Date().toUTCString().split(" ");
  const length = response.getHeader("content-length") ?? "-";
  const [request, ...headers] = [
    `${method} ${url} HTTP/${httpVersion}`,
    ...["referer", "user-agent", "x-forwarded-for"].map((name) => sent[name] ?? "-"),
  ].map((text) => `"${String(text).replaceAll('"', String.raw`\x22`)}"`);
  return (
    `${socket.remoteAddress ?? "-"} - - [${day}/${month}/${year}:${time} +0000] ` +
    `${request} ${response.statusCode} ${length} ${headers.join(" ")}`
  );
}

const server = createServer((request, response) => {
  for (const [name, value] of headers) response.setHeader(name, value);
  const path = request.url.split("?", 1)[0];
  const location = proxied.find((one) =>
    one.exact ? path === one.path : path.startsWith(one.path),
  );
  // The lab answers this for a site, unless the site's configuration does so itself.
  if (path === "/health" && (location === undefined || location.path === "/")) {
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.end("ok\n");
    return;
  }
  response.on("finish", () => {
    process.stdout.write(`${logLine(request, response)}\n`);
  });
  if (location !== undefined) {
    proxy(location, request, response);
    return;
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { "Content-Type": "text/html; charset=utf-8" });
    response.end("405 Not Allowed\n");
    return;
  }
  const page = included(path);
  if (page === undefined) return pages(request, response);
  response.writeHead(200, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Length": Buffer.byteLength(page),
  });
  response.end(request.method === "HEAD" ? undefined : page);
});
server.keepAliveTimeout = 75_000; // nginx's default, which is longer than a load balancer keeps idle connections

const finish = () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
};
process.once("SIGTERM", finish);
process.once("SIGQUIT", finish);
process.once("disconnect", () => process.exit(0)); // the lab is gone

server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
