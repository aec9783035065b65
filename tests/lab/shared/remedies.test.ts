import assert from "node:assert/strict";

import { messageWithRemedy } from "../../../lab/shared/remedies";

describe("an error's message for users", () => {
  for (const [code, remedy] of [
    ["ENOSPC", /^the disk is full: free some space/],
    ["EROFS", /read-only: use another one with --state/],
    ["EACCES", /^you have no permission to write there/],
    ["EMFILE", /ulimit -n/],
  ] as const) {
    it(`says what helps against ${code}`, () => {
      const error = Object.assign(new Error(`${code}: it failed, open '/x'`), { code });
      assert.match(messageWithRemedy(error), remedy);
      assert.ok(messageWithRemedy(error).endsWith(`(${code}: it failed, open '/x')`));
      // As the account reports it.
      assert.match(
        messageWithRemedy(new Error(`it could not be written: Error: ${code}: no`)),
        remedy,
      );
    });
  }

  it("is otherwise the error's own", () => {
    assert.equal(messageWithRemedy(new Error("no such stack")), "no such stack");
    assert.equal(messageWithRemedy("a text"), "a text");
  });
});
