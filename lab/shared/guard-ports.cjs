// Loaded before a program: only its own user can connect to the ports that it opens on 127.0.0.1. Anyone else is
// disconnected before a byte is read or written.
//
// Relies on: every server, including HTTP, HTTP/2 and TLS, being a net.Server that emits `connection` by the `emit` of
// net.Server's prototype.
// Check: `listening` of each server must come through this `emit`, as `connection` would.
// Otherwise: the process ends with an error.
"use strict";
const { Server, Socket } = require("node:net");
const { isOwnPeer } = require("./ownPeers.cjs");

/** Servers whose events come through this `emit`, and servers for which that is checked. */
const [seen, watched] = [new WeakSet(), new WeakSet()];

const { emit, listen } = Server.prototype;
Server.prototype.emit = function (event, ...args) {
  if (event === "listening") seen.add(this);
  const [socket] = args;
  if (event === "connection" && socket instanceof Socket && !isOwnPeer(socket)) {
    socket.destroy();
    return true;
  }
  return emit.call(this, event, ...args);
};

Server.prototype.listen = function (...args) {
  if (!watched.has(this)) {
    watched.add(this);
    this.on("listening", () => {
      if (seen.has(this)) return;
      process.stderr.write(
        `error: Node.js ${process.version} announces connections in a way that the lab does not know, ` +
          "so it cannot refuse those of other users: use Node.js 20, 22 or 24\n",
      );
      process.exit(1);
    });
  }
  return listen.apply(this, args);
};
