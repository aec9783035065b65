import assert from "node:assert/strict";
import { execFile, type ExecFileException } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";

import { repository } from "../../../lab/shared/repository";

const guardPorts = path.join(repository, "lab", "shared", "guard-ports.cjs");

/** A server that listens, gets a connection from its own user, and prints that. */
const program = `
const server = require("node:SERVER").createServer(() => undefined);
server.listen(0, "127.0.0.1", () => {
  server.once("connection", (socket) => {
    console.log("connected");
    socket.destroy();
    server.close();
  });
  require("node:net").connect(server.address().port, "127.0.0.1").on("error", () => undefined);
});
`;

/** Makes servers emit their events past the prototype's emit, as another version of Node.js might. */
const otherNode = `
{
  const { EventEmitter } = require("node:events");
  const { Server } = require("node:net");
  const { listen } = Server.prototype;
  Server.prototype.listen = function (...args) {
    this.emit = EventEmitter.prototype.emit;
    return listen.apply(this, args);
  };
}
`;

describe("the guard of a program's ports", () => {
  for (const kind of ["net", "http", "http2"]) {
    it(`lets the program's own user connect to a server of node:${kind}`, () =>
      run(kind, "").then(({ stdout }) => {
        assert.equal(stdout, "connected\n");
      }));

    it(`ends a program whose node:${kind} announces connections past the guard`, async () => {
      await assert.rejects(
        run(kind, otherNode),
        ({ code, stdout, stderr }: ExecFileException & { stdout: string; stderr: string }) => {
          assert.deepEqual([code, stdout], [1, ""]);
          assert.match(stderr, /^error: Node\.js v\S+ announces connections in a way .*\n$/);
          return true;
        },
      );
    });
  }
});

const run = (kind: string, before: string) =>
  promisify(execFile)(process.execPath, [
    ...["--require", guardPorts],
    ...["--eval", before + program.replace("SERVER", kind)],
  ]);
