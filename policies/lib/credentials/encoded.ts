import { gunzipSync } from "node:zlib";

/** More than user data contains once decompressed. Source: EC2 user guide, "Run commands at launch" (16 KiB). */
const MAX_LENGTH = 2 ** 20;
/** At least 20 characters of Base64, possibly split into lines. */
const BASE64 = /[A-Za-z0-9+/]{20,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}/g;

function textOf(bytes: Buffer): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_LENGTH }).toString("utf8");
  } catch {
    return bytes.toString("utf8");
  }
}

/** A text and, recursively, everything in it that is Base64, compressed or not. It ends, as each level is shorter. */
export function readings(text: string): readonly string[] {
  const inside = [...text.matchAll(BASE64)].map(([encoded]) =>
    textOf(Buffer.from(encoded, "base64")),
  );
  return [text, ...inside.flatMap(readings)];
}
