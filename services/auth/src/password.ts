import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** 16 MiB and five passes: one of the settings that OWASP recommends where memory is scarce. */
const COST = { ln: 14, r: 8, p: 5 };
/** Lengths in bytes. */
const SALT = 16;
const KEY = 32;

/** What {@link hashPassword} makes. Other costs than ours are not accepted: they could be tiny, or huge. */
export const passwordHashPattern =
  /^\$scrypt\$ln=14,r=8,p=5\$(?<salt>[A-Za-z0-9+/]{22})\$(?<key>[A-Za-z0-9+/]{43})$/;

/** Hashes a password by scrypt with a new salt: `$scrypt$ln=14,r=8,p=5$<salt>$<key>`, as PHC strings are written. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT);
  const key = await deriveKey(password, salt);
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${base64(salt)}$${base64(key)}`;
}

/**
 * Whether `hash` was made of `password`; it takes as long for any password.
 * @throws {Error} if `hash` is not what {@link hashPassword} makes
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const { salt, key } = passwordHashPattern.exec(hash)?.groups ?? {};
  if (salt === undefined || key === undefined) throw new Error("not a hash by hashPassword");
  const derived = await deriveKey(password, Buffer.from(salt, "base64"));
  return timingSafeEqual(derived, Buffer.from(key, "base64"));
}

function deriveKey(password: string, salt: Buffer): Promise<Buffer> {
  // The same characters can be typed as different bytes: that must not decide about a login.
  return derive(password.normalize("NFKC"), salt, KEY, { N: 2 ** COST.ln, r: COST.r, p: COST.p });
}

const base64 = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
