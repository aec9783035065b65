// Keeps a host nginx tied to the lab: `node nginxShim.mjs NGINX CONF PREFIX PID_FILE PORT NETWORK SIBLING=PORT…`. nginx
// cannot notice that the lab is gone; this process can, and then ends nginx. It also forwards nginx's connections to
// the task's other containers, whose ports may change whenever they restart.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import process from "node:process";
import { setTimeout } from "node:timers";
import { siblingPort } from "./siblings.mjs";

const [program, conf, prefix, pidFile, port, network, ...siblings] = process.argv.slice(2);
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
  process.exit(signal === null ? code : 1);
});

// QUIT lets nginx finish requests in flight; it is also the nginx image's stop signal.
process.on("SIGTERM", () => nginx.kill("SIGQUIT"));
process.on("SIGQUIT", () => nginx.kill("SIGQUIT"));
process.once("disconnect", () => nginx.kill("SIGTERM")); // the lab is gone

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
