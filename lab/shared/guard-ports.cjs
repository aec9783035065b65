// Loaded before a program: what it listens on at 127.0.0.1 is for its own user alone, before anything is read of a
// connection or written to it.
//
// Relies on: every server, of HTTP, HTTP/2 and TLS too, being a net.Server, which emits `connection` by its `emit`, and
// that of the prototype being asked.
// Without it: another user of the machine may connect; what the lab itself listens on looks who does, too.
// Proof: none in each process, for it takes another user: tests/lab/anotherUser.ts is one, at every port.
"use strict";
const { Server, Socket } = require("node:net");
const { isOwnPeer } = require("./ownPeers.cjs");

const { emit } = Server.prototype;
Server.prototype.emit = function (event, ...args) {
  const [socket] = args;
  if (event === "connection" && socket instanceof Socket && !isOwnPeer(socket)) {
    socket.destroy();
    return true;
  }
  return emit.call(this, event, ...args);
};
