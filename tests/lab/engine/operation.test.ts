import * as assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";

import { Session } from "../../../lab/ui/commands/session/session";

describe("an operation on the engine", function () {
  this.timeout(180_000);

  it("reports the outputs of an update, with secrets masked", async () => {
    const state = await mkdtemp(path.join(tmpdir(), "operation-"));
    const session = await Session.open({
      stack: "dev",
      state,
      programDir: path.join(__dirname, "../programs/outputs"),
      json: true,
      signal: new AbortController().signal,
    });
    try {
      const first = await session.up();
      assert.deepEqual(first.outputs, { plain: ["for all"], hidden: { inside: "[secret]" } });
      const second = await session.up();
      assert.deepEqual(second.outputs, { plain: ["for all"], hidden: { inside: "[secret]" } });
    } finally {
      await session.close();
      await rm(state, { recursive: true });
    }
  });
});
