import assert from "node:assert/strict";
import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";

import { mayBeSaltOf } from "../../../../lab/engine/internals/encryptionSalt";

/** A salt as the engine makes it. */
function saltOf(passphrase: string): string {
  const [salt, nonce] = [randomBytes(8), randomBytes(12)];
  const key = pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = [cipher.update("pulumi"), cipher.final(), cipher.getAuthTag()];
  const [first, second, third] = [salt, nonce, Buffer.concat(sealed)].map((part) =>
    part.toString("base64"),
  );
  return `v1:${first}:v1:${second}:${third}`;
}

describe("a stack's encryption salt", () => {
  it("matches only the passphrase that made it", async () => {
    const salt = saltOf("secret");
    assert.equal(await mayBeSaltOf("secret", salt), true);
    assert.equal(await mayBeSaltOf("other", salt), false);
    assert.equal(await mayBeSaltOf("secret", salt.slice(0, -8)), false);
    assert.equal(await mayBeSaltOf("secret", ""), false);
  });

  it("is left to the engine if it has a format that the lab does not know", async () => {
    assert.equal(await mayBeSaltOf("secret", "v2:argon2:abc"), true);
  });
});
