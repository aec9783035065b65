import type { Box, Line } from "./architecture";
import { markSign } from "./marks";
import { fontSize, shorten, textWidth } from "./text";

/** A place in the picture, in pixels. */
export interface Placed {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Measures of frames, in pixels: the strip with the title, and the room around what is inside. */
export const frame = { header: 26, padding: 18 };

/** Measures of cards: room at the sides, and from the top to the lines of text. */
export const card = { side: 10, kindY: 16, titleY: 33, linesY: 52, lineHeight: 16, bottom: 8 };

/** The kind of a box as written in it, with the sign of what a difference does to the box. */
export function kindText({ kind, mark }: Box): string {
  return mark ? `${markSign[mark]} ${kind}` : kind;
}

/** A line as written, with the sign of what a difference does to it. */
export function lineText({ text, mark }: Line): string {
  return mark ? `${markSign[mark]} ${shorten(text)}` : shorten(text);
}

/** The size that a box needs for its text. */
export function boxSize(box: Box): { width: number; height: number } {
  const texts = [
    textWidth(kindText(box), fontSize.kind, true),
    textWidth(shorten(box.title), fontSize.title, true),
    ...box.lines.map((line) => textWidth(lineText(line), fontSize.line)),
  ];
  if (box.shape === "frame" || box.shape === "zone") {
    // Kind and title stand side by side.
    return { width: (texts[0] ?? 0) + (texts[1] ?? 0) + 3 * card.side, height: frame.header };
  }
  const lines = box.lines.length * card.lineHeight;
  const height = box.lines.length === 0 ? card.titleY + 12 : card.linesY - 12 + lines + card.bottom;
  return { width: Math.max(96, ...texts) + 2 * card.side, height };
}
