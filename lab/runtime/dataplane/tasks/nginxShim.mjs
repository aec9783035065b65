// Keeps a host nginx tied to the lab: `node nginxShim.mjs NGINX CONF PREFIX PID_FILE PORT ACCESS_LOG NETWORK
// SIBLING=PORT…`. nginx cannot notice that the lab is gone; this process can, and then ends nginx. It also forwards
// nginx's connections to the task's other containers, whose ports may change whenever they restart, and prints the
// access log: nginx writes that to a file, or a device, but cannot open the socket that is its standard output here.
import { spawn } from "node:child_process";
import { Buffer } from "node:buffer";
import { existsSync, openSync, readSync } from "node:fs";
import { connect, createServer } from "node:net";
import process from "node:process";
import { setInterval, setTimeout } from "node:timers";
import { siblingPort } from "./siblings.mjs";

const [program, conf, prefix, pidFile, port, accessLog, network, ...siblings] =
  process.argv.slice(2);

/** How often new lines of the access log are looked for, in milliseconds. */
const LOOK_MS = 100;
const log = openSync(accessLog, "a+");
const chunk = Buffer.alloc(65_536);

for (const [sibling, from] of siblings.map((ports) => ports.split("=").map(Number))) {
  createServer((socket) => {
    const to = siblingPort(network, sibling);
    if (to === undefined) {
      socket.destroy();
      return;
    }
    const other = connect(to, "127.0.0.1");
    for (const one of [socket, other]) one.on("error", () => socket.destroy(other.destroy()));
    socket.pipe(other).pipe(socket);
  }).listen(from, "127.0.0.1");
}

const nginx = spawn(program, ["-p", prefix, "-c", conf], {
  stdio: ["ignore", "inherit", "inherit"],
});
nginx.once("error", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
nginx.once("exit", (code, signal) => {
  printRequests();
  process.stdout.write("", () => process.exit(signal === null ? code : 1));
});

setInterval(() => {
  // What the lab has not read yet stays in the file.
  if (!process.stdout.writableNeedDrain) printRequests();
}, LOOK_MS);

function printRequests() {
  for (;;) {
    const length = readSync(log, chunk);
    if (length === 0) return;
    process.stdout.write(Buffer.from(chunk.subarray(0, length)));
  }
}

// QUIT lets nginx finish requests in flight; it is also the nginx image's stop signal.
process.on("SIGTERM", () => nginx.kill("SIGQUIT"));
process.on("SIGQUIT", () => nginx.kill("SIGQUIT"));
process.once("disconnect", () => nginx.kill("SIGTERM")); // the lab is gone
process.stdout.on("error", () => nginx.kill("SIGTERM")); // so it is if nobody reads the log

// nginx writes its PID file once it has bound its port; before that, another program may be answering there.
const look = () => {
  if (!existsSync(pidFile)) {
    setTimeout(look, 10);
    return;
  }
  const socket = connect(Number(port), "127.0.0.1", () => {
    socket.destroy();
    if (process.connected) process.send({ port: Number(port) });
  });
  socket.once("error", () => setTimeout(look, 10));
};
look();
