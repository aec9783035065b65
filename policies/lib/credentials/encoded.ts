import { gunzipSync } from "node:zlib";

/** How often a text may be encoded: user data in Base64, compressed, with parts in Base64. */
const DEEPEST = 4;
/** More than user data may have, compressed as it is. Source: EC2 user guide, "Run commands at launch" (16 KiB). */
const LONGEST = 2 ** 20;
/** Base64 of two dozen characters and more, which may be cut into lines. */
const BASE64 = /[A-Za-z0-9+/]{20,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}/g;

const isText = (text: string): boolean => /^[\t\r\n\x20-\x7e\u00a0-\ufffc]*$/.test(text);

function textOf(bytes: Buffer): string | undefined {
  try {
    const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = (isCompressed ? gunzipSync(bytes, { maxOutputLength: LONGEST }) : bytes).toString(
      "utf8",
    );
    return isText(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

/** A text and what stands in it in Base64, compressed or not, as far down as it goes. */
export function readings(text: string, depth = DEEPEST): readonly string[] {
  if (depth === 0) return [text];
  const inside = [...text.matchAll(BASE64)].map(([encoded]) =>
    textOf(Buffer.from(encoded, "base64")),
  );
  const known = inside.filter((each) => each !== undefined);
  return [text, ...known.flatMap((each) => readings(each, depth - 1))];
}

/** A text that is Base64 as a whole, in plain. */
export function decoded(text: string): string | undefined {
  const isWhole = /^[A-Za-z0-9+/]{20,}={0,2}$/.test(text) && text.length % 4 === 0;
  return isWhole ? textOf(Buffer.from(text, "base64")) : undefined;
}
