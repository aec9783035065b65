/** Characters that take two columns, mainly Chinese, Japanese and Korean. */
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

/** The number of terminal columns that a text takes. */
export function columnsOf(text: string): number {
  return Array.from(text).reduce((sum, one) => sum + (wide.test(one) ? 2 : 1), 0);
}

/** Truncates a text to this many columns. */
export function cut(text: string, columns: number): string {
  let left = columns;
  return Array.from(text)
    .filter((one) => (left -= columnsOf(one)) >= 0)
    .join("");
}
