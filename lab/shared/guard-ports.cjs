// Loaded before a program: what it listens on at 127.0.0.1 is for its own user alone, before anything is read of a
// connection or written to it.
//
// Relies on: every server, of HTTP, HTTP/2 and TLS too, being a net.Server, which emits `connection` by its `emit`, and
// that of the prototype being asked.
// Without it: another user of the machine may connect; what the lab itself listens on checks who connects, too.
// Proof: a server that emits `listening` past this `emit` would emit `connection` past it too; the process then ends.
"use strict";
const { Server, Socket } = require("node:net");
const { isOwnPeer } = require("./ownPeers.cjs");

/** Servers whose events are seen here, and servers that are going to tell of it. */
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
