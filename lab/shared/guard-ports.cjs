// Loaded before a program: what it listens on at 127.0.0.1 is for its own user alone, before anything is read of a
// connection or written to it.
"use strict";
const { Server, Socket } = require("node:net");
const { isOwnPeer } = require("./ownPeers.cjs");

// Servers of HTTP, HTTP/2 and TLS are all made of this one.
const { emit } = Server.prototype;
Server.prototype.emit = function (event, ...args) {
  const [socket] = args;
  if (event === "connection" && socket instanceof Socket && !isOwnPeer(socket)) {
    socket.destroy();
    return true;
  }
  return emit.call(this, event, ...args);
};
