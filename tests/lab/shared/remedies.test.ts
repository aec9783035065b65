import assert from "node:assert/strict";

import { messageWithRemedy } from "../../../lab/shared/remedies";

describe("what a person is told of an error", () => {
  for (const [code, cure] of [
    ["ENOSPC", /^the disk is full: free some space/],
    ["EROFS", /read-only: use another one with --state/],
    ["EACCES", /^you have no permission to write there/],
    ["EMFILE", /ulimit -n/],
  ] as const) {
    it(`says what helps against ${code}`, () => {
      const error = Object.assign(new Error(`${code}: it failed, open '/x'`), { code });
      assert.match(messageWithRemedy(error), cure);
      assert.ok(messageWithRemedy(error).endsWith(`(${code}: it failed, open '/x')`));
      // As the account tells of it.
      assert.match(
        messageWithRemedy(new Error(`it could not be written: Error: ${code}: no`)),
        cure,
      );
    });
  }

  it("is else what it says itself", () => {
    assert.equal(messageWithRemedy(new Error("no such stack")), "no such stack");
    assert.equal(messageWithRemedy("a text"), "a text");
  });
});
