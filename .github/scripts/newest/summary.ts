import type { Choice } from "./versions";

/** One line about a check that was to be run. */
export interface Result {
  name: string;
  outcome: "passed" | "failed" | "not run";
  /** How long it took, in seconds. */
  seconds?: number;
}

/** What is watched and is no package, or is: its version before, the newest there is, and the one taken. */
export type Versions = Pick<Choice, "name" | "pinned" | "newest" | "taken">;

/** Two tables in Markdown, aligned so that a terminal shows them as well, and what is to be known beside them. */
export function summary(
  versions: readonly Versions[],
  results: readonly Result[],
  notes: readonly string[],
): string {
  const time = ({ seconds }: Result) => (seconds === undefined ? "" : `${Math.round(seconds)} s`);
  return [
    table([
      ["What", "Pinned", "Newest", "Taken"],
      ...versions.map(({ name, pinned, newest, taken }) => [name, pinned, newest, taken]),
    ]),
    table([
      ["Check", "Result", "Time"],
      ...results.map((result) => [result.name, result.outcome, time(result)]),
    ]),
    ...notes.map((note) => `${note}\n`),
  ].join("\n");
}

function table([head = [], ...rows]: readonly string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[], fill = " ") =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width, fill)).join(" | ")} |\n`;
  return [line(head), line([], "-"), ...rows.map((row) => line(row))].join("");
}
