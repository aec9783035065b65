import assert from "node:assert/strict";

/** Tells that something is refused for each of these reasons, all in one error. */
export async function refuses(wrong: Promise<unknown>, ...told: RegExp[]): Promise<void> {
  await assert.rejects(wrong, (error: Error) => {
    for (const reason of told) assert.match(error.message, reason);
    return true;
  });
}
