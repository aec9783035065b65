/** Font sizes, in pixels. */
export const fontSize = { kind: 11.5, title: 13, line: 11.5, label: 11.5 };

/** Sans-serif fonts that most machines have; the widths below are those of the widest, DejaVu Sans. */
export const fontFamily = "'Segoe UI', system-ui, Roboto, Helvetica, Arial, sans-serif";

/** Widths of characters relative to the font size, by groups of characters of similar width. */
const widths: readonly [RegExp, number][] = [
  [/[ijl.,:;'|!]/, 0.34],
  [/[ frtI()[\]/\\-]/, 0.42],
  [/[mwMW%@…→×]/, 0.98],
  [/[A-Z]/, 0.74],
  // Outside Latin, characters are about as wide as they are high.
  [/[\u1100-\uffff]/, 1.02],
];

/**
 * Maximum width of a text in pixels: slightly more than in most fonts, so that it fits in all of them.
 *
 * @param size Font size in pixels.
 */
export function textWidth(text: string, size: number, bold = false): number {
  const shares = Array.from(
    text,
    (letter) => widths.find(([group]) => group.test(letter))?.[1] ?? 0.62,
  );
  const width = shares.reduce((sum, share) => sum + share, 0) * size;
  return Math.ceil(bold ? width * 1.1 : width);
}

/** Where a row may end: behind a space or hyphen, before a part of a path, and in Japanese before a word or bracket. */
const breaks =
  /(?<=[ @、-])(?!…)|(?<=\w)(?=\/\w)|(?=（)|(?<![\u30a0-\u30ff（])(?=[\u30a0-\u30ff])|(?<![\u4e00-\u9fff（])(?=[\u4e00-\u9fff])/u;

/**
 * A text in rows of at most `most` pixels: broken between words, and within one that is too long alone.
 *
 * @param size Font size in pixels.
 */
export function wrapped(text: string, size: number, most: number, bold = false): string[] {
  if (textWidth(text, size, bold) <= most) return [text];
  const rows: string[] = [];
  let row = "";
  for (const part of text.split(breaks)) {
    for (const piece of textWidth(part, size, bold) > most ? Array.from(part) : [part]) {
      if (row !== "" && textWidth((row + piece).trimEnd(), size, bold) > most) {
        rows.push(row.trimEnd());
        row = "";
      }
      row += piece;
    }
  }
  return [...rows, row.trimEnd()].filter((one) => one !== "");
}

/** Shortens a text to at most `most` characters, replacing its middle by `…`. */
export function shorten(text: string, most = 80): string {
  const letters = Array.from(text);
  if (letters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return [
    ...letters.slice(0, head),
    "…",
    ...letters.slice(letters.length - (most - 1 - head)),
  ].join("");
}

/** Escapes a text for XML, and removes characters that XML 1.0 does not allow. */
export function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;",
  };
  return (
    text
      // eslint-disable-next-line no-control-regex -- these are what XML cannot hold
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, "\ufffd")
      .replace(/[&<>"']/g, (letter) => entities[letter] ?? letter)
  );
}
