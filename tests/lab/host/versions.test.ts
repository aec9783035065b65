import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { findHost, followStatus, openHost } from "../../../lab/host/openHost";
import { type Address, addressSchema, PROTOCOL_VERSION } from "../../../lab/protocol/address";
import { answerLines, LoopbackServer } from "../../../lab/protocol/loopback";

const VERSIONS_DIFFER = new RegExp(
  `^lab versions differ: lab process ${process.pid} runs another version than ` +
    String.raw`this one \(.+\); end it, then try again$`,
);

describe("lab processes of two versions", () => {
  let state: string;
  let server: LoopbackServer;

  beforeEach(async () => {
    state = await mkdtemp(path.join(tmpdir(), "lab-"));
    server = await LoopbackServer.start(({ url }, response) => {
      if (url === "/attach") {
        response.writeHead(200).flushHeaders();
        return;
      }
      answerLines(response)('{"stack":"as this version does not know it"}');
      response.end();
    });
  });
  afterEach(async () => {
    await server.close();
    await rm(state, { recursive: true, force: true });
  });

  const write = (patch: object) => {
    const address: Address = {
      version: PROTOCOL_VERSION,
      pid: process.pid,
      debugProviders: "aws:1",
      control: server.url,
      token: "x",
    };
    return writeFile(path.join(state, "host.json"), JSON.stringify({ ...address, ...patch }));
  };

  for (const [title, patch] of [
    ["a later one", { version: PROTOCOL_VERSION + 1 }],
    ["one that has no version yet", { version: undefined }],
  ] as const) {
    it(`say so when the other is ${title}`, async () => {
      await write(patch);
      await assert.rejects(findHost(state), { message: VERSIONS_DIFFER });
      await assert.rejects(openHost(state), { message: VERSIONS_DIFFER });
    });
  }

  it("ignore what a process of another version left when it ended", async () => {
    await write({ version: PROTOCOL_VERSION + 1, pid: 2 ** 30 });
    assert.equal(await findHost(state), undefined);
  });

  it("say so when an answer is not understood", async () => {
    await write({});
    const host = await findHost(state);
    assert.ok(host);
    await assert.rejects(host.status(), { message: VERSIONS_DIFFER });
    await assert.rejects(host.recover("dev", "site", []), { message: VERSIONS_DIFFER });
    const approval = { approved: true, comment: "" };
    await assert.rejects(host.approve(approval), { message: VERSIONS_DIFFER });
    await assert.rejects(followStatus(state, new AbortController().signal).next(), {
      message: VERSIONS_DIFFER,
    });
    await host.close();
  });

  it("say so when a request is not understood", async () => {
    const host = await openHost(state);
    try {
      const text = await readFile(path.join(state, "host.json"), "utf8");
      const { control, token } = addressSchema.parse(JSON.parse(text));
      const ask = async (what: string, body: object) => {
        const headers = { authorization: `Bearer ${token}` };
        const init = { method: "POST", headers, body: JSON.stringify(body) };
        const response = await fetch(`${control}/${what}`, init);
        return [response.status, await response.text()] as const;
      };
      for (const what of ["report", "approve", "recover", "something-new"]) {
        const [status, message] = await ask(what, { new: true });
        assert.equal(status, 400);
        assert.match(message, VERSIONS_DIFFER);
      }
    } finally {
      await host.close();
    }
  });
});
