// Checks a stack's `encryptionsalt`, so that the lab can report a damaged one together with its file; the engine's
// error names no file.
//
// Relies on: the format of `encryptionsalt` (pulumi, pkg/secrets/passphrase/manager.go and
// sdk/go/common/resource/config/crypt.go).
// Check: the version that the salt names.
// Otherwise: only the engine reports damage.

import { createDecipheriv, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(pbkdf2);

/** `v1:<salt>:v1:<nonce>:<ciphertext and tag>`, each in base64. */
const FORM = /^v1:([\w+/]+=*):v1:([\w+/]+=*):([\w+/]+=*)$/;
const TAG_BYTES = 16;

/**
 * Whether the engine may have made a stack's `encryptionsalt` with a passphrase. Checks as the engine does, which takes
 * most of a second: the salt contains the text "pulumi", encrypted with AES-256-GCM.
 *
 * @returns true as well if the salt has a version that the lab does not know
 */
export async function mayBeSaltOf(passphrase: string, encryptionSalt: string): Promise<boolean> {
  if (/^v(?!1:)\d+:/.test(encryptionSalt)) return true;
  const parts = FORM.exec(encryptionSalt)?.slice(1) ?? [];
  const [salt, nonce, sealed] = parts.map((part) => Buffer.from(part, "base64"));
  if (salt === undefined || nonce?.length !== 12 || sealed === undefined) return false;
  const key = await derive(passphrase, salt, 1_000_000, 32, "sha256");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, nonce);
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const text = decipher.update(sealed.subarray(0, -TAG_BYTES), undefined, "utf8");
    return text + decipher.final("utf8") === "pulumi";
  } catch {
    return false;
  }
}
