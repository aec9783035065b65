import assert from "node:assert/strict";

/** Asserts that something is refused for each of these reasons, all in one error. */
export async function refuses(wrong: Promise<unknown>, ...reasons: RegExp[]): Promise<void> {
  await assert.rejects(wrong, (error: Error) => {
    for (const reason of reasons) assert.match(error.message, reason);
    return true;
  });
}
