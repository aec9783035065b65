import type { ChildProcess } from "node:child_process";
import { onBoundedLines } from "../../../shared/boundedLines";

/**
 * Passes on every line that a process writes, stdout and stderr mixed.
 * @returns an array with its last three lines, kept up to date, which usually says why it ended
 */
export function lastLines(
  child: ChildProcess,
  onOutput: ((line: string) => void) | undefined,
): readonly string[] {
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    onBoundedLines(stream, (line) => {
      last.push(line);
      if (last.length > 3) last.shift();
      onOutput?.(line);
    });
  }
  return last;
}
