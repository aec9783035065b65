import { createDecipheriv, pbkdf2 } from "node:crypto";
import { promisify } from "node:util";

// How a stack's settings say that its secrets are encrypted: damage to it is told by the lab in a sentence that names the
// file, by the engine in one that names none.
//
// Relies on: the form of `encryptionsalt` (pulumi, pkg/secrets/passphrase/manager.go and
// sdk/go/common/resource/config/crypt.go).
// Without it: the engine alone tells damage.
// Proof: the version that the salt itself names.

const derive = promisify(pbkdf2);

/** `v1:<salt>:v1:<nonce>:<ciphertext and tag>`, each in base64. */
const FORM = /^v1:([\w+/]+=*):v1:([\w+/]+=*):([\w+/]+=*)$/;
const TAG_BYTES = 16;

/**
 * Whether a stack's `encryptionsalt` is one that the engine made with a passphrase, found out as the engine does, which
 * takes it most of a second: the text "pulumi", encrypted by AES-256-GCM. One of another version may be.
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
