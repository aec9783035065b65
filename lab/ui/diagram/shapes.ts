import type { Box, Line, Mark } from "./architecture";
import { markSign } from "./marks";
import { fontSize, shorten, textWidth, wrapped } from "./text";

/** A position in the picture, in pixels. */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Sizes of frames, in pixels: the title strip, and the padding. */
export const frame = { header: 26, padding: 10 };

/** Sizes of cards, in pixels: side padding, and the distance from the top to each line of text. */
export const card = { side: 10, kindY: 17, rowHeight: 16, titleHeight: 17, gap: 3, bottom: 8 };

/** How many letters of its title the header of a frame has at most. */
export const headerLetters = 48;

/** What the kind of a box may take before it goes on in the next row, in pixels: the few words are read at a glance. */
const kindRoom = 180;

/** A row of text in a box, and where its letters stand. */
export interface Row {
  readonly className: "kind" | "title" | "line";
  readonly text: string;
  readonly mark?: Mark;
  /** From the box's top to the foot of the letters, in pixels. */
  readonly y: number;
}

/** The text of a box's kind, with the sign of the box's mark. */
export function kindText({ kind, mark }: Box): string {
  return mark ? `${markSign[mark]} ${kind}` : kind;
}

/** The text of a line, with the sign of its mark. */
function lineText({ text, mark }: Line): string {
  return mark ? `${markSign[mark]} ${shorten(text)}` : shorten(text);
}

/**
 * What is written in a card or a subnet, from the top.
 * @param most Room for a line of text, in pixels; longer ones go on in the next row.
 */
export function rowsOf(box: Box, most: number): Row[] {
  const rows: Row[] = [];
  let y = card.kindY - card.rowHeight;
  const add = (className: Row["className"], height: number, text: string, mark?: Mark) => {
    const room = className === "kind" ? Math.max(most, kindRoom) : most;
    for (const part of wrapped(text, fontSize[className], room, className !== "line")) {
      y += height;
      rows.push({ className, text: part, y, ...(mark ? { mark } : {}) });
    }
  };
  add("kind", card.rowHeight, kindText(box));
  if (box.title !== "") add("title", card.titleHeight, shorten(box.title));
  y += card.gap;
  for (const line of box.lines) add("line", card.rowHeight, lineText(line), line.mark);
  return rows;
}

/**
 * The size of a box that its text needs.
 * @param most Room for a line of text, in pixels
 */
export function boxSize(box: Box, most: number): { width: number; height: number } {
  if (box.shape === "frame" || box.shape === "zone") {
    // Kind and title are side by side.
    const kind = textWidth(kindText(box), fontSize.kind, true);
    const title = textWidth(shorten(box.title, headerLetters), fontSize.title, true);
    return { width: kind + title + 3 * card.side, height: frame.header };
  }
  const rows = rowsOf(box, most);
  const widths = rows.map(({ className, text }) =>
    textWidth(text, fontSize[className], className !== "line"),
  );
  return {
    width: Math.max(96, ...widths) + 2 * card.side,
    height: (rows.at(-1)?.y ?? 0) + card.bottom + 2,
  };
}
