import { gunzipSync } from "node:zlib";

/** More than user data may have, compressed as it is. Source: EC2 user guide, "Run commands at launch" (16 KiB). */
const LONGEST = 2 ** 20;
/** Base64 of two dozen characters and more, which may be cut into lines. */
const BASE64 = /[A-Za-z0-9+/]{20,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}/g;

function textOf(bytes: Buffer): string {
  try {
    return gunzipSync(bytes, { maxOutputLength: LONGEST }).toString("utf8");
  } catch {
    return bytes.toString("utf8");
  }
}

/** A text and what stands in it in Base64, compressed or not, as far down as it goes: each time it is shorter. */
export function readings(text: string): readonly string[] {
  const inside = [...text.matchAll(BASE64)].map(([encoded]) =>
    textOf(Buffer.from(encoded, "base64")),
  );
  return [text, ...inside.flatMap(readings)];
}
