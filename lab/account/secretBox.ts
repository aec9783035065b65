import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { replaceFile } from "../shared/replaceFile";

const KEY_FILE = "secrets.key";
const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals values with AES-256-GCM under the folder's own key, so that files that are looked at, copied or sent to
 * somebody contain no secrets in plain text. The key is in the same folder: whoever can read the whole folder can read
 * the secrets too.
 */
export class SecretBox {
  private constructor(
    private readonly key: Buffer,
    private readonly keyFile: string,
  ) {}

  /**
   * The box of a folder; its key is created if missing.
   *
   * @throws Error naming the key file if it contains no key.
   */
  static async open(dir: string): Promise<SecretBox> {
    const keyFile = join(dir, KEY_FILE);
    let key = await readIfThere(keyFile);
    if (!key) {
      key = randomBytes(KEY_BYTES);
      await replaceFile(keyFile, key, { mode: 0o600 });
    }
    if (key.length !== KEY_BYTES) {
      throw new Error(`${keyFile} is damaged: it contains no key; ${restoreIt(dir)}`);
    }
    return new SecretBox(key, keyFile);
  }

  /**
   * A JSON value as base64 text that only this box opens.
   *
   * @param label What the value belongs to; it can only be opened with the same label.
   */
  seal(value: unknown, label: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, iv).setAAD(Buffer.from(label));
    const text = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString("base64");
  }

  /** @throws Error if the text was changed, or sealed with another key or label. */
  unseal(sealed: string, label: string): unknown {
    const bytes = Buffer.from(sealed, "base64");
    const iv = bytes.subarray(0, IV_BYTES);
    const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    try {
      const decipher = createDecipheriv(ALGORITHM, this.key, iv, { authTagLength: TAG_BYTES })
        .setAAD(Buffer.from(label))
        .setAuthTag(tag);
      const text = Buffer.concat([
        decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
        decipher.final(),
      ]);
      return JSON.parse(text.toString()) as unknown;
    } catch (error) {
      throw new Error(
        `the secrets of ${label} cannot be read with the key in ${this.keyFile}; ` +
          restoreIt(dirname(this.keyFile)),
        { cause: error },
      );
    }
  }
}

const restoreIt = (dir: string) =>
  `restore the key from a copy, or remove ${dir} to start with an empty account`;

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
