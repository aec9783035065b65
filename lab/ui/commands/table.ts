import Table from "cli-table3";

import { columnsOf, cut } from "../../shared/textWidth";

/** Maximum width of a table in columns, unless it may be wide. */
export const COLUMNS = 100;

/** Content of a table cell; `short` is used if the table would otherwise be too wide. */
export type Cell = string | { readonly full: string; readonly short: string };

/**
 * A table, or an empty text without rows. Cells that are too wide are shortened, then wrapped.
 *
 * @param columns maximum width in columns. @default 100
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  columns = COLUMNS,
): string[] {
  if (rows.length === 0) return [];
  const full = [head, ...rows].map((row) => row.map(fullOf));
  const shown = widthOf(full) <= columns ? full : [head, ...rows].map((row) => row.map(shortOf));
  const [top = [], ...others] = folded(shown, columns);
  const result = new Table({ head: top, style: { head: [], border: [] } });
  result.push(...others);
  const lines = result.toString().split("\n");
  // Rows of one line each need no rules between them, except below the head.
  const isTall = others.some((row) => row.some((text) => text.includes("\n")));
  const below = lines.findIndex((line) => line.startsWith("├"));
  const shownLines = lines.filter((line, at) => isTall || at === below || !line.startsWith("├"));
  return [shownLines.join("\n")];
}

const fullOf = (cell: Cell) => (typeof cell === "string" ? cell : cell.full);
const shortOf = (cell: Cell) => (typeof cell === "string" ? cell : cell.short);

/** Width of a table: each column has a space on either side, and a border. */
function widthOf(rows: readonly (readonly string[])[]): number {
  return widths(rows, longestLine).reduce((sum, width) => sum + width + 3, 1);
}

function widths(
  rows: readonly (readonly string[])[],
  of: (text: string) => number,
): readonly number[] {
  const [first = []] = rows;
  return first.map((_, at) => Math.max(...rows.map((row) => of(row[at] ?? ""))));
}

const longestLine = (text: string) => Math.max(...text.split("\n").map(columnsOf));

/** The parts between which a text may be wrapped. */
const partsOf = (text: string) => text.match(/[^\s/:,-]*[\s/:,-]+|[^\s/:,-]+/g) ?? [];

/**
 * Wraps the rows so that the table fits: the widest column is narrowed first, and breaks between words if that is
 * enough.
 */
function folded(rows: readonly (readonly string[])[], columns: number): string[][] {
  const natural = [...widths(rows, longestLine)];
  const words = widths(rows, (text) =>
    Math.max(0, ...partsOf(text).map((part) => columnsOf(part.trim()))),
  );
  const sum = () => natural.reduce((all, width) => all + width + 3, 1);
  for (const least of [words, words.map((width) => Math.min(width, leastWidth))]) {
    while (sum() > columns) {
      const givers = natural.map((width, at) => (width > (least[at] ?? 0) ? width : 0));
      const widest = Math.max(...givers);
      if (widest === 0) break;
      natural[givers.indexOf(widest)] = widest - 1;
    }
  }
  return rows.map((row) => row.map((text, at) => fold(text, natural[at] ?? 0)));
}

/** Minimum width of a column. */
const leastWidth = 8;

function fold(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const part of partsOf(text)) {
    if (line !== "" && columnsOf((line + part).trimEnd()) > width) {
      lines.push(line);
      line = "";
    }
    line += part;
    while (columnsOf(line.trimEnd()) > width) {
      const head = cut(line, width);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line].map((one) => one.trimEnd()).join("\n");
}
