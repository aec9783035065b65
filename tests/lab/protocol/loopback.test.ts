import assert from "node:assert/strict";

import {
  answer,
  bearsToken,
  isSame,
  LoopbackServer,
  HttpRefusal,
} from "../../../lab/protocol/loopback";
import { ASK, asAnotherUser, printedByAnother, printedByOwn } from "../anotherUser";

describe("a server on loopback", () => {
  const servers: LoopbackServer[] = [];
  const start = async (...args: Parameters<typeof LoopbackServer.start>) => {
    const server = await LoopbackServer.start(...args);
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  it("takes the first port that is free, and says so when none is", async () => {
    const handle = () => undefined;
    const { port } = await start(handle);
    const other = await start(handle, [port, 0]);
    assert.notEqual(other.port, port);
    await assert.rejects(start(handle, [port]), { code: "EADDRINUSE" });
  });

  it("answers refusals with their status and text, and errors with 500", async () => {
    const { url } = await start(({ url: asked }, response) => {
      if (asked === "/refused") throw new HttpRefusal(403, "not you");
      if (asked === "/wrong") return Promise.reject(new Error("something is wrong"));
      answer(response, { good: true });
      return;
    });
    const ask = async (path: string) => {
      const response = await fetch(url + path);
      return [response.status, await response.text()];
    };
    assert.deepEqual(await ask("/refused"), [403, "not you"]);
    assert.deepEqual(await ask("/wrong"), [500, "something is wrong"]);
    assert.deepEqual(await ask("/"), [200, '{"good":true}']);
  });

  it("recognizes a bearer of its token", async () => {
    const { url } = await start((request, response) => {
      answer(response, bearsToken(request, "secret"));
    });
    const ask = async (authorization: string) =>
      (await fetch(url, { headers: { authorization } })).json();
    assert.equal(await ask("Bearer secret"), true);
    assert.equal(await ask("Bearer secres"), false);
    assert.equal(await ask("secret"), false);
    assert.equal(isSame("", ""), true);
  });

  asAnotherUser("shows another user of the machine nothing", async () => {
    let asked = 0;
    const { url } = await start((_, response) => {
      asked += 1;
      answer(response, { secret: true });
    });
    const refused = "403 this lab only serves the user who started it";
    assert.equal(await printedByAnother(ASK, url), refused);
    assert.equal(asked, 0);
    assert.equal(await printedByOwn(ASK, url), '200 {"secret":true}');
  });
});
